"""What is wrong, as values: one `Finding` a problem, a collector for many, and the errors.

`suggestion.py` guesses what a misspelled name meant.
"""
