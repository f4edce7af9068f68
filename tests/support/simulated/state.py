"""What the simulated Replicate knows: its habits, its trainings, and what arrives late."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

By = tuple[str, int]  # a workflow run's name, and which of its attempts
PREVIOUS = hashlib.sha256(b"the version before").hexdigest()
Spans = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Habits:
    """How this Replicate behaves, in seconds: its lists' lag, the wait in the queue, a run."""

    lag: float = 0.0
    queue: float = 5.0
    run: float = 60.0
    cancelling: float = 0.0
    ending: str = "succeeded"
    destination: str = "hidden"  # or null, or shown: in a training's document
    version: str = "full"  # or bare, missing, v2, latest, previous, foreign: in its output
    version_delay: float = 0.0  # from a training's success until its version can be seen
    oddity: str = ""  # or deep, or digits: JSON in the output that not every parser reads
    echoes_default: bool = False  # documents show a default that was never sent
    skew: float = 0.0  # that a later read's created_at differs by from the start's answer
    log_lines: int = 5  # that a training writes at most, four seconds apart
    a_minute: int = 0  # requests that it takes in a minute, one at a time; 0 is no limit
    outages: Spans = ()
    refusals: Spans = ()  # while it refuses to show single trainings
    model_exists: bool = True


@dataclass
class Training:
    """One that was made, and by whom; `sent` is when its start left the client."""

    id: str
    by: By
    made: float
    destination: str
    input: dict[str, Any]
    habits: Habits
    sent: float
    canceled: float | None = None

    def status(self, now: float) -> str:
        begins = self.made + self.habits.queue
        if self.canceled is not None and now >= self.canceled:
            return "canceled" if self.canceled >= begins else "aborted"
        if now >= begins + self.habits.run:
            return self.habits.ending
        return "processing" if now >= begins else "starting"

    def alive(self, now: float) -> bool:
        return self.status(now) in {"starting", "processing"}

    def cancel(self, now: float) -> None:
        if self.alive(now) and self.canceled is None:
            self.canceled = now + self.habits.cancelling
            if self.canceled >= self.would_end:
                self.canceled = None

    @property
    def version_id(self) -> str:
        return hashlib.sha256(self.id.encode()).hexdigest()

    @property
    def would_end(self) -> float:
        return self.made + self.habits.queue + self.habits.run

    def ended_at(self) -> float:
        return self.would_end if self.canceled is None else self.canceled

    def version_stands(self, now: float) -> bool:
        """Tell whether its version can be seen on its destination."""
        return self.status(now - self.habits.version_delay) == "succeeded"


@dataclass
class Service:
    """All that it knows. `answer` makes the answer to a request at a moment.

    For the judge: who uploaded each file, when each list of trainings was asked for, when which
    starts were confirmed to their senders, and the cancels that arrived.
    """

    habits: Habits
    answer: "Answer"
    trainings: list[Training] = field(default_factory=list)
    models: set[str] = field(default_factory=set)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    uploaded_by: dict[str, By] = field(default_factory=dict)
    looks: list[tuple[float, By]] = field(default_factory=list)
    confirmed: dict[str, float] = field(default_factory=dict)
    cancels: list[tuple[float, str, By]] = field(default_factory=list)
    _late: list[tuple[float, httpx.Request, By]] = field(default_factory=list)
    _back_at: float = 0.0

    def late(self, at: float, request: httpx.Request, by: By) -> None:
        """Take a request that arrives later, when its sender has given it up."""
        self._late.append((at, request, by))

    def catch_up(self, now: float) -> None:
        """Handle what has arrived by now."""
        due = sorted((it for it in self._late if it[0] <= now), key=lambda it: it[0])
        self._late = [it for it in self._late if it[0] > now]
        for at, request, by in due:
            self.answer(self, request, at, by)

    def down(self, now: float) -> bool:
        return _within(self.habits.outages, now)

    def refuses(self, now: float) -> bool:
        return _within(self.habits.refusals, now)

    def handle(self, request: httpx.Request, now: float, by: By) -> httpx.Response:
        self.catch_up(now)
        if self.habits.a_minute:
            pause = 60 / self.habits.a_minute
            if now < self._back_at:
                detail = f"Request was throttled. Your rate limit resets in ~{pause:.0f}s."
                return httpx.Response(429, json={"detail": detail})
            self._back_at = now + pause
            answer = self.answer(self, request, now, by)
            answer.headers["ratelimit-remaining"] = "0"
            answer.headers["ratelimit-reset"] = f"{pause:.0f}"
            return answer
        return self.answer(self, request, now, by)

    def training(self, training_id: str) -> Training | None:
        return next((one for one in self.trainings if one.id == training_id), None)


def _within(spans: Spans, now: float) -> bool:
    return any(begin <= now < end for begin, end in spans)


Answer = Callable[[Service, httpx.Request, float, By], httpx.Response]
