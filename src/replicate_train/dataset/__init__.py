"""The dataset: from the input `dataset` to a URL that the trainer can download.

The way of the data: `check.py` finds the files (`select.py`, `globs.py`, `walk.py`, `names.py`) and
checks their content (`inspection/`). When the trainer is known, `prepare.py` packs them:
`format.py` decides between a single file and a ZIP, `pack.py` writes either into a file and hashes
it (`zip_blocks.py` makes the ZIP's blocks). `existing_upload.py` finds an upload of the
same bytes, and `upload.py` uploads.
"""
