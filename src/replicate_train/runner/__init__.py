"""The GitHub runner as seen from inside the container.

`commands.py` writes the log, annotations, outputs, state and summary (`output.py`, `files.py`);
`text.py` makes foreign text safe to show, `terminal.py` the colours of a training's log;
`redaction.py` removes secrets, in every encoding that `notations.py` knows; `workspace.py` confines
paths to the checkout; `log_file.py` writes the training's log there; `signals.py` turns SIGINT and
SIGTERM into one exception.
"""
