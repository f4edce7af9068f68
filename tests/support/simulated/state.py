"""What the simulated Replicate knows: its habits, its trainings, and what arrives late."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

By = tuple[str, int]  # a job's name, and which of its attempts


@dataclass(frozen=True)
class Habits:
    """How this Replicate behaves, in seconds: its lists' lag, the wait in the queue, a run."""

    lag: float = 0.0
    queue: float = 5.0
    run: float = 60.0
    cancelling: float = 0.0
    ending: str = "succeeded"
    destination: str = "hidden"  # or null, or shown: in a training's document
    version: str = "full"  # or bare, or missing: in a training's output
    a_minute: int = 0  # requests that it takes in a minute, one at a time; 0 is no limit
    outages: tuple[tuple[float, float], ...] = ()
    model_exists: bool = True


@dataclass
class Training:
    """One that was made, and by whom."""

    id: str
    by: By
    made: float
    destination: str
    input: dict[str, Any]
    habits: Habits
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
            ends = self.made + self.habits.queue + self.habits.run
            self.canceled = now + self.habits.cancelling
            if self.canceled >= ends:
                self.canceled = None

    @property
    def version_id(self) -> str:
        return hashlib.sha256(self.id.encode()).hexdigest()

    def ended_at(self) -> float:
        return self.made + self.habits.queue + self.habits.run


@dataclass
class Service:
    """All that it knows. `answer` makes the answer to a request at a moment."""

    habits: Habits
    answer: "Answer"
    trainings: list[Training] = field(default_factory=list)
    models: set[str] = field(default_factory=set)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    cancels: list[tuple[float, str, By]] = field(default_factory=list)
    _late: list[tuple[float, httpx.Request, By]] = field(default_factory=list)
    _back_at: float = 0.0

    def late(self, at: float, request: httpx.Request, by: By) -> None:
        """Take a request that arrives later, when its sender has given it up."""
        self._late.append((at, request, by))

    def catch_up(self, now: float) -> None:
        """Handle what has arrived by now."""
        due = [it for it in self._late if it[0] <= now]
        self._late = [it for it in self._late if it[0] > now]
        for at, request, by in due:
            self.answer(self, request, at, by)

    def down(self, now: float) -> bool:
        return any(begin <= now < end for begin, end in self.habits.outages)

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


Answer = Callable[[Service, httpx.Request, float, By], httpx.Response]
