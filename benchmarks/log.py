"""What a long training log costs: 100 MB through the live log, beside a bare `print` of its lines.

Each look has the whole log so far, as Replicate answers; both write into a pipe that is read. The
two kinds of log are of lines with progress bars only, and of lines without numbers.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.following import log_of
from benchmarks.machine import machine
from replicate_train.metrics.progress import describe
from replicate_train.replicate.schemas import Training
from replicate_train.runner.commands import Runner
from replicate_train.training.log_view import LogView
from support.scripted import HandClock

_LOOK = 1_000_000  # characters that come between two looks
_PLAIN = (
    "INFO 2026-01-01 00:00:00 reading a shard of the data, shape (3, 512, 512), dtype float16\n"
)


@contextmanager
def piped() -> Iterator[None]:
    """Send standard output into a pipe that is read, during the block."""
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as reader:
        assert reader.stdin
        kept = os.dup(1)
        os.dup2(reader.stdin.fileno(), 1)
        try:
            yield
            sys.stdout.flush()
        finally:
            os.dup2(kept, 1)
            os.close(kept)


def live_log(log: str) -> tuple[float, str]:
    """Return the seconds that the live log takes in all looks, and what it knows at the end."""
    runner, clock, seconds = Runner({}), HandClock(), 0.0
    runner.mask("r8_token_of_a_benchmark_1234567890abcdef")
    runner.mask("ghs_token_of_a_benchmark_1234567890abcdef")
    view = LogView(runner, clock)
    for end in range(_LOOK, len(log) + _LOOK, _LOOK):
        status = "processing" if end < len(log) else "succeeded"
        training = Training.model_construct(id="tr", status=status, logs=log[:end])
        clock.sleep(15)
        began = time.perf_counter()
        view.show(training)
        seconds += time.perf_counter() - began
    runner.end_fence()
    return seconds, describe(view.metrics.latest)


def bare(log: str) -> tuple[float, str]:
    """Return the seconds that printing each line takes."""
    began = time.perf_counter()
    for start in range(0, len(log), _LOOK):
        for line in log[start : start + _LOOK].split("\n"):
            print(line)
    return time.perf_counter() - began, ""


def measure(name: str, log: str, work: Callable[[str], tuple[float, str]]) -> float:
    """Print and return the seconds of some work on a log, and print the memory that it adds."""
    before = _peak()
    with piped():
        seconds, told = work(log)
    print(f"  {name:<12} {seconds:>7.2f} s  +{_peak() - before:.0f} MiB  {told}", flush=True)
    return seconds


def main() -> None:
    """Print the figures, and fail where the memory grows with the log."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=100)
    size = parser.parse_args().megabytes * 1_000_000
    print(machine())
    logs = {
        "progress bars": log_of(size),
        "bars of one line": log_of(size).replace("\n", "\r"),
        "plain lines": _PLAIN * (size // len(_PLAIN)),
    }
    for kind, log in logs.items():
        print(f"{len(log):,} characters, {kind}:", flush=True)
        _ = log[: len(log) - 1]  # one look's text is part of the memory before
        theirs, before = measure("print", log, bare), _peak()
        ours = measure("live log", log, live_log)
        print(f"  1 : {ours / theirs:.1f}")
        assert _peak() - before < 64, "memory grows with the log"


def _peak() -> float:
    """Return the peak of this process's memory, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
