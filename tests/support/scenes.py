"""Scenes of the main job that several flow tests begin with."""

from typing import Any

import httpx

from support.scripted import NEW_VERSION, VERSION, Script, model, ok, training

TRAINER = "GET /models/acme/trainer"
START = f"POST /models/acme/trainer/versions/{VERSION}/trainings"
LOOK = "GET /trainings/tr1"
LIST = "GET /trainings"
THERE = f"GET /models/you/m/versions/{NEW_VERSION}"
INPUTS = {
    "model-name": "you/m",
    "trainer": "acme/trainer",
    "dataset": "https://example.com/data.jsonl",
    "training-input": "steps: 10",
}
GIVEN = {"steps": 10, "train_data": "https://example.com/data.jsonl"}
NO_FILES = ("GET /files", ok({"next": None, "previous": None, "results": []}))
DONE = {"version": f"you/m:{NEW_VERSION}", "weights": "https://replicate.delivery/w.tar"}


def trainer() -> httpx.Response:
    return ok(model("acme", "trainer", latest=VERSION))


def started() -> Script:
    """Return a script up to a started training of an existing destination."""
    return (
        Script()
        .on(TRAINER, trainer())
        .on("GET /models/you/m", ok(model(latest="a" * 64)))
        .always(LIST, ok({"next": None, "previous": None, "results": []}))
        .on(START, ok(training("starting", ""), 201))
        .always(THERE, ok({"id": NEW_VERSION}))
    )


def listed(*trainings: dict[str, Any]) -> httpx.Response:
    return ok({"next": None, "previous": None, "results": list(trainings)})


def other(**more: object) -> dict[str, Any]:
    """Return a listed training that has the very input of these tests' starts."""
    return training("processing", id="tr1", version=VERSION, input=GIVEN) | more
