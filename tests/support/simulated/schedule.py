"""What happens in one simulated job, and in those beside it: all of it drawn from one seed."""

import random
from dataclasses import dataclass

from simulated.life import Interrupt
from simulated.state import Habits


@dataclass(frozen=True)
class Attempt:
    """One run of a job: what breaks into it, and whether the post step can run afterwards."""

    interrupt: Interrupt | None = None
    post: bool = True


@dataclass(frozen=True)
class Plan:
    """One job: its inputs, when it begins, and its attempts; the last is never left alone."""

    name: str
    begins: float
    inputs: dict[str, str]
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True)
class Schedule:
    """Everything that a seed decides."""

    seed: int
    habits: Habits
    rate: float  # the share of requests that meet a fault
    plans: tuple[Plan, ...]


def draw(seed: int) -> Schedule:
    """Return the schedule that belongs to a seed."""
    chance = random.Random(seed)
    habits = _habits(chance)
    inputs = _inputs(chance, habits)
    plans = [Plan("job", 0.0, inputs, _attempts(chance))]
    if chance.random() < 0.3:
        beside = dict(inputs)
        if chance.random() < 0.3:
            beside["model-name"] = "you/other"
        begins = chance.choice([0.0, chance.uniform(0, 3), chance.uniform(0, 120)])
        plans.append(Plan("sibling", begins, beside, _attempts(chance)))
    rate = chance.choice([0.0, 0.02, 0.1, 0.3])
    return Schedule(seed, habits, rate, tuple(plans))


def _habits(chance: random.Random) -> Habits:
    run = chance.choice([2.0, 30.0, 300.0, 4000.0])
    outages = ()
    if chance.random() < 0.3:
        begin = chance.uniform(0, 60)
        outages = ((begin, begin + chance.choice([5, 60, 500, 1500])),)
    return Habits(
        lag=chance.choice([0.0, 1.0, 8.0]),
        queue=chance.choice([0.5, 5.0, 60.0]),
        run=run,
        cancelling=chance.choice([0.0, 0.0, 3.0]),
        ending=chance.choice(["succeeded"] * 4 + ["failed"]),
        destination=chance.choice(["hidden", "null", "shown"]),
        version=chance.choice(["full"] * 3 + ["bare", "missing"]),
        a_minute=chance.choice([0] * 9 + [6]),
        outages=outages,
        model_exists=chance.random() < 0.5,
    )


def _inputs(chance: random.Random, habits: Habits) -> dict[str, str]:
    limit = int(chance.choice([0.5, 10, 10, 10]) * (habits.queue + habits.run)) + 5
    return {
        "model-name": "you/m",
        "trainer": "acme/trainer",
        "dataset": chance.choice(["data.jsonl", "data.jsonl", "https://example.com/data.jsonl"]),
        "training-input": "steps: 10",
        "mode": chance.choice(["train"] * 6 + ["start"]),
        "reuse": chance.choice(["running"] * 3 + ["succeeded", "never"]),
        "timeout": f"{limit}s",
        "on-cancel": chance.choice(["cancel"] * 4 + ["leave"]),
        "on-timeout": chance.choice(["cancel"] * 4 + ["leave"]),
        "max-poll-interval": chance.choice(["15s", "15s", "60s"]),
    }


def _attempts(chance: random.Random) -> tuple[Attempt, ...]:
    attempts = [
        Attempt(_interrupt(chance), post=chance.random() < 0.8)
        for _ in range(chance.choice([0, 0, 1, 2]))
    ]
    return (*attempts, Attempt(_interrupt(chance)))


def _interrupt(chance: random.Random) -> Interrupt | None:
    kind = chance.choice(["", "signal", "kill"])
    if not kind:
        return None
    at = chance.choice(["second", "line", "request"])
    number: float = chance.randint(1, 30)
    if at == "second":
        number = chance.choice([chance.uniform(0, 3), chance.uniform(0, 100)])
    if at == "line":
        number = chance.randint(1, 3000)
    return Interrupt(kind, at, number)
