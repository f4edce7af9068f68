"""How many requests an account may send: a bucket that drips, one for all and one for predictions.

Documented: 3,000 requests a minute, 600 of them creating predictions; with little credit 6 a minute
in bursts of 1.
"""

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from replicate_sandbox.contract.problems import Problem

PREDICTIONS = 600  # a minute


@dataclass(frozen=True)
class Rate:
    """So many requests a minute, and so many of them at once."""

    a_minute: int = 3000
    burst: int = 3000

    @classmethod
    def read(cls, text: str) -> "Rate":
        """Read `REQUESTS` or `REQUESTS:BURST`. Raises `ValueError`."""
        a_minute, _, burst = text.partition(":")
        rate = cls(int(a_minute), int(burst or a_minute))
        if min(rate.a_minute, rate.burst) < 1:
            raise ValueError("a rate is at least 1")
        return rate


@dataclass
class _Bucket:
    rate: Rate
    filled: float  # requests that may be sent now
    at: float  # seconds, when that was so

    def take(self, now: float) -> tuple[int, float]:
        """Take one request; return how many are left and the seconds until there is one more.

        -1 are left where there was none to take.
        """
        drip = self.rate.a_minute / 60
        self.filled = min(self.rate.burst, self.filled + (now - self.at) * drip)
        self.at = now
        if self.filled < 1:
            return -1, (1 - self.filled) / drip
        self.filled -= 1
        return int(self.filled), max(0.0, 1 - self.filled) / drip


class Limits:
    """Counts what each account sends."""

    def __init__(self, rate: Rate | None = None, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate or Rate()
        self._now = now
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._lock = threading.Lock()
        self.counted = 0  # requests
        self.refused = 0  # those of them that were one too many

    def spend(self, account: str, *, prediction: bool = False) -> tuple[dict[str, str], bool]:
        """Count a request; return its answer's headers, and whether it is one too many."""
        with self._lock:
            left, seconds = self._take(account, "all", self._rate)
            self.counted += 1
            if prediction and left >= 0:
                a_minute = min(PREDICTIONS, self._rate.a_minute)
                rate = Rate(a_minute, min(a_minute, self._rate.burst))
                left, seconds = min((left, seconds), self._take(account, "predictions", rate))
            self.refused += left < 0
        reset = math.ceil(seconds) or 1
        headers = {"ratelimit-remaining": str(max(left, 0)), "ratelimit-reset": str(reset)}
        return headers, left < 0

    def _take(self, account: str, kind: str, rate: Rate) -> tuple[int, float]:
        now = self._now()
        key = (account, kind)
        bucket = self._buckets.setdefault(key, _Bucket(rate, rate.burst, now))
        return bucket.take(now)


def throttled(headers: Mapping[str, str]) -> Problem:
    """Refuse a request that is one too many."""
    seconds = headers["ratelimit-reset"]
    words = f"Request was throttled. Your rate limit resets in ~{seconds}s."
    return Problem(429, words, "Too many requests")
