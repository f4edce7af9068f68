"""SIGINT and SIGTERM as one exception, `Stopped`.

The runner sends SIGINT, 7.5 s later SIGTERM, and 2.5 s later it no longer listens; as PID 1 the
process has no default handlers. Only the standard library is imported here, so that the handlers
are installed before anything slow is loaded.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stopped(BaseException):
    """The runner asked this step to end.

    Not an `Exception`: no handler of ordinary errors must swallow it.
    """

    def __init__(self, signal_name: str) -> None:
        super().__init__(signal_name)
        self.signal_name = signal_name


class StopSignals:
    """Raises `Stopped` for the first signal; later ones do not interrupt the clean-up.

    Inside `deferred()` the first signal waits for the end of the block, and only a second one
    interrupts it: a request whose answer must not be lost gets the 7.5 s between the two.
    """

    def __init__(self) -> None:
        self._pending: str | None = None
        self._deferring = False
        self._raised = False

    def install(self) -> None:
        """Install the handlers of SIGINT and SIGTERM; only the main thread can do so."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Delay signals until the end of the block, however it ends.

        Raises `Stopped` at the end of the block, of the outermost where they are nested.
        """
        nested, self._deferring = self._deferring, True
        try:
            yield
        finally:
            self._deferring = nested
            if self._pending and not self._raised and not nested:
                self._raise(self._pending)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self._raised:
            return
        name = signal.Signals(number).name
        if self._deferring and self._pending is None:
            self._pending = name
            return
        self._raise(name)

    def _raise(self, name: str) -> None:
        self._raised = True
        raise Stopped(name)
