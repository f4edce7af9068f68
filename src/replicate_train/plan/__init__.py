"""The plan: everything is read, checked and decided here, and nothing is changed.

`planner.py` makes the plan, `plan.py` is the value, `summary.py` shows it in the log and the job
summary.
"""
