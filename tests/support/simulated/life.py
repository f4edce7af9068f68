"""One process: it lets time pass, and is signalled or killed when its moment has come.

The runner sends SIGINT, 7.5 s later SIGTERM, and 2.5 s later it gives the step up: from then on
nothing that the process does is read, as if it were killed.
"""

import heapq
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

from support.simulated.turns import Actor

_OURS = "replicate_train"
_IDLE = 1000  # waits in which no time passes, after which the process goes in circles


class Killed(BaseException):
    """The process is no more: nothing that it does from here on has an effect."""


@dataclass(frozen=True)
class Interrupt:
    """What breaks into a process, `signal` or `kill`, and at which moment.

    `at` counts seconds, requests (before each is sent, and again before its answer arrives), or
    lines of the action's code.
    """

    kind: str
    at: str
    number: float


class Life:
    """The clock that the process is given, and its end. `on_time` hears of each step of time."""

    def __init__(
        self, actor: Actor, on_signal: Callable[[int], None], interrupt: Interrupt | None
    ) -> None:
        self._actor = actor
        self._on_signal = on_signal
        self._interrupt = interrupt
        self._moments = 0
        self._lines = 0
        self._idle = 0
        self._due: list[tuple[float, str]] = []
        self.dead = False
        self.signalled_at: float | None = None
        self.at_death: Callable[[], None] = lambda: None
        self.on_time: Callable[[float], None] = lambda _now: None
        if interrupt and interrupt.at == "second":
            self._due.append((self.now() + interrupt.number, interrupt.kind))

    def now(self) -> float:
        return self._actor.turns.now

    def sleep(self, seconds: float) -> None:
        """Let time pass; what is due meanwhile happens at its moment."""
        end = self.now() + seconds
        while self._due and self._due[0][0] <= end:
            self._must_live()
            moment, kind = heapq.heappop(self._due)
            self._pass(moment - self.now())
            self._happen(kind)
        self._must_live()
        self._pass(end - self.now())

    def moment(self) -> None:
        """Pass one of the moments around a request."""
        self._must_live()
        self._moments += 1
        wanted = self._interrupt
        if wanted and wanted.at == "request" and self._moments == wanted.number:
            self._happen(wanted.kind)

    @contextmanager
    def traced(self) -> Iterator[None]:
        """Count the action's lines in the block, if an interrupt wants them counted."""
        before = sys.gettrace()
        if self._interrupt and self._interrupt.at == "line":
            sys.settrace(self._call)
        try:
            yield
        finally:
            sys.settrace(before)

    def _pass(self, seconds: float) -> None:
        before = self.now()
        self._actor.wait(max(0.0, seconds))
        self._idle = self._idle + 1 if self.now() == before else 0
        if self._idle > _IDLE:
            raise RuntimeError("time stands still: the same moment is waited for again and again")
        self.on_time(self.now())

    def _call(self, frame: FrameType, _event: str, _argument: object) -> Any:
        return self._line if _OURS in frame.f_code.co_filename else None

    def _line(self, _frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line" and self._interrupt:
            self._lines += 1
            if self._lines == self._interrupt.number:
                self._happen(self._interrupt.kind)
        return self._line

    def _happen(self, kind: str) -> None:
        if kind == "kill":
            self._die()
        if kind == "signal":
            self.signalled_at = self.now()
            heapq.heappush(self._due, (self.now() + 7.5, "term"))
            heapq.heappush(self._due, (self.now() + 10.0, "kill"))
        self._on_signal(signal.SIGINT if kind == "signal" else signal.SIGTERM)

    def _die(self) -> None:
        self.dead = True
        self.at_death()
        raise Killed

    def _must_live(self) -> None:
        if self.dead:
            raise Killed
