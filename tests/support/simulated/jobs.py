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
from support.runner_view import Command, obeyed
from support.simulated.disk import Disk
from support.simulated.life import Killed, Life
from support.simulated.network import Network, Sent
from support.simulated.schedule import Attempt, Plan
from support.simulated.state import Service
from support.simulated.turns import Actor

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
    requests: list[Sent] = field(default_factory=list)
    post_log: str = ""
    post_began: float = 0.0
    post_ended: float = 0.0
    post_broke: str = ""
    post_requests: list[Sent] = field(default_factory=list)

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
        disk = self._disk(run_)
        stream = self._enter(actor, disk)

        def signalled(number: int) -> None:
            if number == signal.SIGINT:
                run_.known_when_signalled = "training-id" in disk.outputs(stream.getvalue())
            stop._on_signal(number, None)

        life = Life(actor, signalled, run_.attempt.interrupt)
        life.on_time = disk.pass_time
        network = Network(self.service, life, run_.by, self.chance, self.rate)

        def look() -> None:
            run_.log = stream.getvalue()
            run_.outputs = disk.outputs(run_.log)
            run_.state = disk.read("STATE")
            run_.ended = actor.turns.now

        life.at_death = look
        environ = self._environ(run_, disk)
        try:
            with life.traced():
                run_.status = self.step(environ, str(self._workspace), stop, life, network)
        except Stopped:
            run_.status = 1  # as __main__ does
        except Killed:
            run_.status = None
        if not life.dead:
            look()
        else:
            run_.status = None
        run_.signalled_at = life.signalled_at
        run_.requests = network.sent

    def _post(self, run_: Run, actor: Actor) -> None:
        life = Life(actor, lambda _number: None, None)
        disk = self._disk(run_)
        life.on_time = disk.pass_time
        stream = self._enter(actor, disk)
        network = Network(self.service, life, run_.by, self.chance, self.rate)
        saved = {f"STATE_{name}": value for name, value in run_.state.items()}
        run_.post_began = actor.turns.now
        try:
            assert run_post({**self._environ(run_, disk), **saved}, life, network) == 0
        except Exception as error:  # noqa: BLE001 - the judge tells of it
            run_.post_broke = f"{type(error).__name__}: {error}"
        run_.post_ended = actor.turns.now
        run_.post_log = stream.getvalue()
        run_.post_requests = network.sent

    @property
    def _workspace(self) -> Path:
        return self.folder / self.plan.name

    def _disk(self, run_: Run) -> Disk:
        log = self._workspace / "logs" / "train.log"
        files = self.folder / f"{self.plan.name} files"
        return Disk(files, log, run_.attempt.spells, run_.began)

    def _environ(self, run_: Run, disk: Disk) -> dict[str, str]:
        given = {**self.plan.inputs, "api-token": TOKEN, "api-url": "http://127.0.0.1:9/v1"}
        environ = {f"INPUT_{name.upper()}": value for name, value in given.items()}
        return {
            **environ,
            "GITHUB_REPOSITORY": "acme/repo",
            "GITHUB_RUN_ID": self.plan.run_id,
            "GITHUB_JOB": "train",
            "GITHUB_RUN_ATTEMPT": str(run_.number + 1),
            **{f"GITHUB_{name}": str(path) for name, path in disk.paths.items()},
        }

    @staticmethod
    def _enter(actor: Actor, disk: Disk) -> io.StringIO:
        """Give the actor streams and file commands of its own, whenever it has the turn."""
        stream = io.StringIO()

        def resume() -> None:
            sys.stdout = stream
            for name, path in disk.paths.items():
                os.environ[f"GITHUB_{name}"] = str(path)

        actor.resume = resume
        resume()
        return stream
