"""Time as a port: what waits is given a clock, so that a test can move it by hand."""

import time
from typing import Protocol


class Clock(Protocol):
    """Seconds that only ever grow, and a way to let them pass."""

    def now(self) -> float:
        """Return the seconds since some fixed moment."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return after that many seconds; a signal may end it early by raising."""
        ...


class SystemClock:
    """The machine's monotonic clock."""

    def now(self) -> float:
        """Return the monotonic time in seconds."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Sleep for real."""
        time.sleep(seconds)
