"""`scripts/simulate`: many schedules, on all cores; or one of them, told in full."""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from replicate_train.app import run
from support.simulated import naive
from support.simulated.play import Played, play
from support.simulated.switches import ON, SWITCHES

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

    @property
    def by_rule(self) -> dict[str, list[int]]:
        """The seeds that broke each rule, each seed once."""
        found: dict[str, list[int]] = {}
        for seed, breach in self.breaches:
            seeds = found.setdefault(breach.partition(": ")[0], [])
            if seed not in seeds:
                seeds.append(seed)
        return found


def one(seed: int, client: str = "action", lacking: str = "") -> Played:
    """Play one seed with the action, with something of it switched off, or with the naive one."""
    switch = SWITCHES.get(lacking, ON)
    with switch.off():
        step = naive.step if client == "naive" else run
        return play(seed, step, post=client == "action" and switch.post)


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
    began = time.monotonic()
    clients = ["action", "naive"] if wanted.compare else [wanted.client]
    tallies = {client: _on_all_cores(wanted, client) for client in clients}
    without = f" without {wanted.without}" if wanted.without else ""
    print(
        f"{wanted.schedules:,} schedules (seeds {wanted.seed} to "
        f"{wanted.seed + wanted.schedules - 1}), client: {' and '.join(clients)}{without}, "
        f"{time.monotonic() - began:.0f} s on {_cores()} cores"
    )
    _print_figures(tallies)
    action = tallies.get("action", Tally())
    _print_breaches(action)
    return bool(action.breaches)


def _on_all_cores(wanted: argparse.Namespace, client: str) -> Tally:
    tally = Tally()
    seeds = range(wanted.seed, wanted.seed + wanted.schedules)
    parts = [seeds[i : i + 50] for i in range(0, len(seeds), 50)]
    with ProcessPoolExecutor(_cores()) as pool:
        work = partial(many, client=client, lacking=wanted.without)
        for done, part in enumerate(pool.map(work, parts), 1):
            tally.add(part)
            if done % 20 == 0:
                print(f"... {tally.played:,} schedules", file=sys.stderr)
    return tally


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _print_figures(tallies: dict[str, Tally]) -> None:
    """Print what was counted, a column for each client."""
    if len(tallies) > 1:
        print(f"  {'':<46}", *(f"{client:>10}" for client in tallies))
    names = {name for tally in tallies.values() for name in tally.counts}
    for name in sorted(names):
        print(f"  {name:<46}", *(f"{tally.counts[name]:>10,}" for tally in tallies.values()))


def _print_breaches(tally: Tally) -> None:
    if not tally.played:
        return
    print(f"  {'invariants that did not hold':<46} {len(tally.breaches):>10,}")
    for rule, seeds in sorted(tally.by_rule.items()):
        print(f"    {rule:<44} {len(seeds):>10,} schedules, first: seed {seeds[0]}")
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
        "--compare", action="store_true", help="play the seeds with both, and print both's figures"
    )
    parser.add_argument(
        "--without",
        choices=sorted(SWITCHES),
        default="",
        help="switch something of the action off; the simulation must notice",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
