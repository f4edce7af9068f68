"""`scripts/simulate`: many schedules, on all cores; or one of them, told in full."""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from unittest.mock import patch

from replicate_train.training.start import Starter
from simulated import naive
from simulated.jobs import run
from simulated.play import Played, play

_SHOWN = 20  # breaches that are printed


@dataclass
class Tally:
    """What many schedules came to."""

    played: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    breaches: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.played += other.played
        self.counts += other.counts
        self.breaches += other.breaches


def without(what: str) -> AbstractContextManager[object]:
    """Return the action without its look after a start whose answer was lost, or as it is."""
    if what == "look-up":
        return patch.object(Starter, "_found", lambda *_: [])
    return nullcontext()


def one(seed: int, client: str = "action", lacking: str = "") -> Played:
    """Play one seed with the action, with something of it switched off, or with the naive one."""
    with without(lacking):
        step = naive.step if client == "naive" else run
        return play(seed, step, post=client == "action" and lacking != "post-step")


def many(seeds: Iterable[int], client: str = "action", lacking: str = "") -> Tally:
    """Play many seeds."""
    tally = Tally()
    for seed in seeds:
        played = one(seed, client, lacking)
        tally.played += 1
        tally.counts.update(played.counts)
        tally.breaches += [(seed, breach) for breach in played.breaches]
    return tally


def main() -> int:
    """Play, print what came of it, and return 1 if anything was not as it must be."""
    wanted = _arguments().parse_args()
    if wanted.replay is not None:
        played = one(wanted.replay, wanted.client, wanted.without)
        print(played.tale())
        return bool(played.breaches)
    began, tally = time.monotonic(), Tally()
    cores = len(os.sched_getaffinity(0))
    seeds = range(wanted.seed, wanted.seed + wanted.schedules)
    parts = [seeds[i : i + 50] for i in range(0, len(seeds), 50)]
    with ProcessPoolExecutor(cores) as pool:
        work = partial(many, client=wanted.client, lacking=wanted.without)
        for done, part in enumerate(pool.map(work, parts), 1):
            tally.add(part)
            if done % 20 == 0:
                print(f"... {tally.played:,} schedules", file=sys.stderr)
    _report(tally, wanted, time.monotonic() - began, cores)
    return bool(tally.breaches) and wanted.client == "action"


def _report(tally: Tally, wanted: argparse.Namespace, seconds: float, cores: int) -> None:
    print(
        f"{tally.played:,} schedules (seeds {wanted.seed} to {wanted.seed + tally.played - 1}), "
        f"client: {wanted.client}{f' without {wanted.without}' if wanted.without else ''}, "
        f"{seconds:.0f} s on {cores} cores"
    )
    for name, count in sorted(tally.counts.items()):
        print(f"  {name:<46} {count:>10,}")
    if wanted.client == "action":
        print(f"  {'invariants that did not hold':<46} {len(tally.breaches):>10,}")
        for seed, breach in tally.breaches[:_SHOWN]:
            print(f"  seed {seed}: {breach}   (scripts/simulate --replay {seed})")


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/simulate", description=__doc__)
    parser.add_argument("--schedules", type=int, default=1000, help="how many (default: 1000)")
    parser.add_argument("--seed", type=int, default=1, help="the first one's seed (default: 1)")
    parser.add_argument("--replay", type=int, metavar="SEED", help="tell one schedule in full")
    parser.add_argument(
        "--client",
        choices=["action", "naive"],
        default="action",
        help="naive: what one writes by hand with the official client",
    )
    parser.add_argument(
        "--without",
        choices=["look-up", "post-step"],
        default="",
        help="switch something of the action off; the simulation must notice",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
