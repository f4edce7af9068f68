"""The plan: everything is read, checked and decided here, and nothing is changed.

`planner.py` makes the plan, `plan.py` is the value, `after.py` what follows the training.
"""
