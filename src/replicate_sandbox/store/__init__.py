"""The store: what the local Replicate remembers, in SQLite. It knows no HTTP and no rules.

`documents.py` keeps JSON documents (models, versions, files, runs), `blobs.py` bytes (uploads,
weights, output files), both in the one `database.py`; `store.py` puts them together.
"""
