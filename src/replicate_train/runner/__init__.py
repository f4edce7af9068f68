"""The GitHub runner as seen from inside the container.

`commands.py` writes the log, annotations, outputs, state and summary; `text.py` makes foreign text
safe to show; `redaction.py` removes secrets, in all the `notations.py` of one; `workspace.py`
confines paths to the checkout; `signals.py` turns SIGINT and SIGTERM into one exception.
"""
