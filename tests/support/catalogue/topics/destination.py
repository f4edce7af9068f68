"""The destination model and its hardware."""

import httpx

from support.catalogue.answers import HARDWARE, NOT_FOUND, absent
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic
from support.scenes import START, started
from support.scripted import Answer, Script, model, ok, problem

TOPIC = Topic("destination", "The destination model and its hardware")

CREATE = {"mode": "create", "model-name": "you/m"}
MADE = ok(model(), 201)
OPTIONS = problem(
    400,
    title="Validation failed",
    detail="The following errors occurred:\n- hardware: gpu-t4 is not a valid hardware SKU. Your "
    "options are: cpu, gpu-l40s, gpu-l40s-2x.",
)


def offered(*skus: str) -> httpx.Response:
    """Return a list of hardware."""
    return ok([{"sku": sku, "name": sku} for sku in skus])


@TOPIC.scene("The model does not exist, `create-model: false`")
def missing(stage: Stage) -> None:
    script = Script().on("GET /models/you/m", NOT_FOUND)
    stage.run(script, CREATE | {"create-model": "false"})


@TOPIC.scene("The model would belong to another account")
def other_account(stage: Stage) -> None:
    script = Script().on("GET /models/team/m", NOT_FOUND).on("GET /hardware", HARDWARE)
    stage.check(script, CREATE | {"model-name": "team/m"})


TOPIC.table(
    {
        "Chosen hardware: the default": HARDWARE,
        "Chosen hardware: the cheapest GPU": offered("cpu", "gpu-h100", "gpu-l40s"),
        "Chosen hardware: no GPU": offered("cpu"),
        "Chosen hardware: the list cannot be read": problem(403, detail="no"),
    },
    lambda stage, answer: stage.log(absent(hardware=answer).on("POST /models", MADE), CREATE),
)
TOPIC.table(
    {
        "Hardware that is not available, nearly right": "gpu-t5",
        "Hardware that is not available": "quantum",
    },
    lambda stage, sku: stage.check(absent(), CREATE | {"hardware": sku}),
)


@TOPIC.scene("Hardware that is not available, of a long list")
def long_list(stage: Stage) -> None:
    many = offered(*(f"gpu-{number}" for number in range(40)))
    stage.check(absent(hardware=many), CREATE | {"hardware": "tpu"})


@TOPIC.scene("Chosen hardware is refused, and chosen again")
def again(stage: Stage) -> None:
    unsaid = problem(422, detail="hardware is not available")
    for answer in (OPTIONS, unsaid):
        stage.log(absent().on("POST /models", answer, MADE), CREATE)


def refused(stage: Stage, answer: Answer) -> None:
    """Show why a model was not created."""
    stage.check(absent().on("POST /models", answer), CREATE | {"hardware": "gpu-t4"})


TOPIC.table(
    {
        "Replicate refuses the hardware, with its options": OPTIONS,
        "Replicate refuses the hardware": problem(422, detail="hardware is not available"),
        "Replicate refuses the owner": problem(403, detail="You may not do this"),
        "Replicate refuses the name": problem(
            422, detail="Invalid", errors=[{"detail": "Enter a slug", "pointer": "/name"}]
        ),
        "The account has too many models": problem(422, detail="Limit of 1,000 models reached"),
    },
    refused,
)


@TOPIC.scene("The name of a deleted model")
def deleted(stage: Stage) -> None:
    exists = {"detail": "A model with that name and owner already exists."}
    script = absent().on("POST /models", problem(409, errors=[exists]))
    stage.run(script.on("GET /models/you/m", NOT_FOUND), CREATE)


@TOPIC.scene("Another job creates the model at the same moment")
def sibling(stage: Stage) -> None:
    script = absent().on("POST /models", problem(409, detail="Conflict"))
    stage.log(script.on("GET /models/you/m", ok(model())), CREATE)


@TOPIC.scene("The existing model differs from the inputs, and the API cannot change it")
def differs(stage: Stage) -> None:
    there = model("acme", visibility="public", hardware="cpu", cover_image_url="https://x.test/1")
    script = Script().on("GET /models/acme/m", ok(there)).on("GET /hardware", HARDWARE)
    asked = {"visibility": "private", "cover-image-url": "https://x.test/2", "hardware": "gpu-t5"}
    stage.run(script, CREATE | {"model-name": "acme/m"} | asked)


@TOPIC.scene("The start does not find the destination")
def not_found_at_start(stage: Stage) -> None:
    script = started()
    script.answers[START] = [
        problem(404, detail="The specified training destination does not exist")
    ]
    stage.check(script)
