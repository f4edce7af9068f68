"""The action's inputs: `model.py` declares them, `read.py` reads them from the environment.

`parsers.py` turns the text of one input into its value; `user_files.py` reads the workspace files
that inputs name, other than the dataset.
"""
