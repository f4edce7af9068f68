"""Suggestions for misspelled names."""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

_MAX_WORD_CHARS = 100  # of a word that are compared
_MAX_CHOICES = 1_000


def nearest(word: str, choices: Iterable[str]) -> str:
    """Return the choice that is most similar to a word, ignoring case; empty if none is similar."""
    known = {choice.lower(): choice for choice in islice(choices, _MAX_CHOICES)}
    similar = get_close_matches(word[:_MAX_WORD_CHARS].lower(), known, 1)
    return known[similar[0]] if similar else ""
