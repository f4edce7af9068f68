"""Retries: what may be repeated is, with growing random pauses, until a budget is used up.

The pauses have full jitter (a random part of an exponentially growing limit), so that many steps
that fail together do not retry together. A wait that Replicate asks for is kept.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception

from replicate_train.clock import Clock
from replicate_train.replicate.errors import ReplicateError

Value = TypeVar("Value")
_LONG_PAUSE = 5.0  # seconds of a pause after which the outage is reported at once
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 20.0  # seconds: upper bounds
_SHORTEST_TRY = 15.0  # seconds that a try may take, however little is left of the budget


def _report_nothing(_error: ReplicateError | None) -> None:
    return


def _is_transient(error: ReplicateError) -> bool:
    return error.transient and error.repeatable


@dataclass(frozen=True)
class RetryPolicy:
    """How long a request may be repeated: at most `budget` seconds after it was first made.

    `on_outage` is called with the error when a second try failed, or a long pause follows, and with
    None when a request succeeds again.
    """

    clock: Clock
    budget: float = 120.0
    chance: Callable[[], float] = random.random
    on_outage: Callable[[ReplicateError | None], None] = _report_nothing

    def lasting(self, budget: float) -> Self:
        """Return the same with another budget in seconds."""
        return replace(self, budget=budget)

    def repeat(
        self, ask: Callable[[float], Value], when: Callable[[ReplicateError], bool] = _is_transient
    ) -> Value:
        """Return what `ask` returns, retrying after the errors that `when` accepts.

        `ask` is given the seconds that are left of the budget, of which a try gets some at least.
        Raises the last error when the budget is used up or a retry cannot help.
        """
        end = self.clock.now() + self.budget
        least = min(self.budget or _SHORTEST_TRY, _SHORTEST_TRY)
        reported: list[ReplicateError] = []

        def report_once(state: RetryCallState) -> None:
            error = state.outcome.exception() if state.outcome else None
            lasts = state.attempt_number > 1 or (state.upcoming_sleep or 0.0) > _LONG_PAUSE
            if lasts and not reported and isinstance(error, ReplicateError):
                reported.append(error)
                self.on_outage(error)

        retrying = Retrying(
            sleep=self.clock.sleep,
            wait=self._pause,
            stop=lambda state: self.clock.now() + (state.upcoming_sleep or 0.0) > end,
            retry=retry_if_exception(
                lambda error: isinstance(error, ReplicateError) and when(error)
            ),
            before_sleep=report_once,
            reraise=True,
        )
        value = retrying(lambda: ask(max(end - self.clock.now(), least)))
        if reported:
            self.on_outage(None)
        return value

    def _pause(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, ReplicateError) else None
        limit: float = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(state.attempt_number, 10))
        return (asked or 0.0) + self.chance() * limit
