"""The job summary: one sentence that says everything, then the parts of it, the rest folded.

`success.py`, `failure.py` and `planned.py` (a plan, a start, a destination) say which parts a
summary has; each part has a module. All of it is pure: a `Record` in, Markdown out. `job/modes.py`,
`job/finish.py` and, after an error, `app.py` ask for it; `runner/commands.py` writes it.
"""
