"""Rate limits: how many requests an account may send, in all and to create predictions.

Documented: 3,000 requests a minute, 600 of them creating predictions; with little credit 6 a minute
in bursts of 1. Counted with a token bucket, which refills continuously.
"""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from replicate_sandbox.contract.problems import Problem

PREDICTIONS = 600  # a minute
_REDUCED = (
    "Your rate limit for creating predictions is reduced to 6 requests per minute with a burst of "
    "1 requests while you have less than $5.0 in credit. "
)


@dataclass(frozen=True)
class Rate:
    """Requests a minute, and how many of them may come at once."""

    per_minute: int = 3000
    burst: int = 3000

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """Return the rate that `REQUESTS` or `REQUESTS:BURST` names. Raises `ValueError`."""
        per_minute, _, burst = text.partition(":")
        rate = cls(int(per_minute), int(burst or per_minute))
        if min(rate.per_minute, rate.burst) < 1:
            raise ValueError("a rate must be at least 1")
        return rate


@dataclass(frozen=True, order=True)
class Allowance:
    """Whether a request was allowed, how many more are left, and the seconds until one more is.

    Of two, the scarcer one is the smaller.
    """

    allowed: bool
    remaining: int
    reset: float
    reduced: bool = False  # because the account has little credit

    @property
    def headers(self) -> dict[str, str]:
        """The headers that tell a client; the reset is in whole seconds."""
        reset = math.ceil(self.reset) or 1
        return {"ratelimit-remaining": str(self.remaining), "ratelimit-reset": str(reset)}

    def check(self) -> None:
        """Raise `Problem` (429) if the request was not allowed."""
        if not self.allowed:
            reset = self.headers["ratelimit-reset"]
            limit = _REDUCED if self.reduced else ""
            detail = f"Request was throttled. {limit}Your rate limit resets in ~{reset}s."
            raise Problem(429, detail, retry_after=int(reset))


@dataclass
class _Bucket:
    rate: Rate
    tokens: float  # requests that may be sent at `time`
    time: float  # seconds

    def take(self, now: float) -> Allowance:
        per_second = self.rate.per_minute / 60
        self.tokens = min(self.rate.burst, self.tokens + (now - self.time) * per_second)
        self.time = now
        if self.tokens < 1:
            return Allowance(allowed=False, remaining=0, reset=(1 - self.tokens) / per_second)
        self.tokens -= 1
        reset = max(0.0, 1 - self.tokens) / per_second
        return Allowance(allowed=True, remaining=int(self.tokens), reset=reset)


class RateLimiter:
    """Counts the requests of each account."""

    def __init__(
        self,
        rate: Rate | None = None,
        now: Callable[[], float] = time.monotonic,
        *,
        little_credit: bool = False,
    ) -> None:
        """With little credit, predictions and trainings are created 6 a minute, one at a time."""
        self._rate = rate or Rate()
        self._little_credit = little_credit
        self._now = now
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._lock = threading.Lock()
        self.counted = 0  # requests
        self.refused = 0  # of them, answered with 429

    def count(self, account: str, *, prediction: bool = False) -> Allowance:
        """Count a request, and return whether it is allowed."""
        with self._lock:
            allowance = self._take(account, "all", self._rate)
            self.counted += 1
            if prediction and allowance.allowed:
                created = self._take(account, "predictions", self._prediction_rate())
                allowance = min(allowance, replace(created, reduced=self._little_credit))
            self.refused += not allowance.allowed
        return allowance

    def _prediction_rate(self) -> Rate:
        if self._little_credit:
            return Rate(6, 1)
        per_minute = min(PREDICTIONS, self._rate.per_minute)
        return Rate(per_minute, min(per_minute, self._rate.burst))

    def _take(self, account: str, kind: str, rate: Rate) -> Allowance:
        now = self._now()
        bucket = self._buckets.setdefault((account, kind), _Bucket(rate, rate.burst, now))
        return bucket.take(now)
