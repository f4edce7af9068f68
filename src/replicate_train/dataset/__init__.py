"""The dataset: from the input `dataset` to a URL that the trainer can download.

`select.py` finds the files (`globs.py`, `walk.py`, `names.py`), `inspection/` checks their content,
`format.py` decides between one file and a ZIP, `prepare.py` ties this together, `pack.py` packs
(`zip_writer.py`), `existing_upload.py` finds an upload of the same bytes, `upload.py` uploads.
"""
