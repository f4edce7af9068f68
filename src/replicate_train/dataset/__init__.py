"""The dataset: from the input `dataset` to a URL that the trainer can download.

The way of the data: `select.py` finds the files (`globs.py`, `walk.py`, `names.py`), `inspection/`
checks their content, `prepare.py` ties this together, `format.py` decides between a single file
and a ZIP, `pack.py` writes either into a file and hashes it (`zip_blocks.py` makes the ZIP's
blocks), `existing_upload.py` finds an upload of the same bytes, and `upload.py` uploads.
"""
