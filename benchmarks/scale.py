"""256 steps at once, GitHub's largest matrix, with one token and the documented rate limits.

scripts/bench scale [STEPS]: processes against the served local Replicate, two of whose trainings
run at a time, so that most steps follow one that waits in the queue.
"""

import re
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from benchmarks.section import Section
from support.entrypoint import Step, start
from support.served import LM, ROOT, Served, sandbox


@dataclass
class Running:
    """A step, when it began and when its end was seen (seconds)."""

    step: Step
    began: float
    ended: float = 0.0


def run(served: Served, workspace: Path, steps: int) -> list[Running]:
    """Start all of them at once, and wait for the last."""
    running = []
    for number in range(steps):
        step = start(
            served,
            workspace,
            model_name=f"matrix-{number}",
            trainer=LM,
            dataset="harbour.jsonl",
            training_input=f"steps: 1\nseed: {number}",
        )
        running.append(Running(step, time.time()))
    while waiting := [one for one in running if not one.ended]:
        for one in waiting:
            if one.step.process.poll() is not None:
                one.ended = time.time()
        time.sleep(0.05)
    return running


def overhead(one: Running, trainings: Mapping[str, Any]) -> float:
    """Return the seconds that a step took beyond its training, waiting in the queue included."""
    training = trainings[one.step.outputs["training-id"]]
    made, done = (
        datetime.fromisoformat(training[name]).timestamp()
        for name in ("created_at", "completed_at")
    )
    return (one.ended - one.began) - (done - made)


def trainings_of(served: Served) -> dict[str, Any]:
    """Return all trainings by their ids."""
    found: dict[str, Any] = {}
    cursor: dict[str, str] = {}
    with served.client() as api:
        while True:
            page = api.get("/trainings", params=cursor).json()
            if "results" not in page:  # this script's own requests count as well
                time.sleep(1)
                continue
            found |= {one["id"]: one for one in page["results"]}
            if not page["next"]:
                return found
            cursor = {"cursor": page["next"].partition("cursor=")[2]}


def section(steps: int = 256) -> Section:
    """Run the steps, and return the section; raise `AssertionError` if one failed."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder, "workspace")
        workspace.mkdir()
        shutil.copy(ROOT / "examples/data/harbour.jsonl", workspace)
        with sandbox() as served:
            began = time.time()
            running = run(served, workspace, steps)
            seconds = time.time() - began
            failed = [one.step.log for one in running if one.step.process.returncode]
            assert not failed, f"{len(failed)} failed, the first:\n{failed[0]}"
            trainings = trainings_of(served)
            assert len(trainings) == steps, f"{steps} steps paid for {len(trainings)} trainings"
            counted = re.fullmatch(r"([\d,]+) requests, ([\d,]+) of them .*", served.end())
            assert counted
            slowest = max(overhead(one, trainings) for one in running)
    return Section(
        f"A matrix of {steps}",
        f"`benchmarks/run scale`: {steps} steps at once with one token, 3,000 requests a minute "
        "enforced, two trainings at a time.",
        [
            ["steps", "trainings", "seconds", "requests", "answered with 429"],
            [str(steps), str(len(trainings)), f"{seconds:.0f}", counted[1], counted[2]],
        ],
        f"All succeed. The slowest step takes {slowest:.1f} s longer than its training and its "
        "place in the queue.",
    )


if __name__ == "__main__":
    print(section(int(sys.argv[1]) if len(sys.argv) > 1 else 256).markdown(machine()))
