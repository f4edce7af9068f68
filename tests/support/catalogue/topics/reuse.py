"""Trainings that already exist: followed, of this run or another one, or taken for its version."""

from typing import Any

from support.catalogue.answers import HELLO, RUN, UPLOADED, followed
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic
from support.catalogue.topics.starting import ENDED, OWN, lost, mine
from support.scenes import DONE, INPUTS, LOOK, START, listed, other
from support.scripted import NEW_VERSION, Script, ok, training

TOPIC = Topic("reuse", "Trainings that already exist")


def upload(run: str = "") -> dict[str, Any]:
    """Return an upload of the dataset, which a run marked as its own."""
    marks = {"destination": "you/m"} | ({"run": run} if run else {})
    return {
        "id": "f1",
        "name": "a.txt",
        "checksums": {"sha256": HELLO},
        "urls": {"get": UPLOADED},
        "metadata": marks,
        "created_at": "2026-11-01T10:00:00Z",
    }


def running(stage: Stage, run: str, *others: dict[str, Any]) -> Script:
    """Return a script in which a training with an upload of some run exists."""
    stage.write({"a.txt": "hello"})
    return followed(mine(), *others).on("GET /files/f1", ok(upload(run)))


@TOPIC.scene("A training of an earlier attempt of this run is running")
def own(stage: Stage) -> None:
    script = running(stage, "you/photos/77/train").on(LOOK, ok(mine()), ENDED)
    stage.run(script, OWN, **RUN)


@TOPIC.scene("A training of another run is running")
def foreign(stage: Stage) -> None:
    script = running(stage, "you/photos/78/train").on(LOOK, ok(mine()), ENDED)
    stage.run(script, OWN, **RUN)


@TOPIC.scene("A training of another run is running, mode start")
def foreign_start(stage: Stage) -> None:
    script = running(stage, "you/photos/78/train").on(LOOK, ok(mine()))
    script.staying.clear()
    script.always("GET /account", ok({"type": "user", "username": "you"}))
    stage.run(script, OWN | {"mode": "start"}, **RUN)


@TOPIC.scene("A training with the same dataset address is running")
def address(stage: Stage) -> None:
    theirs = other(destination="you/m")
    stage.log(followed(theirs).on(LOOK, ok(theirs), ENDED))


@TOPIC.scene("The same training runs twice")
def twice(stage: Stage) -> None:
    theirs, more = other(destination="you/m"), other(id="tr0", destination="you/m")
    stage.log(followed(theirs, more).on(LOOK, ok(theirs), ENDED))


@TOPIC.scene("A training succeeded, `reuse: succeeded`")
def succeeded(stage: Stage) -> None:
    done = other(status="succeeded", output={"version": f"you/m:{NEW_VERSION}"})
    stage.log(followed(done).on(LOOK, ok(done)), INPUTS | {"reuse": "succeeded"})


@TOPIC.scene("A training of another run is cancelled by somebody else")
def in_vain(stage: Stage) -> None:
    script = running(stage, "you/photos/78/train").on(LOOK, ok(mine()), ok(mine(status="canceled")))
    script.on("POST /files", ok({"id": "f2", "urls": {"get": UPLOADED}}, 201))
    script.on(START, ok(training("starting", id="tr2"), 201))
    script.on("GET /trainings/tr2", ok(training("succeeded", id="tr2", output=DONE)))
    stage.log(script, OWN, **RUN)


@TOPIC.scene("What was taken for the lost start is cancelled, and another training shows")
def shows_later(stage: Stage) -> None:
    script = lost(listed(other()), listed(other(id="tr2"), other(status="canceled")))
    script.on(LOOK, ok(other(status="canceled")))
    script.on("GET /trainings/tr2", ok(training("succeeded", id="tr2", output=DONE)))
    stage.log(script)


@TOPIC.scene("A training that is followed made a version of another model")
def elsewhere(stage: Stage) -> None:
    theirs = other(destination="you/m")
    end = training("succeeded", output={"version": f"you/other:{NEW_VERSION}"})
    stage.check(followed(theirs).on(LOOK, ok(theirs), ok(end)))


def planned(stage: Stage, training_: dict[str, Any]) -> None:
    """Show the plan where a training of the same work exists."""
    script = followed(training_).on(LOOK, ok(training_))
    stage.log(script, INPUTS | {"mode": "plan", "reuse": "succeeded"})


TOPIC.table(
    {
        "mode: plan, a training of another run is running": other(destination="you/m"),
        "mode: plan, a training succeeded": other(
            status="succeeded", output={"version": f"you/m:{NEW_VERSION}"}
        ),
    },
    planned,
)


@TOPIC.scene("mode: plan, a training with the same upload is running")
def planned_upload(stage: Stage) -> None:
    script = running(stage, "you/photos/77/train").on(LOOK, ok(mine()))
    stage.log(script, OWN | {"mode": "plan"}, **RUN)
