"""The destination model: `state.py` reads it, `ensure.py` creates or updates it.

`refused.py` explains why Replicate refused to create it.
"""
