"""What a long training log costs: 100 MB through the live log, beside a bare `print` of its lines.

Each look has the whole log so far, as Replicate answers; both write into a pipe that is read. Times
are those of the processor. The memory is what the live log holds at most, beside the text itself.
"""

import argparse
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.following import log_of
from benchmarks.machine import machine
from benchmarks.section import Section
from replicate_train.metrics.progress import describe
from replicate_train.replicate.schemas import Training
from replicate_train.runner.commands import Runner
from replicate_train.training.log_view import LogView
from support.scripted import HandClock

_LOOK = 1_000_000  # characters that come between two looks
_MOST = 8  # MiB that the live log may hold, whatever the size of the log
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


def live_log(log: str, kept: int | None = None) -> str:
    """Show a log in many looks, and return what is known at its end.

    `kept`: each look has only so many characters of the log's end.
    """
    runner, clock = Runner({}), HandClock()
    runner.mask("r8_token_of_a_benchmark_1234567890abcdef")
    runner.mask("ghs_token_of_a_benchmark_1234567890abcdef")
    view = LogView(runner, clock)
    for end in range(_LOOK, len(log) + _LOOK, _LOOK):
        status = "processing" if end < len(log) else "succeeded"
        start = 0 if kept is None else max(0, end - kept)
        clock.sleep(15)
        view.show(Training.model_construct(id="tr", status=status, logs=log[start:end]))
    runner.end_fence()
    return describe(view.metrics.latest)


def bare(log: str) -> str:
    """Print each line of a log."""
    for start in range(0, len(log), _LOOK):
        for line in log[start : start + _LOOK].replace("\r", "\n").split("\n"):
            print(line)
    return ""


def measure(log: str, work: Callable[[str], str]) -> float:
    """Return the seconds of the processor that some work on a log takes."""
    began = time.process_time()
    with piped():
        work(log)
    return time.process_time() - began


def memory(log: str) -> float:
    """Return the most that the live log holds, in MiB, beside two looks' texts."""
    tracemalloc.start()
    try:
        with piped():
            live_log(log, kept=2 * _LOOK)
        return tracemalloc.get_traced_memory()[1] / (1 << 20)
    finally:
        tracemalloc.stop()


def section(megabytes: int = 100) -> Section:
    """Show the logs, and return the section; raise `AssertionError` if memory grows with them."""
    size = megabytes * 1_000_000
    bars = log_of(size)
    kinds = {
        "has no numbers": _PLAIN * (size // len(_PLAIN)),
        "is a progress bar with a loss and a rate": bars,
        "rewrites one progress bar": bars.replace("\n", "\r"),
    }
    rows, held = [["each line", "the live log", "`print`", "ratio"]], 0.0
    for kind, log in kinds.items():
        theirs, ours = measure(log, bare), measure(log, live_log)
        rows.append([kind, f"{ours:.1f} s", f"{theirs:.1f} s", f"{ours / theirs:.1f} : 1"])
        held = max(held, memory(log[: size // 50]), memory(log[: size // 5]))
    assert held < _MOST + 4 * _LOOK / (1 << 20), "memory grows with the log"
    return Section(
        f"A training log of {megabytes} MB",
        "`benchmarks/run log`: 100 looks, each of which has the whole log so far. Seconds of the "
        "processor, beside a bare `print` of the same lines into the same pipe.",
        rows,
        f"The live log holds {held:.1f} MiB at most, with the texts of two looks, whatever the "
        "size of the log. Of a look that brings very many lines, the numbers of about 500 are "
        "read.",
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=100)
    print(section(parser.parse_args().megabytes).markdown(machine()))
