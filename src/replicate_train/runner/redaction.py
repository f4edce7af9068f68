"""Secrets in text: found in every notation, also at the end of a text that was cut off."""

import re

from replicate_train.runner.notations import Notation, notations
from replicate_train.runner.text import printable

SHORTEST = 6  # characters of a secret: shorter ones are parts of other words by chance
_HIDDEN = "***"
_CUT = re.compile(r"(?= …)")  # what text.cut and its like leave at the end of a text
_MAX_CUTS = 50  # of a text that are checked; a line of our own has far fewer


class Secrets:
    """Values that must not be in anything that is written."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._notations: list[Notation] = []
        self._anchors: frozenset[str] = frozenset()  # one of which is in every text with a secret

    def add(self, secret: str) -> None:
        """Hide a value from now on, unless it has fewer than `SHORTEST` characters."""
        secret = secret.encode("utf-8", "replace").decode().strip()
        for one in {secret, printable(secret)} - self._secrets:
            if len(one) >= SHORTEST:
                self._secrets.add(one)
                self._notations += notations(one)
        self._anchors = frozenset(anchor for one in self._notations for anchor in one.anchors)

    @property
    def longest(self) -> int:
        """The maximum length of a secret in any notation, in characters."""
        return max((one.longest for one in self._notations), default=0)

    def hidden(self, text: str, most_cuts: int = _MAX_CUTS) -> str:
        """Return the text with *** for every secret, also at the first places where it was cut."""
        if any(map(text.__contains__, self._anchors)):
            text = _without(
                text, sorted(span for one in self._notations for span in one.spans(text))
            )
        if not self._notations or " …" not in text:
            return text
        parts = _CUT.split(text, most_cuts)
        return "".join([*map(self._without_beginning, parts[:-1]), parts[-1]])

    def _without_beginning(self, text: str) -> str:
        """Return a text that was cut off, without the beginning of a secret at its end."""
        places = [place for one in self._notations if (place := one.cut_off(text)) >= 0]
        return text[: min(places)] + _HIDDEN if places else text


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        if start >= done:
            pieces += text[done:start], _HIDDEN
        done = max(done, end)
    return "".join([*pieces, text[done:]])
