"""The manifest keeps to its published schema, hides what must not be public, and is bounded."""

import json
import subprocess
import types
import typing
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ValidationError

from replicate_train import __version__
from replicate_train.provenance.cost import Cost
from replicate_train.provenance.manifest import MAX_BYTES, Manifest
from replicate_train.provenance.origin import Origin
from replicate_train.provenance.public_values import public
from replicate_train.provenance.records import (
    CostRecord,
    DatasetRecord,
    DeploymentRecord,
    InputRecord,
    TrainingRecord,
    input_records,
)
from replicate_train.publish.deployment import Move
from replicate_train.replicate.schemas import Training

ROOT = Path(__file__).resolve().parents[2]
SCHEMA: dict[str, Any] = json.loads((ROOT / "manifest.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
ENDED = Training.model_validate(
    {
        "id": "tr1",
        "status": "succeeded",
        "created_at": "2026-11-01T10:00:00.123456789Z",
        "completed_at": "2026-11-01T10:30:00Z",
        "metrics": {"predict_time": 1674.9, "total_time": "soon"},
    }
)


def manifest(**more: Any) -> Manifest:
    """Return a manifest in which everything is known."""
    whole: dict[str, Any] = {
        "version": f"you/m:{'d' * 64}",
        "model": "you/m",
        "previous_version": "a" * 64,
        "trainer": f"acme/trainer:{'c' * 64}",
        "training": TrainingRecord.of(ENDED, "https://replicate.com/p/tr1"),
        "inputs": {"steps": InputRecord(value=10, source="training-input")},
        "secret_inputs": ("hf_token",),
        "dataset": DatasetRecord(
            description="images.zip (2 files)",
            sha256="e" * 64,
            size=1234,
            url="https://api.replicate.com/v1/files/f1?token=secret",
        ),
        "origin": Origin(repository="you/photos", attempt=1),
        "cost": CostRecord.of(Cost(Decimal("2.5542"), "1,674.9 s")),
        "evaluation": [{"name": "one", "held": True}],
        "deployment": DeploymentRecord.of(Move("you/app", "a" * 64, "d" * 64)),
    }
    return Manifest(**{**whole, **more})


def valid(text: str) -> dict[str, Any]:
    """Return the JSON of a manifest, after holding it against the schema and the limit."""
    assert len(text.encode()) <= MAX_BYTES
    read: dict[str, Any] = json.loads(text, parse_constant=pytest.fail)
    assert [error.message for error in VALIDATOR.iter_errors(read)] == []
    return read


def test_the_schema_is_a_schema_with_a_versioned_id() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    version = SCHEMA["properties"]["schema_version"]["const"]
    assert SCHEMA["$id"].endswith(f":v{version}")
    assert Manifest.model_fields["schema_version"].default == version


def names(model: Any) -> set[str]:
    if is_dataclass(model):
        return {one.name for one in fields(model)}
    assert issubclass(model, BaseModel)
    return set(model.model_fields)


def parts(annotation: Any) -> list[Any]:
    """Return the records in an annotation: X | None, dict[str, X]."""
    inner = typing.get_args(annotation)
    if isinstance(annotation, type) and (
        is_dataclass(annotation) or issubclass(annotation, BaseModel)
    ):
        return [annotation]
    assert not isinstance(annotation, types.FunctionType)
    return [part for one in inner for part in parts(one)]


def same_fields(model: Any, schema: dict[str, Any], place: str) -> int:
    """Compare names below a record; return how many records were compared."""
    assert schema["additionalProperties"] is False, place
    assert list(schema["properties"]) == list(schema["required"]), place
    assert set(schema["properties"]) == names(model), place
    compared = 1
    for name, hint in typing.get_type_hints(model).items():
        for record in parts(hint) if name in names(model) else ():
            below = schema["properties"][name]
            below = below["additionalProperties"] or below
            compared += same_fields(record, below, f"{place}.{name}")
    return compared


def test_the_schema_and_the_model_name_the_same_fields_in_one_order() -> None:
    assert same_fields(Manifest, SCHEMA, "") == 7
    assert list(valid(manifest().as_json())) == list(SCHEMA["properties"])


def test_a_whole_manifest() -> None:
    read = valid(manifest().as_json())
    assert read["training"]["created_at"] == "2026-11-01T10:00:00.123456+00:00"
    assert read["training"]["started_at"] is None
    assert (read["training"]["predict_time"], read["training"]["total_time"]) == (1674.9, 1799.88)
    assert read["dataset"]["url"] == "https://api.replicate.com/v1/files/f1"
    assert read["cost"] == {"dollars": "2.554", "basis": "1,674.9 s"}
    assert read["deployment"] == {"name": "you/app", "before": "a" * 64, "after": "d" * 64}
    assert (read["action_version"], read["shortened"]) == (__version__, [])


def test_what_is_not_known_is_null() -> None:
    nothing = dict.fromkeys(["previous_version", "dataset", "cost", "deployment"])
    read = valid(manifest(**nothing, evaluation=[], inputs={}, origin=Origin()).as_json())
    assert {read[name] for name in nothing} == {None}
    first = DeploymentRecord.of(Move("you/app", "", "d" * 64))
    assert valid(manifest(deployment=first).as_json())["deployment"]["before"] is None


def test_the_same_facts_are_the_same_text() -> None:
    assert manifest().as_json() == manifest().as_json()
    first = input_records(
        {"b": 1, "a": 2}, sources={}, dataset_input="", defaults={"c": 3}, secret=()
    )
    again = input_records(
        {"a": 2, "b": 1}, sources={}, dataset_input="", defaults={"c": 3}, secret=()
    )
    assert manifest(inputs=first).as_json() == manifest(inputs=again).as_json()


def test_a_field_that_the_schema_does_not_have_is_a_bug() -> None:
    with pytest.raises(ValidationError):
        manifest(colour="red")


def test_inputs_with_their_sources_and_without_secrets() -> None:
    records = input_records(
        {"steps": 10, "zip": "https://x.example/d.zip?sig=1", "hf_token": "hf_x", "lr": 0.1},
        sources={"steps": "training-input-file", "lr": "training-input", "zip": "training-input"},
        dataset_input="zip",
        defaults={"steps": 1000, "rank": 16, "wandb_key": "none"},
        secret={"hf_token", "wandb_key"},
    )
    assert {name: (one.value, one.source) for name, one in records.items()} == {
        "lr": (0.1, "training-input"),
        "rank": (16, "default"),
        "steps": (10, "training-input-file"),
        "zip": ("https://x.example/d.zip", "dataset"),
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("see https://u:p@x.example/a?b=c and https://y.example/#d", "see https://x.example/a and https://y.example/"),
        ("why? because", "why? because"),
        ("s3://bucket/key?versionId=1", "s3://bucket/key"),
        ({"a": ["https://x.example/?sig=1"]}, {"a": ["https://x.example/"]}),
        ({"https://x.example/?k=1": 1}, {"https://x.example/": 1}),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        ((1, True, None, 2.5), [1, True, None, 2.5]),
        ("\ud800", "?"),
        (Decimal("1.5"), "1.5"),
    ],
)  # fmt: skip
def test_a_value_as_it_may_be_published(value: object, expected: object) -> None:
    assert public(value) == expected


def test_a_deep_value_ends_somewhere() -> None:
    deep: Any = []
    for _ in range(10_000):
        deep = [deep]
    assert "…" in str(public(deep))


def long(size: int) -> InputRecord:
    return InputRecord(value="x" * size, source="training-input")


def test_only_the_longest_values_are_cut_and_said_to_be() -> None:
    inputs = {"a": long(60_000), "b": long(150_000), "c": long(400), "d": long(20_000)}
    read = valid(manifest(inputs=inputs).as_json())
    assert read["shortened"] == ["inputs.b"]
    assert read["inputs"]["b"]["value"] == "x" * 500 + " … (149,500 more characters)"
    assert len(read["inputs"]["a"]["value"]) == 60_000


def test_the_limit_is_one_of_bytes_below_that_of_an_environment_variable() -> None:
    inputs = {"a": InputRecord(value="\N{HIRAGANA LETTER A}" * 50_000, source="training-input")}
    text = manifest(inputs=inputs).as_json()
    assert valid(text)["shortened"] == ["inputs.a"]
    env = {"MANIFEST": "x" * MAX_BYTES}
    assert subprocess.run(["/bin/true"], check=False, env=env).returncode == 0


def test_a_long_list_becomes_the_beginning_of_its_text() -> None:
    inputs = {"a": InputRecord(value=list(range(60_000)), source="default")}
    read = valid(manifest(inputs=inputs).as_json())
    assert read["inputs"]["a"]["value"].startswith("[0,1,2,")
    assert read["shortened"] == ["inputs.a"]


def test_an_evaluation_that_is_too_long_is_left_out() -> None:
    read = valid(manifest(evaluation=["y" * MAX_BYTES], inputs={"a": long(600)}).as_json())
    assert (read["evaluation"], read["shortened"][-1]) == ([], "evaluation")


def test_too_many_inputs_are_left_out() -> None:
    inputs = {f"input-{number}": long(600) for number in range(2_000)}
    secrets = tuple(f"secret-{number}" for number in range(50_000))
    read = valid(manifest(inputs=inputs, secret_inputs=secrets).as_json())
    assert (read["inputs"], read["secret_inputs"]) == ({}, [])
    assert read["shortened"] == ["inputs", "secret_inputs"]
    assert read["evaluation"]


texts = st.text(max_size=40)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=9,
)
origins = st.builds(
    Origin,
    repository=texts,
    ref=texts,
    actor=texts,
    attempt=st.none() | st.integers(1, 9),
    pull_request=st.none() | st.integers(1, 9),
)


@given(
    sent=st.dictionaries(texts, json_values, max_size=4),
    evaluation=st.lists(json_values, max_size=3),
    origin=origins,
    said=st.characters(codec=None).map(lambda sign: sign * 3),
    dollars=st.none() | st.decimals(0, 10**6, places=4),
    times=st.integers(1, 3000),
)
@settings(max_examples=50, deadline=None)
def test_any_manifest_keeps_to_the_schema(
    *,
    sent: dict[str, Any],
    evaluation: list[Any],
    origin: Origin,
    said: str,
    dollars: Decimal | None,
    times: int,
) -> None:
    inputs = input_records(
        {name: said * times if value is None else value for name, value in sent.items()},
        sources=dict.fromkeys(sent, "training-input"),
        dataset_input="",
        defaults={"other": said * 60_000},
        secret=(),
    )
    training = ENDED.model_copy(update={"id": said * times, "status": said})
    made = manifest(
        inputs=inputs,
        evaluation=evaluation,
        origin=origin,
        version=said * times,
        training=TrainingRecord.of(training, said * times),
        cost=None if dollars is None else CostRecord.of(Cost(dollars, said * times)),
    )
    valid(made.as_json())
