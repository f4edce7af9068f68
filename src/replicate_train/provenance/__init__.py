"""Where a version comes from: who and what made it, and what it cost.

`origin.py` reads the workflow run, `cost.py` estimates the price of a training, and `manifest.py`
is the whole record as JSON, whose schema is `manifest.schema.json`. All of it is pure.
"""
