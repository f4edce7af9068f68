"""A job: the main step, the post step after it, and the same again where it failed."""

import io
import os
import random
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from replicate_train.app import run
from replicate_train.job.post import run_post
from replicate_train.runner.signals import Stopped, StopSignals
from runner_view import Command, obeyed, read_file_command
from simulated.life import Killed, Life
from simulated.network import Network
from simulated.schedule import Attempt, Plan
from simulated.state import Service
from simulated.turns import Actor

_FILES = ("OUTPUT", "STATE", "STEP_SUMMARY")
_AGAIN = 40.0  # seconds until a job that failed is run again
TOKEN = "r8_token_of_the_simulation"


@dataclass
class Run:
    """One attempt as it was: `status` is None where it was killed."""

    plan: Plan
    number: int
    attempt: Attempt
    last: bool
    began: float
    ended: float = 0.0
    status: int | None = None
    signalled_at: float | None = None
    known_when_signalled: bool = False
    outputs: dict[str, str] = field(default_factory=dict)
    state: dict[str, str] = field(default_factory=dict)
    log: str = ""
    post_log: str = ""
    post_seconds: float = 0.0
    requests: list[str] = field(default_factory=list)

    @property
    def by(self) -> tuple[str, int]:
        return self.plan.name, self.number

    @property
    def errors(self) -> list[Command]:
        return [command for command in obeyed(self.log) if command.name == "error"]


Step = Callable[[Mapping[str, str], str, StopSignals, Life, httpx.BaseTransport], int]


@dataclass
class Job:
    """Plays a plan. `step` is the main step, `post` whether there is a post step at all."""

    plan: Plan
    service: Service
    folder: Path
    chance: random.Random
    rate: float
    step: Step = run
    post: bool = True
    runs: list[Run] = field(default_factory=list)

    def play(self, actor: Actor) -> None:
        for number, attempt in enumerate(self.plan.attempts):
            last = number == len(self.plan.attempts) - 1
            run_ = Run(self.plan, number, attempt, last, actor.turns.now)
            self.runs.append(run_)
            self._main(run_, actor)
            if self.post and attempt.post:
                self._post(run_, actor)
            if run_.status == 0:
                run_.last = True
                return
            if not last:
                actor.wait(_AGAIN)

    def _main(self, run_: Run, actor: Actor) -> None:
        stop = StopSignals()
        files = self._files()

        def signalled(number: int) -> None:
            if number == signal.SIGINT:
                run_.known_when_signalled = "training-id" in read_file_command(files["OUTPUT"])
            stop._on_signal(number, None)

        life = Life(actor, signalled, run_.attempt.interrupt)
        stream = self._enter(actor, files)
        network = Network(self.service, life, run_.by, self.chance, self.rate)

        def look() -> None:
            run_.outputs = read_file_command(files["OUTPUT"])
            run_.state = read_file_command(files["STATE"])
            run_.log = stream.getvalue()

        life.at_death = look
        try:
            with life.traced():
                run_.status = self.step(self._environ(files), str(self.folder), stop, life, network)
        except Stopped:
            run_.status = 1  # as __main__ does
        except Killed:
            run_.status = None
        if not life.dead:
            look()
        else:
            run_.status = None
        run_.ended = actor.turns.now
        run_.signalled_at = life.signalled_at
        run_.requests = network.told

    def _post(self, run_: Run, actor: Actor) -> None:
        life = Life(actor, lambda _number: None, None)
        files = self._files()
        stream = self._enter(actor, files)
        network = Network(self.service, life, run_.by, self.chance, self.rate)
        saved = {f"STATE_{name}": value for name, value in run_.state.items()}
        began = actor.turns.now
        assert run_post({**self._environ(files), **saved}, life, network) == 0
        run_.post_seconds = actor.turns.now - began
        run_.post_log = stream.getvalue()
        run_.requests += ["post", *network.told]

    def _files(self) -> dict[str, Path]:
        files = {name: self.folder / f"{self.plan.name}-{name}" for name in _FILES}
        for path in files.values():
            path.write_bytes(b"")
        return files

    def _environ(self, files: Mapping[str, Path]) -> dict[str, str]:
        given = {**self.plan.inputs, "api-token": TOKEN, "api-url": "http://127.0.0.1:9/v1"}
        environ = {f"INPUT_{name.upper()}": value for name, value in given.items()}
        return environ | {f"GITHUB_{name}": str(path) for name, path in files.items()}

    @staticmethod
    def _enter(actor: Actor, files: Mapping[str, Path]) -> io.StringIO:
        """Give the actor streams and file commands of its own, whenever it has the turn."""
        stream = io.StringIO()

        def resume() -> None:
            sys.stdout = stream
            for name, path in files.items():
                os.environ[f"GITHUB_{name}"] = str(path)

        actor.resume = resume
        resume()
        return stream
