"""Inputs of the trainer that are not valid, in `training-input` and its file."""

import json

from support.catalogue.answers import IMAGES, known, planned, trainer_with
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic
from support.scenes import INPUTS
from support.scripted import TOKEN

TOPIC = Topic("training-input", "Inputs of the trainer that are not valid")

FIELDS = {
    "steps": {"type": "integer", "minimum": 1, "maximum": 6000},
    "rate": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    "word": {"type": "string", "minLength": 2, "maxLength": 12, "pattern": "^[A-Z]+$"},
    "captions": {"type": "boolean"},
    "size": {"type": "string", "enum": ["small", "medium", "large"]},
    "gpu": {"type": "integer", "enum": list(range(30))},
    "resolution": {"type": "integer", "multipleOf": 64},
    "layers": {
        "type": "array",
        "items": {"type": "integer", "maximum": 9},
        "minItems": 2,
        "maxItems": 3,
        "uniqueItems": True,
    },
    "options": {
        "type": "object",
        "properties": {"seed": {"type": "integer"}},
        "required": ["seed"],
    },
    "weights": {"type": "string", "format": "uri"},
    "tags": {"type": "array", "items": {"type": "string", "enum": ["face", "style"]}},
    "fixed": {"const": "v1"},
    "none": {"type": "null"},
    "free": {},
    "secret": {"type": "string", "format": "password", "maxLength": 3},
}
PLAN = INPUTS | {"mode": "plan", "dataset": "https://example.com/data.jsonl"}


def refused(stage: Stage, text: str) -> None:
    """Show what is wrong with a text of `training-input`."""
    fields = {"data": {"type": "string", "format": "uri"}, **FIELDS}
    given = {"training-input": text, "dataset-input": "data"}
    stage.check(known(trainer_with(fields)), PLAN | given)


TOPIC.table(
    {
        "Not YAML": "a: b: c",
        "A tab": "steps:\n\t- 1",
        "An anchor that does not exist": "word: *TOK",
        "A name that begins like an anchor": "word: &TOK",
        "A name that begins like a tag": "word: !TOK",
        "A tag of YAML": "word: !!set {a}",
        "A tag of YAML on a list": "layers: !!omap [a: 1]",
        "A merge of another mapping": "<<: {steps: 1}",
        "A control character": "word: a\x01",
        "Two documents": "steps: 1\n---\nsteps: 2",
        "A list instead of a mapping": "- steps",
        "A text instead of a mapping": "steps:1",
        "A name twice": "steps: 1\nsteps: 2",
        "A name that is a list": "? [steps]\n: 1",
        "Half a character": json.dumps({"word": "\ud800"}),
        "Aliases that unfold without end": "free: &x [*x]",
        "Lists in lists": "free: " + "[" * 60 + "]" * 60,
        "Lists in lists without end": "free: " + "[" * 500,
        "A text that is too long": "word: " + "x" * 1_000_000,
        "A number that JSON cannot carry": "free: .inf",
        "An unknown input, nearly right": "stepz: 1",
        "An unknown input": "epochs: 1",
        "Not a whole number": "steps: many",
        "A list for a whole number": "steps: [1]",
        "A mapping for a text": "word: {a: 1}",
        "Not a number": "rate: little",
        "Not true or false": "captions: maybe",
        "A text for a list": "layers: 3",
        "A text for a mapping": "options: 3",
        "A text for null": "none: x",
        "A wrong item of a list": "layers: [1, x]",
        "An item of a list above its maximum": "layers: [1, 10]",
        "A wrong value in a mapping": "options: {seed: x}",
        "A mapping that lacks a name": "options: {sead: 1}",
        "Below the minimum": "steps: 0",
        "Above the maximum": "steps: 6001",
        "At the exclusive minimum": "rate: 0",
        "At the exclusive maximum": "rate: 1",
        "Not a multiple": "resolution: 500",
        "Too short": "word: A",
        "Too long": "word: ABCDEFGHIJKLM",
        "Does not match the pattern": "word: tok",
        "Not one of the choices, nearly right": "size: larg",
        "Not one of many choices": "gpu: 99",
        "An empty text in a list": "tags: ['']",
        "Too few items": "layers: [1]",
        "Too many items": "layers: [1, 2, 3, 4]",
        "An item twice": "layers: [1, 1]",
        "Not a URL": "weights: weights.tar",
        "A rule that has no words of its own": "fixed: v2",
        "A secret that is too long": "secret: hf_0123456789",
        "A token of this step": f"word: {TOKEN}",
        "What looks like a token": f"word: ghs_{'0aB' * 12}",
    },
    refused,
)


