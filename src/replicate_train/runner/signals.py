"""SIGINT and SIGTERM, from the first moment on.

The runner sends SIGINT, 7.5 s later SIGTERM, 2.5 s later it stops listening; as PID 1 the
process has no default handlers. Only the standard library is imported here, so that the
handlers stand before anything slow is loaded.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stopped(BaseException):
    """The workflow wants this step to end.

    Not an Exception: no handler of ordinary errors may swallow it on its way up.
    """

    def __init__(self, signal_name: str) -> None:
        super().__init__(signal_name)
        self.signal_name = signal_name


class StopSignals:
    """Turns the first signal into one `Stopped`; later ones cannot shorten the clean-up.

    Inside `deferred()` the first signal waits for the end of the block, and only a second one
    breaks out of it: a request whose answer must not be lost gets the 7.5 s between the two.
    """

    def __init__(self) -> None:
        self._pending: str | None = None
        self._deferring = False
        self._raised = False

    def install(self) -> None:
        """Take over SIGINT and SIGTERM; only the main thread may do so."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Let the block finish, in whichever way, before a signal takes effect.

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
