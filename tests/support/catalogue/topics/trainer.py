"""Trainers that cannot be used, or that have moved."""

from support.catalogue.answers import NOT_FOUND, known, planned
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic
from support.scenes import INPUTS, TRAINER, trainer
from support.scripted import VERSION, Answer, model, ok, problem

TOPIC = Topic("trainer", "Trainers that cannot be used")

GONE = "e" * 64
PINNED = INPUTS | {"trainer": f"acme/trainer:{GONE}"}


def _with_schemas(**schemas: object) -> Answer:
    version = {"id": VERSION, "openapi_schema": {"components": {"schemas": schemas}}}
    return ok(model("acme", "trainer", latest_version=version))


@TOPIC.scene("The trainer does not exist")
def missing(stage: Stage) -> None:
    stage.run(known(NOT_FOUND))


TOPIC.table(
    {
        "The trainer does not exist, and Replicate says nothing": problem(404),
        "The trainer has no versions": ok(model("acme", "trainer")),
        "The trainer is a model for predictions": _with_schemas(Input={}, Output={}),
        "The trainer has no training endpoint": _with_schemas(),
    },
    lambda stage, answer: stage.check(known(answer)),
)
TOPIC.table(
    {
        "The version does not exist": trainer(),
        "The version does not exist, and there is no other": ok(model("acme", "trainer")),
    },
    lambda stage, answer: stage.check(
        known(answer).on(f"{TRAINER}/versions/{GONE}", NOT_FOUND), PINNED
    ),
)


@TOPIC.scene("The trainer has moved")
def moved(stage: Stage) -> None:
    better = ok(model("acme", "better-trainer", latest=VERSION))
    stage.check(planned(asked=better), INPUTS | {"mode": "plan"})


@TOPIC.scene("The trainer does not exist, and more is wrong")
def more(stage: Stage) -> None:
    stage.run(known(NOT_FOUND), INPUTS | {"dataset": "images", "timeout": "soon", "mode": "plan"})
