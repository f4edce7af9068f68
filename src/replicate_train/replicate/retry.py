"""Asking again: what may be repeated is, with growing, random pauses, until a budget is used up.

The pauses are full jitter (a random part of an exponentially growing limit), so that many steps
that fail together do not come back together. What the service asks to wait is waited.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception

from replicate_train.clock import Clock
from replicate_train.replicate.errors import ReplicateError

Value = TypeVar("Value")
_WORTH_A_WORD = 5.0  # seconds of a pause that is told
_FIRST, _LIMIT = 0.5, 20.0  # seconds: the first pause's upper bound, and that of all later ones
_LEAST = 15.0  # seconds that a try may take, however little is left of the budget


def _nobody(_trouble: ReplicateError | None) -> None:
    return


def _may_pass(error: ReplicateError) -> bool:
    return error.transient


@dataclass(frozen=True)
class RetryPolicy:
    """How long a request may be repeated: at most `budget` seconds after it was first made.

    `tell` hears of a failure that lasts, once, and None when it is over; a request that succeeds
    the next moment is not worth a word.
    """

    clock: Clock
    budget: float = 120.0
    chance: Callable[[], float] = random.random
    tell: Callable[[ReplicateError | None], None] = _nobody

    def lasting(self, budget: float) -> Self:
        """Return the same with another budget in seconds."""
        return replace(self, budget=budget)

    def repeat(
        self, ask: Callable[[float], Value], when: Callable[[ReplicateError], bool] = _may_pass
    ) -> Value:
        """Return what `ask` returns, asking again after the errors that `when` says may pass.

        `ask` is given the seconds that are left of the budget, of which a try gets some at least.
        Raises the last error when the budget is used up or asking again cannot help.
        """
        end = self.clock.now() + self.budget
        least = min(self.budget or _LEAST, _LEAST)
        told: list[ReplicateError] = []

        def tell_once(state: RetryCallState) -> None:
            error = state.outcome.exception() if state.outcome else None
            lasts = state.attempt_number > 1 or (state.upcoming_sleep or 0.0) > _WORTH_A_WORD
            if lasts and not told and isinstance(error, ReplicateError):
                told.append(error)
                self.tell(error)

        retrying = Retrying(
            sleep=self.clock.sleep,
            wait=self._pause,
            stop=lambda state: self.clock.now() + (state.upcoming_sleep or 0.0) > end,
            retry=retry_if_exception(
                lambda error: isinstance(error, ReplicateError) and when(error)
            ),
            before_sleep=tell_once,
            reraise=True,
        )
        value = retrying(lambda: ask(max(end - self.clock.now(), least)))
        if told:
            self.tell(None)
        return value

    def _pause(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, ReplicateError) else None
        limit: float = min(_LIMIT, _FIRST * 2 ** min(state.attempt_number, 10))
        return (asked or 0.0) + self.chance() * limit
