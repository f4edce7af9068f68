"""The job summary: one sentence that says everything, then the parts of it, the rest folded.

`success.py`, `failure.py`, `planned.py` and `started.py` say which parts a summary has; each part
has a module. All of it is pure: a `Record` in, Markdown out.
"""
