"""Starting a training exactly once: refused, lost and doubled starts, and trainings that exist."""

from typing import Any

import httpx

from support.catalogue.answers import CANCEL, UPLOADED, uploading
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic
from support.scenes import DONE, GIVEN, INPUTS, LIST, LOOK, START, listed, other, started
from support.scripted import Answer, Script, ok, problem, training

TOPIC = Topic("starting", "Starting a training")

OWN = INPUTS | {"dataset": "a.txt"}
LOST = httpx.ReadError("connection reset")
ENDED = ok(training("succeeded", output=DONE))
SECOND = "POST /trainings/tr2/cancel"


def mine(name: str = "tr1", second: int = 1, **more: object) -> dict[str, Any]:
    """Return a training with this step's own upload."""
    made = f"2026-11-01T10:{second // 60:02}:{second % 60:02}Z"
    return other(id=name, input=GIVEN | {"train_data": UPLOADED}, created_at=made) | more


def lost(*lists: httpx.Response, answer: Answer = LOST) -> Script:
    """Return a script in which the start's answer is lost; `lists` come after it."""
    script = started()
    script.answers[START] = [answer]
    return script.on(LIST, listed(), *lists)


@TOPIC.scene("The start is refused")
def refused(stage: Stage) -> None:
    script = started()
    script.answers[START] = [problem(402, title="Insufficient credit", detail="No credit left")]
    stage.run(script)


@TOPIC.scene("The start's answer is lost, and its training is found")
def found(stage: Stage) -> None:
    stage.write({"a.txt": "hello"})
    script = uploading().on(LIST, listed()).always(LIST, listed(mine()))
    script.answers[START] = [LOST]
    stage.log(script.on(LOOK, ENDED), OWN)


@TOPIC.scene("The start's answer is lost, and what is found may be another run's")
def perhaps(stage: Stage) -> None:
    stage.log(lost(listed(other())).on(LOOK, ENDED))


@TOPIC.scene("The start's answer is lost, and two are found that may be another run's")
def two(stage: Stage) -> None:
    script = lost(listed(other(id="tr1"), other(id="tr0"))).always(LIST, listed())
    stage.log(script.on(LOOK, ENDED))


def unknown(stage: Stage, answer: Answer) -> None:
    """Show what is said where no training is found, however often the start is sent."""
    script = started()
    script.answers.pop(START)
    stage.check(script.always(START, answer))


TOPIC.table(
    {
        "The start stays open: 503": problem(503, detail="down"),
        "The start stays open: 500": problem(500, detail="An unexpected error ocurred"),
    },
    unknown,
)


@TOPIC.scene("The start stays open: the list cannot be read")
def no_list(stage: Stage) -> None:
    script = lost().always(LIST, problem(403, detail="no"))
    stage.check(script)


@TOPIC.scene("The start stays open: an answer that is not JSON")
def garbled(stage: Stage) -> None:
    stage.check(lost(answer=httpx.Response(201, html="<html>")).always(LIST, listed()))


@TOPIC.scene("The start stays open, and the next one is refused")
def then_refused(stage: Stage) -> None:
    script = started()
    script.answers[START] = [LOST, problem(402, detail="no credit")]
    stage.check(script)


def resent(stage: Stage, *later: dict[str, Any]) -> Script:
    """Return a script whose first start is lost and whose second one makes tr2."""
    stage.write({"a.txt": "hello"})
    script = uploading()
    script.answers[START] = [LOST, ok(mine("tr2", 31), 201)]
    script.on(LIST, *[listed()] * 6).always(LIST, listed(mine("tr2", 31), *later))
    ended = stage.later(200, ok(training("succeeded", id="tr2", output=DONE)))
    return script.on("GET /trainings/tr2", ended)


@TOPIC.scene("The start is sent again, and arrives twice")
def twin(stage: Stage) -> None:
    script = resent(stage, mine("tr1", 90))
    stage.log(script.on(CANCEL, ok(mine(status="canceled"))), OWN)


@TOPIC.scene("The start arrives twice, and the second training cannot be cancelled")
def twin_left(stage: Stage) -> None:
    script = resent(stage, mine("tr1", 90)).always(LOOK, problem(503))
    stage.check(script.always(CANCEL, problem(503, detail="down")), OWN)


@TOPIC.scene("The start is sent again, and another training has the same input")
def twin_named(stage: Stage) -> None:
    script = started()
    script.answers[START] = [LOST, ok(training("starting", id="tr2"), 201)]
    script.on(LIST, *[listed()] * 6).always(LIST, listed(other(id="tr1")))
    ended = stage.later(200, ok(training("succeeded", id="tr2", output=DONE)))
    stage.check(script.on("GET /trainings/tr2", ended))


@TOPIC.scene("The start is sent again, and the trainings cannot be listed in the end")
def twin_unknown(stage: Stage) -> None:
    script = resent(stage).always(LIST, problem(403, detail="no"))
    stage.check(script, OWN)
