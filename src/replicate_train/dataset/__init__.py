"""The dataset: from what the workflow names to an address that the trainer can read.

The way of the data: `select.py` finds the files (`globs.py`, `walk.py`, `names.py`),
`inspection/` checks their content, `format.py` decides between a single file and a ZIP,
`prepare.py` ties this together, `zip_writer.py` writes the ZIP, `existing_upload.py` finds an
upload of the same bytes, and `upload.py` uploads.
"""
