"""Asking Replicate: one request at a time, within its rate limit, again where that may help."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self

from replicate_train.replicate.errors import Refused, ReplicateError
from replicate_train.replicate.exchange import Exchange
from replicate_train.replicate.rate_limit import moment, pause, remaining
from replicate_train.replicate.responses import Shape, decode, shaped
from replicate_train.replicate.retry import RetryPolicy, Value

SECONDS = 60.0  # for one exchange


@dataclass
class RateLimitState:
    """What answers said besides their values; moments are those of the retry policy's clock.

    `back_at` is when the account may send its next request, `remaining` how many it may send at
    once. `epoch` is the service's own time at moment 0, at the earliest: an answer's date is older
    the longer the answer was on its way.
    """

    back_at: float = 0.0
    remaining: float = math.inf
    epoch: datetime | None = None


@dataclass(frozen=True)
class Session:
    """A way to ask, and what is known of the account's rate limit and of the service's clock."""

    exchange: Exchange
    retry: RetryPolicy
    rate_limit: RateLimitState = field(default_factory=RateLimitState)

    def lasting(self, budget: float) -> Self:
        """Return the same session, repeating what can be repeated for up to `budget` seconds."""
        return replace(self, retry=self.retry.lasting(budget))

    def ask(self, shape: type[Shape], method: str, path: str, **arguments: Any) -> Shape:  # noqa: ANN401 - httpx's
        """Ask for a shape, and again where an answer fails or does not have that shape."""
        return self.retry.repeat(
            lambda left: self.once(shape, method, path, min(SECONDS, left), **arguments)
        )

    def once(
        self,
        shape: type[Shape],
        method: str,
        path: str,
        seconds: float = SECONDS,
        *,
        urgent: bool = False,
        **arguments: Any,  # noqa: ANN401 - httpx's
    ) -> Shape:
        """Ask for a shape once; `urgent` does not wait for the account's allowance."""
        if not urgent:
            self.wait_for_allowance()
        request = f"{method} {path}"
        answer = self.exchange.send(method, path, seconds, **arguments)
        self._note(answer.headers)
        try:
            value = decode(request, answer.status, answer.headers, answer.body)
        except Refused as error:
            back_at = self._now() + (error.retry_after or 0.0)
            self.rate_limit.back_at = max(self.rate_limit.back_at, back_at)
            raise
        return shaped(request, shape, value)

    def repeat(self, ask: Callable[[], Value], when: Callable[[ReplicateError], bool]) -> Value:
        """Return what `ask` returns, asking again after the errors that `when` names."""
        return self.retry.repeat(lambda _: ask(), when)

    @property
    def remaining(self) -> float:
        """How many requests the account may send at once, as its last answer said."""
        return self.rate_limit.remaining

    @property
    def allowance_wait(self) -> float:
        """Seconds until the account may send a request, as far as its last answer said."""
        return max(0.0, self.rate_limit.back_at - self._now())

    def wait_for_allowance(self) -> None:
        """Return when the account may send a request."""
        if wait := self.allowance_wait:
            self.retry.clock.sleep(wait)

    def service_time(self) -> datetime | None:
        """Return the service's own time, at the earliest; None where no answer has shown it."""
        epoch = self.rate_limit.epoch
        return epoch + timedelta(seconds=self._now()) if epoch else None

    def _note(self, headers: Mapping[str, str]) -> None:
        now = self._now()
        self.rate_limit.back_at = now + pause(headers)
        self.rate_limit.remaining = remaining(headers)
        if date := moment(headers.get("date", "")):
            epoch = date - timedelta(seconds=now)
            self.rate_limit.epoch = max(epoch, self.rate_limit.epoch or epoch)

    def _now(self) -> float:
        return self.retry.clock.now()
