"""What following costs: requests and bytes, beside a loop at 0.5 s as the official client polls.

The action's own follower runs over virtual time; each look returns the whole log so far, gzipped
as the service would. The size of a gzipped log is measured at some lengths and interpolated.
"""

import bisect
import gzip
import json
import random
from collections.abc import Iterable
from pathlib import Path

import httpx

from benchmarks.machine import machine
from benchmarks.section import Section
from replicate_train.context import Context
from replicate_train.inputs.read import read_inputs
from replicate_train.replicate.client import Replicate, connect
from replicate_train.replicate.exchange import Exchange
from replicate_train.replicate.retry import RetryPolicy
from replicate_train.replicate.session import Session
from replicate_train.runner.commands import Runner
from replicate_train.runner.signals import StopSignals
from replicate_train.runner.workspace import Workspace
from replicate_train.training.follow import Follower
from replicate_train.training.guard import TrainingGuard
from replicate_train.training.log_view import LogView
from replicate_train.training.stopping import Stopping
from support.scripted import HandClock

_LOOP = 0.5  # seconds between two looks of the official client
_SHORT = (5, 30, 60, 120, 299)  # seconds of trainings whose end is soon to be noticed
_HEAD = 400  # bytes of an answer's status line and headers, and of the request's


def log_of(size: int) -> str:
    """Return a trainer's log: steps, losses, times, none like another."""
    chance, lines, length = random.Random(1), [], 0
    while length < size:
        step = len(lines)
        line = (
            f"flux_train: {step % 100:3}%|{'#' * (step % 20):20}| {step}/100000 "
            f"[{step // 60:02}:{step % 60:02}, {chance.uniform(1, 9):.2f}it/s, "
            f"lr: {chance.uniform(1, 9):.1f}e-04 loss: {chance.random():.3e}]\n"
        )
        lines.append(line)
        length += len(line)
    return "".join(lines)


class Growing(httpx.BaseTransport):
    """A training that runs so many seconds while its log grows; counts what looking at it costs."""

    def __init__(self, clock: HandClock, seconds: float, log: str) -> None:
        self._clock = clock
        self._seconds = seconds
        self._log = log
        self._lengths = [len(log) * i // 50 for i in range(51)]
        self._sizes = [len(gzip.compress(log[:n].encode(), 6)) for n in self._lengths]
        self.requests = 0
        self.bytes = 0

    def handle_request(self, _request: httpx.Request) -> httpx.Response:
        self._clock.sleep(0.1)
        done = min(1.0, self._clock.now() / self._seconds)
        shown = int(len(self._log) * done)
        self.requests += 1
        self.bytes += self.cost(shown)
        status = "processing" if done < 1 else "succeeded"
        body = {"id": "tr", "status": status, "logs": self._log[:shown]}
        return httpx.Response(200, content=json.dumps(body).encode())

    def cost(self, shown: int) -> int:
        """Return the bytes of a look at so many characters of log."""
        i = min(max(bisect.bisect_right(self._lengths, shown), 1), 50)
        low, high = self._lengths[i - 1], self._lengths[i]
        share = (shown - low) / max(high - low, 1)
        return _HEAD + int(self._sizes[i - 1] + share * (self._sizes[i] - self._sizes[i - 1]))


def follow(seconds: float, log: str, longest: float) -> tuple[int, int, float]:
    """Follow a training; return requests, bytes, and the seconds until its end was noticed."""
    clock = HandClock()
    growing = Growing(clock, seconds, log)
    runner = Quiet({})
    with connect("http://127.0.0.1:9/v1", "token", growing) as http:
        replicate = Replicate(Session(Exchange(http), RetryPolicy(clock)))
        context = context_of(replicate, runner, clock, f"{longest:.0f}s")
        guard = TrainingGuard(runner, context.stop)
        follower = Follower(context, guard, Stopping(context, guard), random.Random(2).random)
        follower.follow(replicate.training("tr"), LogView(runner, clock))
    return growing.requests, growing.bytes, clock.now() - seconds


def context_of(replicate: Replicate, runner: Runner, clock: HandClock, longest: str) -> Context:
    """Return the context of a step that does nothing but follow."""
    given = {"MODE": "wait", "TRAINING-ID": "tr", "API-TOKEN": "r8_token_of_a_benchmark"}
    limits = {"MAX-POLL-INTERVAL": longest, "TIMEOUT": "1000h"}
    reading = read_inputs({f"INPUT_{name}": value for name, value in (given | limits).items()})
    workspace = Workspace(Path())
    return Context(reading, runner, workspace, replicate, clock, StopSignals(), Path, Path(), "")


def loop(seconds: float, log: str) -> tuple[int, int]:
    """Return the requests and bytes of a loop at a fixed interval."""
    growing = Growing(HandClock(), seconds, log)
    moments = [i * (_LOOP + 0.1) for i in range(int(seconds / (_LOOP + 0.1)) + 2)]
    shown = [int(len(log) * min(1.0, moment / seconds)) for moment in moments]
    return len(moments), sum(growing.cost(length) for length in shown)


class Quiet(Runner):
    """A runner that shows nothing."""

    def say(self, text: str = "") -> None:
        """Drop it."""

    def relay(self, lines: Iterable[str]) -> None:
        """Take the lines, and drop them."""
        for _ in lines:
            pass


def section() -> Section:
    """Follow the trainings, and return the section; raise `AssertionError` over the budget."""
    log = log_of(5_000_000)
    (requests, size, noticed), (their_requests, their_size) = (
        follow(7200, log, 15.0),
        loop(7200, log),
    )
    assert requests * 10 <= their_requests, "more than a tenth"
    assert size * 10 <= their_size, "more than a tenth"
    assert noticed <= 15.2
    short = {seconds: follow(seconds, log_of(20_000), 15.0)[2] for seconds in _SHORT}
    assert max(short.values()) <= 3.0
    after = ", ".join(f"{seconds:.1f}" for seconds in short.values())
    rows = [["", "the action", "a loop at 0.5 s", "ratio"]]
    for name, ours, theirs in (
        ("requests", requests, their_requests),
        ("bytes", size, their_size),
    ):
        rows.append([name, f"{ours:,}", f"{theirs:,}", f"1 : {theirs / ours:.1f}"])
    return Section(
        "Following at little cost",
        "`benchmarks/run following`: a training of two hours whose log grows to 5 MB.",
        rows,
        f"The end is noticed after {noticed:.1f} s; those of trainings of "
        f"{', '.join(map(str, _SHORT))} s after {after} s.",
    )


if __name__ == "__main__":
    print(section().markdown(machine()))
