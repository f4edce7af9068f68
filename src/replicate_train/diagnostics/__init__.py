"""Problems as values: `Finding` for one, `Problems` to collect many, and the errors.

`suggestion.py` finds the known name that is most similar to a misspelled one.
"""
