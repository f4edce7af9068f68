"""The job summary: one sentence that says everything, then the parts of it, the rest folded.

`success.py`, `failure.py` and `planned.py` (a plan, a start, a destination) say which parts a
summary has; each part has a module. All of it is pure: a `Record` in, Markdown out.
"""