@TOPIC.scene("An unknown input of a trainer that takes none")
def none(stage: Stage) -> None:
    stage.check(known(trainer_with({})), PLAN | {"dataset": "", "training-input": "steps: 1"})


@TOPIC.scene("An unknown input of a trainer that takes many")
def many(stage: Stage) -> None:
    fields = {f"option_{number:02}": {"type": "string"} for number in range(20)}
    stage.check(known(trainer_with(fields)), PLAN | {"dataset": "", "training-input": "steps: 1"})


@TOPIC.scene("A required input is not given")
def required(stage: Stage) -> None:
    fields = FIELDS | {"steps": {"type": "integer", "description": "How long to train."}}
    asked = trainer_with(fields, "steps", "size")
    stage.check(known(asked), PLAN | {"dataset": "", "training-input": "size: ''"})


@TOPIC.scene("The dataset is required and not given")
def dataset(stage: Stage) -> None:
    asked = trainer_with(IMAGES, "input_images")
    stage.check(known(asked), PLAN | {"dataset": "", "training-input": ""})


@TOPIC.scene("The dataset is not given and not required")
def no_dataset(stage: Stage) -> None:
    for fields in (IMAGES, IMAGES | {"more_images": {"type": "string", "format": "uri"}}):
        script = planned(asked=trainer_with(fields))
        stage.check(script, PLAN | {"dataset": "", "training-input": ""})


@TOPIC.scene("Problems in `training-input-file`")
def file(stage: Stage) -> None:
    stage.write({"train.yml": "# how\nsteps: many\n", "broken.yml": "a: 1\nb: [", "x.yml": b"\xff"})
    for name in ("train.yml", "broken.yml", "x.yml", "missing.yml"):
        inputs = {"training-input": "", "training-input-file": name}
        stage.check(known(), PLAN | inputs)


@TOPIC.scene("More problems than annotations")
def more(stage: Stage) -> None:
    text = "\n".join(f"unknown_{number:02}: 1" for number in range(12))
    stage.run(known(), PLAN | {"training-input": text})


@TOPIC.scene("More problems than the job summary shows")
def most(stage: Stage) -> None:
    text = "\n".join(f"x{number}: 1" for number in range(502))
    done = stage.log(known(), PLAN | {"training-input": text})
    stage.show("end of the job summary", done.summary.rstrip().split("\n")[-1:])


TOPIC.table(
    {
        "No input is plainly the dataset's": {
            name: {"type": "string", "format": "uri"} for name in ("left", "right")
        },
        "No input can take a dataset": {"steps": {"type": "integer"}},
    },
    lambda stage, fields: stage.check(known(trainer_with(fields)), PLAN | {"training-input": ""}),
)
TOPIC.table(
    {
        "`dataset-input` does not exist": "input_image",
        "`dataset-input` takes no URL": "steps",
        "`dataset-input` is nothing like the trainer's inputs": "qqq",
    },
    lambda stage, name: stage.check(
        known(trainer_with(IMAGES)), PLAN | {"dataset-input": name, "training-input": ""}
    ),
)


@TOPIC.scene("The dataset is given twice")
def twice(stage: Stage) -> None:
    stage.write({"train.yml": "train_data: https://example.com/x.jsonl\n"})
    stage.check(known(), PLAN | {"training-input": "train_data: https://example.com/x.jsonl"})
    stage.check(known(), PLAN | {"training-input": "", "training-input-file": "train.yml"})
