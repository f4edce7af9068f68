"""What a slip of the pen may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

_WORD, _CHOICES = 100, 1_000  # characters and words that are compared


def nearest(word: str, choices: Iterable[str]) -> str:
    """Return the choice that a word is a slip of, whatever its case; empty where none is near."""
    known = {choice.lower(): choice for choice in islice(choices, _CHOICES)}
    near = get_close_matches(word[:_WORD].lower(), known, 1)
    return known[near[0]] if near else ""
