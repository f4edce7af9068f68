"""The end of a training's log, which names most causes of a failure."""

import re

_LINE = re.compile(r"\r\n|\r|\n")
_WINDOW = 100_000  # characters at the end of a log that are looked at


def log_tail(log: str, count: int) -> list[str]:
    """Return the last `count` lines that are not blank; of a line that a bar rewrote, the last."""
    lines = [line.rstrip() for line in _LINE.split(log[-_WINDOW:])]
    return [line for line in lines if line.strip()][-count:]
