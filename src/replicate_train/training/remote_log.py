"""The training's log: the service gives the whole text at each look, this finds what is new.

Lines end where the runner ends them: at a line feed, and at a carriage return (progress bars
rewrite their line with one). An unfinished last line waits for its end.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_END = re.compile(r"\r\n|\r|\n")
_MEMORY = 256  # characters of what was read last, to notice when the service starts anew
_MAX_UNFINISHED = 100_001  # characters of a line that are kept until its end
_TO_DIGIT = re.compile(r"\D{0,60}")
_NO_LETTER = re.compile(r"[\W\d_]+")


class Line(NamedTuple):
    """A line of a log; `rewritten` if a carriage return ended it."""

    text: str
    rewritten: bool = False


class RemoteLog:
    """Where the reading of one log stands; its size does not grow with the log."""

    def __init__(self) -> None:
        self._read = 0  # characters of the text that were taken
        self._tail = ""  # the last of them
        self._unfinished = ""

    def news(self, text: str | None) -> str:
        """Return what `text`, the whole log so far, has more than at the last look.

        Where it no longer goes on from what was read, the service has cut or replaced it: the
        search for the last words read says where to go on; all of it is new if they are gone.
        """
        whole = text or ""
        if not whole.startswith(self._tail, self._read - len(self._tail)):
            found = whole.rfind(self._tail) if len(whole) >= len(self._tail) else -1
            self._read = found + len(self._tail) if found >= 0 else 0
        news = whole[self._read :]
        self._read = len(whole)
        self._tail = (self._tail + news[-_MEMORY:])[-_MEMORY:]
        return news

    def lines(self, news: str, *, ended: bool = False) -> Iterator[Line]:
        """Return the lines that `news` finishes; with `ended`, also one that has no end.

        Of an unfinished line only the beginning is kept.
        """
        text = self._unfinished + news
        if ended:
            self._unfinished = ""
            return _lines(text, len(text))
        held = "\r" if text.endswith("\r") else ""  # its line feed may follow
        end = len(text) - len(held)
        start = max(text.rfind("\n", 0, end), text.rfind("\r", 0, end)) + 1
        self._unfinished = text[start : min(end, start + _MAX_UNFINISHED)] + held
        return _lines(text, start)


def _lines(text: str, end: int) -> Iterator[Line]:
    """Yield the lines of a text up to an end that is behind a line; blank ones are left out."""
    start = 0
    for found in _END.finditer(text, 0, end):
        if (line := text[start : found.start()]).strip():
            yield Line(line, rewritten=found[0] == "\r")
        start = found.end()
    if (line := text[start:end]).strip():
        yield Line(line)


def last_states(lines: Iterable[Line]) -> Iterator[str]:
    """Yield the texts of lines, and of the successive states of one progress bar only the last.

    States of one bar rewrite each other and have the same text in front of the first digit.
    """
    held = ""
    for line in lines:
        if held and _name(held) != _name(line.text):
            yield held
        held = line.text
        if not line.rewritten:
            yield held
            held = ""
    if held:
        yield held


def _name(text: str) -> str:
    """Return the letters in front of the first digit of a line."""
    begins = _TO_DIGIT.match(text)
    return _NO_LETTER.sub("", begins[0] if begins else "")
