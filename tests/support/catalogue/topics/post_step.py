"""What the post step says, after a step that was killed."""

from dataclasses import replace

import httpx

from replicate_train.training.pending_start import PendingStart, digest
from support.catalogue.answers import CANCEL
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic
from support.catalogue.topics.stopping import CANCELED, RUNNING
from support.scenes import GIVEN, LIST, LOOK, listed, other
from support.scripted import VERSION, Script, ok, problem, training

TOPIC = Topic("post-step", "The post step, after a step that was killed")

PENDING = PendingStart(VERSION, "you/m", tuple(GIVEN), digest(GIVEN, GIVEN), (), exclusive=True)
KNOWN = {"training-id": "tr1"}
STARTED = {"training-expected": PENDING.as_text()}
SHARED = {"training-expected": replace(PENDING, exclusive=False).as_text()}
TWICE = {"training-id": "tr0", "training-settled": "ended", "training-resent": "true"}


TOPIC.table(
    {
        "Nothing was started": {},
        "The training ended": {"training-id": "tr1", "training-settled": "ended"},
        "The training was left running on purpose": {
            "training-id": "tr1",
            "training-settled": "left",
        },
    },
    lambda stage, state: stage.post(Script(), state),
)


@TOPIC.scene("The training has ended meanwhile")
def post_ended(stage: Stage) -> None:
    stage.post(Script().on(LOOK, ok(training("succeeded"))), KNOWN)


@TOPIC.scene("The training is running, and is cancelled")
def post_cancelled(stage: Stage) -> None:
    stage.post(Script().on(LOOK, RUNNING).on(CANCEL, CANCELED), KNOWN)


@TOPIC.scene("The training is running, `on-cancel: leave`")
def post_left(stage: Stage) -> None:
    stage.post(Script().on(LOOK, RUNNING), KNOWN, **{"on-cancel": "leave"})


@TOPIC.scene("The training is another run's")
def post_foreign(stage: Stage) -> None:
    stage.post(Script().on(LOOK, RUNNING), KNOWN | {"training-foreign": "true"})


TOPIC.table(
    {
        "The cancel is not confirmed": problem(503, detail="down"),
        "The cancel does not reach Replicate": httpx.ConnectError("no route to host"),
        "The training does not stop in time": RUNNING,
    },
    lambda stage, answer: stage.post(Script().always(LOOK, answer).always(CANCEL, answer), KNOWN),
)


@TOPIC.scene("The step was killed while it started a training, which is cancelled")
def post_started(stage: Stage) -> None:
    script = Script().on(LIST, listed(other())).on(LOOK, RUNNING).on(CANCEL, CANCELED)
    stage.post(script, STARTED)


@TOPIC.scene("The step was killed while it started a training, which may be another run's")
def post_perhaps(stage: Stage) -> None:
    stage.post(Script().on(LIST, listed(other())), SHARED)


@TOPIC.scene("The step was killed while it started a training, and none is found")
def post_none(stage: Stage) -> None:
    stage.post(Script().always(LIST, listed()), STARTED)


@TOPIC.scene("The start arrived twice, and the second training is cancelled")
def post_twin(stage: Stage) -> None:
    script = Script().always(LIST, listed(other())).on(LOOK, RUNNING).on(CANCEL, CANCELED)
    stage.post(script, STARTED | TWICE)


@TOPIC.scene("The start was sent twice, and a training may be the second one or another run's")
def post_perhaps_twin(stage: Stage) -> None:
    stage.post(Script().always(LIST, listed(other())), SHARED | TWICE)


@TOPIC.scene("The trainings cannot be listed")
def post_no_list(stage: Stage) -> None:
    stage.post(Script().always(LIST, problem(401, detail="no such token")), STARTED)


@TOPIC.scene("The saved state cannot be read")
def post_damaged(stage: Stage) -> None:
    for text in ("{}", "{"):
        stage.post(Script(), {"training-expected": text})


@TOPIC.scene("The inputs of the step cannot be used")
def post_inputs(stage: Stage) -> None:
    stage.post(Script(), KNOWN, timeout="soon")
