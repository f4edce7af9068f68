"""Which of a trainer's inputs takes the dataset."""

from collections.abc import Collection

import pytest

from replicate_train.diagnostics.errors import DatasetInputUnclear
from replicate_train.trainer import dataset_input
from replicate_train.trainer.fields import fields_of, required_of
from support.sample_files import trainer_schemas


def choose(
    schema: dict, asked: str = "", given: Collection[str] = (), components: dict | None = None
) -> str:
    fields = fields_of(schema, components or {})
    return dataset_input.choose(fields, required_of(schema), asked, given)


URI = {"type": "string", "format": "uri"}
TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("properties", "required", "expected"),
    [
        ({"steps": {"type": "integer"}, "images": URI}, [], "images"),
        ({"model": URI, "corpus": URI}, ["corpus"], "corpus"),
        ({"regularisation": URI, "input_images": URI}, [], "input_images"),
        ({"regularisation": URI, "train_data": URI, "x": URI}, ["x", "train_data"], "train_data"),
        ({"prompt": TEXT, "data_url": TEXT}, ["data_url"], "data_url"),
        ({"prompt": TEXT, "dataset": TEXT}, [], "dataset"),
        ({"weights": {"anyOf": [URI, {"type": "null"}]}, "n": {"type": "integer"}}, [], "weights"),
        ({"token": {**URI, "x-cog-secret": True}, "images": URI}, [], "images"),
    ],
)
def test_the_input_is_found(properties: dict, required: list[str], expected: str) -> None:
    assert choose({"properties": properties, "required": required}) == expected


def test_an_input_that_is_set_otherwise_does_not_take_the_dataset() -> None:
    schema = {"properties": {"left": URI, "right": URI}}
    assert choose(schema, given=["left"]) == "right"


def test_the_workflows_own_choice_goes_first() -> None:
    assert choose({"properties": {"a": URI, "b": TEXT}}, "b") == "b"


@pytest.mark.parametrize(
    ("properties", "details"),
    [({}, ()), (None, ()), ({"n": {"type": "integer"}}, ("input: n",))],
)
def test_a_trainer_without_an_input_for_a_dataset(
    properties: dict | None, details: tuple[str, ...]
) -> None:
    with pytest.raises(DatasetInputUnclear) as caught:
        choose({"properties": properties})
    assert caught.value.what == "The trainer has no input for a dataset"
    assert caught.value.why == "None of its inputs accepts a URL or a string."
    assert caught.value.fix == "Remove `dataset`, or choose another trainer."
    assert caught.value.details == details


@pytest.mark.parametrize(
    ("asked", "what", "fix"),
    [
        ("b", "The trainer has no input `b`", "Set `dataset-input` to one of these, or remove it."),
        ("imagse", "The trainer has no input `imagse`", "Did you mean `images`?"),
        ("size", "The trainer's input `size` does not accept a URL", "Set `dataset-input` to one"),
    ],
)
def test_a_choice_that_takes_no_dataset_is_refused(asked: str, what: str, fix: str) -> None:
    with pytest.raises(DatasetInputUnclear) as caught:
        choose({"properties": {"images": URI, "size": {"type": "integer"}}}, asked)
    assert caught.value.what == what
    assert caught.value.why.startswith("`dataset-input` must be a trainer input that accepts a st")
    assert caught.value.fix.startswith(fix)
    assert caught.value.details == ("images",)


def test_the_real_schemas_resolve() -> None:
    found = {}
    for name, document in trainer_schemas().items():
        schemas = document["components"]["schemas"]
        if name != "any-comfyui-workflow":
            found[name] = choose(schemas["TrainingInput"], components=schemas)
    assert found == {
        "fast-flux-kontext-trainer.partial": "input_images",
        "fast-flux-trainer.partial": "input_images",
        "flux-dev-lora-trainer": "input_images",
        "hunyuan-video-lora": "input_videos",
        "llama-2": "train_data",
        "musicgen-fine-tuner": "dataset_path",
        "qwen-image-lora-trainer": "dataset",
        "sdxl": "input_images",
        "trainable-whisper": "train_data",
    }


def test_a_trainer_of_plain_urls_does_not_show_which_input_takes_the_dataset() -> None:
    schemas = trainer_schemas()["any-comfyui-workflow"]["components"]["schemas"]
    with pytest.raises(DatasetInputUnclear) as caught:
        choose(schemas["TrainingInput"], components=schemas)
    assert caught.value.what == "Could not determine which trainer input takes the dataset"
    assert "neither the schema nor their names show which" in caught.value.why
    assert caught.value.fix == "Set `dataset-input` to one of these."
    assert "candidate: loras" in caught.value.details
    assert not [line for line in caught.value.details if "token" in line]
    assert choose(schemas["TrainingInput"], "loras", components=schemas) == "loras"
