"""The plan: everything is read, checked and decided here, and nothing is changed.

`planner.py` makes the plan, `plan.py` is the value, `after.py` what follows the training. `fit.py`
holds what is given against the trainer, and `existing.py` looks for the same training and dataset.
`waiting.py` is the plan of mode wait.
"""
