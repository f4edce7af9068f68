"""What happens to a version after it was made: deployment, old versions, README."""

from collections.abc import Iterable
from typing import Any

import httpx

from replicate_train.diagnostics.errors import ActionError
from replicate_train.publish import deployment, readme, retention
from replicate_train.replicate.refs import ModelRef
from replicate_train.replicate.schemas import Deployment
from replicate_train.report import error as report
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic
from support.direct import client
from support.scripted import NEW_VERSION, Script, ok, problem

TOPIC = Topic("publish", "What happens to a version after it was made")

APP = ModelRef("you", "app")
MODEL = ModelRef("you", "m")
OLD = "a" * 64
GET, PATCH, LIST = "GET /deployments/you/app", "PATCH /deployments/you/app", "GET /deployments"


def runs(version: str = OLD, model: str = "you/m", name: str = "app") -> dict[str, Any]:
    """Return a deployment."""
    return {"owner": "you", "name": name, "current_release": {"model": model, "version": version}}


def lines(texts: Iterable[str]) -> list[str]:
    """Return the lines of texts."""
    return "\n".join(texts).split("\n")


def missing(stage: Stage, *others: dict[str, Any]) -> None:
    """Look for a deployment that does not exist."""
    script = Script().on(GET, problem(404, detail="Not found")).on(LIST, ok({"results": [*others]}))
    try:
        deployment.find(client(script), APP)
    except ActionError as error:
        stage.show("annotations", lines(text for _, text, _ in report.annotations(error)))


@TOPIC.scene("The deployment does not exist")
def no_deployment(stage: Stage) -> None:
    missing(stage)


@TOPIC.scene("The deployment does not exist, and a similar one does")
def similar(stage: Stage) -> None:
    missing(stage, runs(name="apps"))


@TOPIC.scene("The deployment runs another model")
def other_model(stage: Stage) -> None:
    found = Deployment.model_validate(runs(model="you/other"))
    stage.show("findings", lines(map(report.finding_line, deployment.check(found, MODEL))))


def unmoved(stage: Stage, answer: httpx.Response) -> None:
    """Show why a deployment was not moved."""
    script = Script().on(GET, ok(runs())).on(PATCH, answer)
    try:
        deployment.move(client(script), APP, NEW_VERSION, MODEL)
    except ActionError as error:
        stage.show("annotation", [error.title, *report.annotation(error).split("\n")])


TOPIC.table(
    {
        "Replicate refuses to move the deployment": problem(422, detail="Not deployable"),
        "The deployment runs another version after the update": ok(runs()),
    },
    unmoved,
)


@TOPIC.scene("The deployment runs another model by now")
def other_model_by_now(stage: Stage) -> None:
    script = Script().on(GET, ok(runs(model="you/other")))
    try:
        deployment.move(client(script), APP, NEW_VERSION, MODEL)
    except ActionError as error:
        stage.show("annotation", [error.title, *report.annotation(error).split("\n")])


@TOPIC.scene("The way back")
def way_back(stage: Stage) -> None:
    script = Script().on(GET, ok(runs())).on(PATCH, ok(runs(NEW_VERSION)))
    moved = deployment.move(client(script), APP, NEW_VERSION, MODEL)
    stage.show("way back", [moved.way_back("https://api.replicate.com/v1")])


def pruned(stage: Stage, *answers: httpx.Response) -> None:
    """Delete six old versions."""
    versions = [{"id": name, "created_at": f"2026-01-0{name}T00:00:00Z"} for name in "7654321"]
    script = Script().on(LIST, ok({"results": []}))
    script.on("GET /models/you/m/versions", ok({"results": versions}))
    for name, answer in zip("123456", answers, strict=False):
        script.on(f"DELETE /models/you/m/versions/{name}", answer)
    done = retention.prune(client(script), MODEL, 1, {"7"})
    stage.show("deleted", [*done.deleted])
    stage.show("refused", [f"{one.version_id}: {one.reason}" for one in done.refused])
    stage.show("note", [done.note] if done.note else [])


@TOPIC.scene("Some old versions are used, and Replicate keeps them")
def kept(stage: Stage) -> None:
    gone, used = httpx.Response(202), problem(400, detail="It has an associated deployment")
    pruned(stage, used, *[gone] * 3, problem(409, title=""), gone)


@TOPIC.scene("Replicate keeps all versions of a public model")
def public(stage: Stage) -> None:
    detail = "You can only delete versions from private models"
    pruned(stage, *[problem(403, detail=detail)] * 5)


@TOPIC.scene("The token may not delete versions")
def not_allowed(stage: Stage) -> None:
    pruned(stage, httpx.Response(202), problem(401, detail="Not valid"))


@TOPIC.scene("The deployments cannot be read, so nothing is deleted")
def unread(stage: Stage) -> None:
    script = Script().on(LIST, problem(403, detail="no"))
    stage.show("note", [retention.prune(client(script), MODEL, 1, ()).note])


@TOPIC.scene("Unknown placeholders in the README")
def placeholders(stage: Stage) -> None:
    text = "# Harbour\n{{vesion}}\n{{ licence }}\n"
    for file in ("", "MODEL.md"):
        found = readme.unknown_placeholders(text, file)
        stage.show("findings", lines(map(report.finding_line, found)))
