"""Seeded schedules of whole jobs over a simulated Replicate: the action beside the naive client.

scripts/bench simulate [SCHEDULES]: `scripts/simulate --compare` with more to choose from.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from benchmarks.machine import machine
from benchmarks.section import Section
from support.simulated.__main__ import Tally, many

SCHEDULES = 2_000
_PART = 50  # schedules that a process plays in one go
_ROWS = (
    "attempts",
    "attempts that succeeded",
    "requests",
    "trainings",
    "schedules with a training paid for twice",
    "schedules with a training left running",
    "twins cancelled",
)


def section(schedules: int = SCHEDULES) -> Section:
    """Play the schedules with both clients, and return the section."""
    action, naive = (play(schedules, client) for client in ("action", "naive"))
    rows = [["", "the action", "the naive client", "ratio"]]
    for name in _ROWS:
        ours, theirs = action.counts[name], naive.counts[name]
        ratio = f"1 : {theirs / ours:.1f}" if ours else ""
        rows.append([name, f"{ours:,}", f"{theirs:,}", ratio])
    return Section(
        "Exactly one training, and none left behind",
        f"`benchmarks/run simulate`, seeds 1 to {schedules:,}: whole jobs of one to three workflow "
        "runs over a simulated Replicate behind a gateway, with outages, late starts, full disks, "
        "signals, kills and re-runs. The naive client creates the model, starts with the official "
        "client's retry rules and polls every half second.",
        rows,
        f"Promises broken by the action: {len(action.breaches):,}.",
    )


def play(schedules: int, client: str) -> Tally:
    """Play schedules on all cores."""
    seeds = range(1, schedules + 1)
    tally = Tally()
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        parts = [seeds[start : start + _PART] for start in range(0, schedules, _PART)]
        for part in pool.map(partial(many, client=client), parts):
            tally.add(part)
    return tally


if __name__ == "__main__":
    found = section(int(sys.argv[1]) if len(sys.argv) > 1 else SCHEDULES)
    print(found.markdown(machine()))
