"""The destination model: `state.py` reads it, `ensure.py` creates or updates it.

`hardware.py` chooses what a new model runs on, `refused.py` explains why Replicate refused to
create it.
"""
