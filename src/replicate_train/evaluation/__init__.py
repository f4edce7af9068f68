"""The evaluation of a new version: predictions of it, judged by what is expected of them.

`read.py` (with `read_expect.py`) turns the input `evaluation` into the values of `model.py`, and
`against_schema.py` checks them against the version's own schema. `run.py` runs the predictions,
each of them a `PredictionRun`, and cancels them after a signal or a timeout; `files.py` collects
the files that they return (`output_urls.py`, `download.py`, `media_types.py`). `expectations.py`
judges the answers; `report.py` and `failed.py` say what came of it.
"""
