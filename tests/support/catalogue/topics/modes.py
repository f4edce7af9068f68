"""What a typical run of each mode shows."""

from support.catalogue.answers import (
    HARDWARE,
    IMAGES,
    NOT_FOUND,
    PHOTOS,
    RUN,
    UPLOADED,
    absent,
    trainer_with,
)
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic
from support.scenes import (
    DONE,
    INPUTS,
    LIST,
    LOOK,
    NO_FILES,
    START,
    THERE,
    TRAINER,
    listed,
    started,
)
from support.scripted import NEW_VERSION, Script, model, ok, training

TOPIC = Topic("modes", "A typical run of each mode")

LOG = "Loading the model\nstep 1/2 loss=0.51\nstep 2/2 loss=0.34\n"
PHOTO_INPUTS = {
    "model-name": "m",
    "trainer": "acme/trainer",
    "dataset": "images",
    "training-input-file": "train.yml",
    "training-input": "steps: 500\nhf_token: hf_0123456789",
    "readme": "CARD.md",
}
ENDED = training(
    "succeeded",
    LOG,
    output=DONE,
    completed_at="2026-11-01T10:04:15.5Z",
    metrics={"predict_time": 241.3},
)


def _photos(stage: Stage) -> Script:
    """Return a script of a trainer for photos, and of a destination that does not exist."""
    stage.write(PHOTOS)
    stage.write({"train.yml": "trigger_word: TOK\nsteps: 1000\n", "CARD.md": "# My photos"})
    script = Script().on(TRAINER, trainer_with(IMAGES, "input_images"))
    script.on("GET /models/you/m", NOT_FOUND).on("GET /hardware", HARDWARE)
    return script.on(LIST, listed()).on(*NO_FILES)


@TOPIC.scene("mode: plan, a new model and a folder of photos")
def plan(stage: Stage) -> None:
    hooks = {"webhook": "https://hooks.example.com/abc", "webhook-events": "completed"}
    more = {"mode": "plan", "reuse": "succeeded", **hooks}
    stage.run(_photos(stage), PHOTO_INPUTS | more, **RUN)


@TOPIC.scene("mode: plan, an existing model and a dataset at a URL")
def plan_existing(stage: Stage) -> None:
    there = model(latest="a" * 64, description="old")
    script = Script().on(TRAINER, trainer_with(IMAGES, "input_images"))
    script.on("GET /models/you/m", ok(there)).on(LIST, listed())
    new = {"description": "new", "paper-url": "https://example.com/paper"}
    dataset = {"dataset": "https://example.com/photos.zip?signature=abc", "training-input": ""}
    stage.run(script, INPUTS | dataset | new | {"mode": "plan"})


@TOPIC.scene("mode: plan, no dataset, for a trainer that needs none")
def plan_without(stage: Stage) -> None:
    script = Script().on(TRAINER, trainer_with({"steps": {"type": "integer"}}))
    script.on("GET /models/you/m", ok(model())).on(LIST, listed())
    stage.run(script, INPUTS | {"dataset": "", "mode": "plan"})


@TOPIC.scene("mode: create, a new model")
def create(stage: Stage) -> None:
    script = absent().on("POST /models", ok(model(), 201))
    stage.run(script, {"mode": "create", "model-name": "m"})


@TOPIC.scene("mode: create, an existing model whose page is updated")
def create_existing(stage: Stage) -> None:
    script = Script().on("GET /models/you/m", ok(model(latest="a" * 64, description="old")))
    script.on("PATCH /models/you/m", ok(model()))
    new = {"description": "new", "license-url": "https://example.com/license"}
    stage.run(script, {"mode": "create", "model-name": "m"} | new)


@TOPIC.scene("mode: start")
def start(stage: Stage) -> None:
    stage.run(started(), INPUTS | {"mode": "start"})


@TOPIC.scene("mode: wait")
def wait(stage: Stage) -> None:
    script = Script().on(LOOK, ok(training("processing", LOG)), stage.later(60, ok(ENDED)))
    script.on(THERE, ok({"id": NEW_VERSION})).on("GET /models/you/m", ok(model()))
    stage.run(script, {"mode": "wait", "training-id": "tr1"})


@TOPIC.scene("mode: train, a new model and a folder of photos")
def train(stage: Stage) -> None:
    script = _photos(stage).on("POST /models", ok(model(), 201))
    script.on("POST /files", ok({"id": "f1", "urls": {"get": UPLOADED}}, 201))
    script.on(START, ok(training("starting", ""), 201))
    script.on(LOOK, stage.later(12, ok(training("processing", LOG[:18]))))
    script.on(LOOK, stage.later(241, ok(ENDED))).on(THERE, ok({"id": NEW_VERSION}))
    stage.run(script.on("PATCH /models/you/m", ok(model())), PHOTO_INPUTS, **RUN)


@TOPIC.scene("mode: train, an existing model, a dataset at a URL, and a pinned trainer")
def train_pinned(stage: Stage) -> None:
    script = started().on(LOOK, stage.later(253, ok(ENDED)))
    version = trainer_with(IMAGES).json()["latest_version"]
    script.answers.pop(TRAINER)
    script.on(f"{TRAINER}/versions/{version['id']}", ok(version))
    pinned = {"trainer": f"acme/trainer:{version['id']}", "training-input": ""}
    stage.run(script, INPUTS | pinned | {"dataset": "https://example.com/photos.zip"})
