"""One schedule, from its seed to what was wrong in it."""

import os
import random
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from replicate_train.app import run
from support.simulated import paying, truth
from support.simulated import service as replicate
from support.simulated.jobs import Job, Step
from support.simulated.schedule import Schedule, draw
from support.simulated.state import Service
from support.simulated.turns import Actor, Turns, sleep_of_thread


@dataclass
class Played:
    """A schedule after it was played."""

    schedule: Schedule
    service: Service
    jobs: list[Job]
    seconds: float
    breaches: list[str]

    @property
    def counts(self) -> Mapping[str, int]:
        """What the summary of many schedules adds up."""
        runs = [run for job in self.jobs for run in job.runs]
        return {
            "attempts": len(runs),
            "attempts that succeeded": sum(run.status == 0 for run in runs),
            "attempts that were killed": sum(run.status is None for run in runs),
            "attempts that were signalled": sum(run.signalled_at is not None for run in runs),
            "requests": sum(len(run.requests) + len(run.post_requests) for run in runs),
            "trainings": len(self.service.trainings),
            "schedules with a training paid for twice": any(
                paying.paid_twice(job, self.service) for job in self.jobs
            ),
            "schedules with a training left running": bool(
                paying.left_running(self.service, self.jobs, self.seconds)
            ),
            "twins cancelled": paying.twins_cancelled(self.service, self.jobs),
        }

    def tale(self) -> str:
        """Tell what happened, for a person who looks into one seed."""
        lines = [f"{self.schedule}", ""]
        for job in self.jobs:
            for run_ in job.runs:
                ended = f"{run_.ended:.2f}, status {run_.status}, signal {run_.signalled_at}"
                lines += [f"--- {run_.by}: from {run_.began:.2f} to {ended}", run_.log]
                lines += [*map(str, run_.requests), run_.post_log, *map(str, run_.post_requests)]
        for training in self.service.trainings:
            lines.append(f"{training.id} by {training.by}: {training.status(self.seconds)}")
        return "\n".join(lines + self.breaches)


def play(seed: int, step: Step = run, *, post: bool = True) -> Played:
    """Play the schedule of a seed, with the action's step or another, and look at the truth."""
    schedule = draw(seed)
    service = Service(schedule.habits, replicate.answer)
    if schedule.habits.model_exists:
        service.models |= {"you/m", "you/other"}
    turns, stdout, sleep = Turns(), sys.stdout, time.sleep
    random.seed(seed)  # the jitter of the action's pauses
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ):
        for plan in schedule.plans:
            Path(folder, plan.name).mkdir()
            Path(folder, plan.name, "data.jsonl").write_text('{"text": "hello"}\n')
        chance = random.Random(f"faults of {seed}")
        jobs = [
            Job(plan, service, Path(folder), chance, schedule.rate, step, post)
            for plan in schedule.plans
        ]
        try:
            time.sleep = sleep_of_thread
            turns.play([Actor(turns, job.plan.begins, job.play) for job in jobs])
        finally:
            sys.stdout = stdout
            time.sleep = sleep
    found = truth.breaches(schedule, service, jobs, turns.now)
    return Played(schedule, service, jobs, turns.now, found)
