"""What happens in one simulated job, and in those beside it: all of it drawn from one seed."""

import random
from dataclasses import dataclass

from support.simulated.disk import COMMANDS, LOG, LOG_FOLDER, Spell
from support.simulated.life import Interrupt
from support.simulated.state import Habits

_FOR_GOOD = 1e9  # seconds


@dataclass(frozen=True)
class Attempt:
    """One run of a job: what breaks into it, whether the post step can run, and its disk."""

    interrupt: Interrupt | None = None
    post: bool = True
    spells: tuple[Spell, ...] = ()


@dataclass(frozen=True)
class Plan:
    """One workflow run's job: its id, its inputs, when it begins, and its attempts.

    The last attempt is never left alone.
    """

    name: str
    run_id: str
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

    @property
    def troubled(self) -> bool:
        """Whether a request may fail through no fault of the job's."""
        return bool(self.rate or self.habits.outages or self.habits.refusals or self.habits.oddity)


def draw(seed: int) -> Schedule:
    """Return the schedule that belongs to a seed."""
    chance = random.Random(seed)
    habits = _habits(chance)
    inputs = _inputs(chance, habits)
    plans = [Plan("job", "1000", 0.0, inputs, _attempts(chance))]
    for number in range(chance.choice([0, 0, 0, 1, 1, 2])):
        begins = chance.choice([0.0, chance.uniform(0, 3), chance.uniform(0, 120)])
        beside = inputs | _of_its_own(chance, habits)
        if chance.random() < 0.25:
            beside["model-name"] = "you/other"
        name = f"sibling{number or ''}"
        plans.append(Plan(name, str(1001 + number), begins, beside, _attempts(chance)))
    rate = chance.choice([0.0, 0.02, 0.1, 0.3])
    return Schedule(seed, habits, rate, tuple(plans))


def _habits(chance: random.Random) -> Habits:
    return Habits(
        lag=chance.choice([0.0, 1.0, 8.0, chance.uniform(8, 45)]),
        queue=chance.choice([0.5, 5.0, 60.0]),
        run=chance.choice([2.0, 30.0, 30.0, 300.0, 300.0, 4000.0]),
        cancelling=chance.choice([0.0, 0.0, 3.0]),
        ending=chance.choice(["succeeded"] * 4 + ["failed"]),
        destination=chance.choice(["hidden", "null", "shown"]),
        version=chance.choice(
            ["full"] * 7 + ["bare"] * 2 + ["missing"] * 2 + ["v2", "latest", "previous", "foreign"]
        ),
        version_delay=chance.choice([0.0, 0.0, chance.uniform(0, 20)]),
        oddity=chance.choice([""] * 38 + ["deep", "digits"]),
        echoes_default=chance.random() < 0.3,
        skew=chance.choice([0.0, chance.uniform(0.028, 0.06), -chance.uniform(0.028, 0.06)]),
        log_lines=chance.choice([5, 5, 5, 1000]),
        a_minute=chance.choice([0] * 9 + [6]),
        outages=_outages(chance),
        refusals=_refusals(chance),
        model_exists=chance.random() < 0.5,
    )


def _outages(chance: random.Random) -> tuple[tuple[float, float], ...]:
    if chance.random() >= 0.3:
        return ()
    begin = chance.choice([chance.uniform(0, 60), chance.uniform(0, 600)])
    return ((begin, begin + chance.choice([5, 60, 500, 1500, 4000])),)


def _refusals(chance: random.Random) -> tuple[tuple[float, float], ...]:
    if chance.random() >= 0.06:
        return ()
    begin = chance.uniform(10, 400)
    return ((begin, begin + chance.choice([30, 300, _FOR_GOOD])),)


def _inputs(chance: random.Random, habits: Habits) -> dict[str, str]:
    return {
        "model-name": "you/m",
        "trainer": "acme/trainer",
        "dataset": chance.choice(["data.jsonl", "data.jsonl", "https://example.com/data.jsonl"]),
        "training-input": "steps: 10",
        "mode": chance.choice(["train"] * 6 + ["start"]),
        "reuse": chance.choice(["running"] * 3 + ["succeeded", "never"]),
        "max-poll-interval": chance.choice(["15s", "15s", "60s"]),
        **_of_its_own(chance, habits),
    }


def _of_its_own(chance: random.Random, habits: Habits) -> dict[str, str]:
    """Return the inputs that jobs of the very same work may differ in."""
    takes = habits.queue + habits.run
    limit = int(chance.choice([0.5 * takes, *[min(10 * takes, takes + 4000)] * 3])) + 5
    return {
        "timeout": f"{limit}s",
        "on-cancel": chance.choice(["cancel"] * 4 + ["leave"]),
        "on-timeout": chance.choice(["cancel"] * 4 + ["leave"]),
        "logs-file": chance.choice(["", "", "logs/train.log"]),
    }


def _attempts(chance: random.Random) -> tuple[Attempt, ...]:
    attempts = [
        Attempt(_interrupt(chance), post=chance.random() < 0.8, spells=_spells(chance))
        for _ in range(chance.choice([0, 0, 1, 2]))
    ]
    return (*attempts, Attempt(_interrupt(chance), spells=_spells(chance)))


def _interrupt(chance: random.Random) -> Interrupt | None:
    kind = chance.choice(["", "", "signal", "kill"])
    if not kind:
        return None
    at = chance.choice(["second", "line", "request"])
    number: float = chance.randint(1, 30)
    if at == "second":
        number = chance.choice([chance.uniform(0, 3), chance.uniform(0, 100)])
    if at == "line":
        number = chance.randint(1, 3000)
    return Interrupt(kind, at, number)


def _spells(chance: random.Random) -> tuple[Spell, ...]:
    if chance.random() >= 0.12:
        return ()
    files = chance.choice([COMMANDS, ("OUTPUT",), ("STATE",), ("STEP_SUMMARY",), (LOG,)])
    if files == (LOG,) and chance.random() < 0.5:
        files = (LOG_FOLDER,)
    begins = chance.choice([0.0, chance.uniform(0, 60), chance.uniform(0, 60)])
    lasts = chance.choice([chance.uniform(1, 60), _FOR_GOOD])
    return tuple(Spell(file, begins, lasts) for file in files)
