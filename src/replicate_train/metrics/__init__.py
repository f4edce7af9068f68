"""What a training's log says of its progress.

`lines.py` reads one line, with `bars.py` and `pairs.py`; `collector.py` gathers the readings of a
log, with one `series.py` for each name; `progress.py` says them. Pure: text in, numbers out.
"""
