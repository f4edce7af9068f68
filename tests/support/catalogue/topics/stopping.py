"""A cancelled workflow, and a training that takes too long."""

import signal
from typing import Any

import httpx

from replicate_train import __main__ as process
from replicate_train.runner.signals import StopSignals
from support.catalogue.answers import CANCEL, RUN, followed, known, struck, uploading
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic
from support.scenes import (
    DONE,
    GIVEN,
    INPUTS,
    LIST,
    LOOK,
    START,
    THERE,
    TRAINER,
    listed,
    other,
    started,
)
from support.scripted import Answer, Script, model, ok, problem, training

TOPIC = Topic("stopping", "A cancelled workflow")
TIMEOUT = Topic("timeout", "A training that takes too long")

RUNNING = ok(training("processing", "step 1\n"))
CANCELED = ok(training("canceled", "step 1\n"))


def cancelled(
    stage: Stage, script: Script, *cancels: Answer, inputs: Any = INPUTS, **how: Any
) -> None:
    """Show a step that is signalled while it follows a training."""
    stop = StopSignals()
    script.on(LOOK, struck(stop, RUNNING)).always(LOOK, problem(503))
    if cancels:
        script.on(CANCEL, *cancels[:-1]).always(CANCEL, cancels[-1])
    stage.run(script, inputs, stop=stop, **how)


@TOPIC.scene("While the training runs")
def running(stage: Stage) -> None:
    cancelled(stage, started(), CANCELED)


@TOPIC.scene("The training succeeds before the cancel arrives")
def too_late(stage: Stage) -> None:
    cancelled(stage, started(), ok(training("succeeded", "step 1\n")))


@TOPIC.scene("While the training runs, `on-cancel: leave`")
def leave(stage: Stage) -> None:
    cancelled(stage, started(), inputs=INPUTS | {"on-cancel": "leave"})


@TOPIC.scene("While another run's training is followed")
def foreign(stage: Stage) -> None:
    theirs = other(destination="you/m")
    cancelled(stage, followed(theirs).on(LOOK, ok(theirs)), **RUN)


def brief(stage: Stage, script: Script, stop: StopSignals, **inputs: str) -> None:
    stage.check(script, INPUTS | inputs, stop=stop)


TOPIC.table(
    {
        "The cancel is not confirmed": (httpx.ReadTimeout("timed out"), problem(503)),
        "The cancel does not reach Replicate": (httpx.ConnectError("no route to host"), RUNNING),
        "The training does not stop in time": (RUNNING, RUNNING),
    },
    lambda stage, row: _failing(stage, *row),
)


def _failing(stage: Stage, cancel: Answer, look: Answer) -> None:
    stop = StopSignals()
    script = started().on(LOOK, struck(stop, RUNNING)).always(LOOK, look).always(CANCEL, cancel)
    brief(stage, script, stop)


@TOPIC.scene("Before anything is loaded")
def loading(stage: Stage) -> None:
    class Struck(StopSignals):
        def install(self) -> None:
            self._pending = "SIGINT"

    stage.patch.setattr(process, "StopSignals", Struck)
    stage.process(lambda: process.main([]))


@TOPIC.scene("While the trainer is looked up")
def at_first(stage: Stage) -> None:
    stop = StopSignals()
    brief(stage, Script().on(TRAINER, struck(stop, problem(404))), stop)


@TOPIC.scene("Before the training is started")
def before(stage: Stage) -> None:
    stop = StopSignals()
    brief(stage, known().on(LIST, struck(stop, listed())), stop)


@TOPIC.scene("After the step has done its work")
def at_the_end(stage: Stage) -> None:
    stop = StopSignals()

    class Closing(Script):
        def __exit__(self, *_: object) -> None:
            stop._on_signal(signal.SIGINT, None)

    brief(stage, Closing().on("GET /models/you/m", ok(model())), stop, mode="create")


@TOPIC.scene("While the training is started")
def starting(stage: Stage) -> None:
    stop = StopSignals()
    script = started().on(CANCEL, CANCELED)
    script.answers[START] = [struck(stop, ok(training("starting"), 201))]
    brief(stage, script, stop)


@TOPIC.scene("While the start hangs, and its training is found")
def hanging(stage: Stage) -> None:
    stage.write({"a.txt": "hello"})
    stop = StopSignals()
    mine = other(input=GIVEN | {"train_data": "https://api.replicate.com/v1/files/f1"})
    script = uploading().on(LIST, listed()).always(LIST, listed(mine)).on(CANCEL, CANCELED)
    script.answers[START] = [struck(stop, RUNNING, signal.SIGINT, signal.SIGTERM)]
    brief(stage, script, stop, dataset="a.txt")


@TOPIC.scene("While the start hangs, and no training is found")
def unknown(stage: Stage) -> None:
    stop = StopSignals()
    script = started()
    script.answers[START] = [struck(stop, RUNNING, signal.SIGINT, signal.SIGTERM)]
    stage.run(script, stop=stop)


@TOPIC.scene("After the training has ended")
def ended(stage: Stage) -> None:
    stage.write({"CARD.md": "# My photos"})
    stop = StopSignals()
    script = started().on(LOOK, ok(training("succeeded", output=DONE)))
    brief(stage, script.on("PATCH /models/you/m", struck(stop, ok({}))), stop, readme="CARD.md")


@TOPIC.scene("After the training has ended, before its version is known")
def ended_early(stage: Stage) -> None:
    stop = StopSignals()
    script = started().on(LOOK, ok(training("succeeded", output=DONE)))
    script.staying.pop(THERE)
    brief(stage, script.on(THERE, struck(stop, ok({}))), stop)


@TIMEOUT.scene("The training is cancelled")
def timed_out(stage: Stage) -> None:
    stage.run(started().always(LOOK, RUNNING).on(CANCEL, CANCELED), INPUTS | {"timeout": "10m"})


@TIMEOUT.scene("The training is left running, `on-timeout: leave`")
def timed_out_left(stage: Stage) -> None:
    left = {"timeout": "90s", "on-timeout": "leave"}
    stage.run(started().always(LOOK, RUNNING), INPUTS | left)


@TIMEOUT.scene("Another run's training is left running")
def timed_out_foreign(stage: Stage) -> None:
    theirs = other(destination="you/m")
    stage.check(followed(theirs).always(LOOK, ok(theirs)), INPUTS | {"timeout": "1m"}, **RUN)


TIMEOUT.table(
    {
        "The cancel is not confirmed": problem(522),
        "The cancel does not reach Replicate": httpx.ConnectError("no route to host"),
        "The training does not stop in time": RUNNING,
    },
    lambda stage, answer: stage.check(
        started().always(LOOK, RUNNING).always(CANCEL, answer), INPUTS | {"timeout": "1m"}
    ),
)


@TIMEOUT.scene("The training succeeded at the last moment")
def just_in_time(stage: Stage) -> None:
    done = ok(training("succeeded", output=DONE))
    stage.log(started().always(LOOK, RUNNING).on(CANCEL, done), INPUTS | {"timeout": "1m"})
