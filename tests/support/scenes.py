"""Scenes of the main job that several flow tests begin with."""

import httpx

from scripted import NEW_VERSION, VERSION, Script, model, ok, training

TRAINER = "GET /models/acme/trainer"
START = f"POST /models/acme/trainer/versions/{VERSION}/trainings"
LOOK = "GET /trainings/tr1"
LIST = "GET /trainings"
INPUTS = {
    "model-name": "you/m",
    "trainer": "acme/trainer",
    "dataset": "https://example.com/data.jsonl",
    "training-input": "steps: 10",
}
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
    )
