"""The training's log: the service gives the whole text at each look, this finds what is new.

Lines end where the runner ends them: at a line feed, and at a carriage return (progress bars
rewrite their line with one). An unfinished last line waits for its end.
"""

import re

_END = re.compile(r"\r\n|\r|\n")
_MEMORY = 256  # characters of what was read last, to notice when the service starts anew


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
        self._tail = (self._tail + news)[-_MEMORY:]
        return news

    def lines(self, news: str, *, ended: bool = False) -> list[str]:
        """Return the lines that `news` finishes; with `ended`, also one that has no end."""
        text = self._unfinished + news
        held = "\r" if text.endswith("\r") and not ended else ""  # its line feed may follow
        *lines, rest = _END.split(text.removesuffix(held))
        self._unfinished = "" if ended else rest + held
        return [line for line in ([*lines, rest] if ended else lines) if line.strip()]
