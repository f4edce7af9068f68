"""Simulated trainers: the inputs and the logs of well-known trainers, without what they learn.

`trainers/` holds what is known of each, `specification.py` reads it, `schema.py` makes the OpenAPI
document of its version, and `readme.py` the text of its page. A run is a script of the engine
(`script.py`), with a log (`log.py`, `bars.py`) that its inputs and its dataset (`dataset.py`)
decide.
"""
