"""Which of a trainer's inputs takes the dataset."""

import json
from collections.abc import Collection
from pathlib import Path

import pytest

from replicate_train.diagnostics.errors import DatasetInputUnclear
from replicate_train.trainer import dataset_input
from replicate_train.trainer.fields import fields_of, required_of


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


def test_an_input_that_is_filled_otherwise_is_not_the_datasets() -> None:
    schema = {"properties": {"left": URI, "right": URI}}
    assert choose(schema, given=["left"]) == "right"


def test_the_workflows_own_choice_goes_first() -> None:
    assert choose({"properties": {"a": URI, "b": TEXT}}, "b") == "b"


@pytest.mark.parametrize("schema", [{}, {"properties": None}, {"properties": {"n": 3}}])
def test_a_schema_without_an_input_for_it(schema: dict) -> None:
    with pytest.raises(DatasetInputUnclear):
        choose(schema)


def test_a_choice_that_is_no_input_is_refused_with_the_inputs() -> None:
    with pytest.raises(DatasetInputUnclear) as caught:
        choose({"properties": {"a": URI}}, "b")
    assert caught.value.details == ("a",)


def test_the_real_schemas_all_resolve(shared: Path) -> None:
    found = {}
    for path in (shared / "trainer-schemas").glob("*.json"):
        document = json.loads(path.read_text())
        schemas = document["openapi_schema"]["components"]["schemas"]
        found[path.stem] = choose(schemas["TrainingInput"], components=schemas)
    assert found == {
        "flux-dev-lora-trainer": "input_images",
        "sdxl": "input_images",
        "llama-2": "train_data",
        "qwen-image-lora-trainer": "dataset",
    }
