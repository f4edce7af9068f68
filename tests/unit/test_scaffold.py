"""A trainer's schema as a "Run workflow" form, and what a form sends to the trainer."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replicate_train.scaffold import saved
from replicate_train.scaffold.fields import NAME, form_field
from replicate_train.scaffold.workflow import MAX_FIELDS, workflow_for
from replicate_train.scaffold.writer import ACTION, CHECKOUT, written
from replicate_train.trainer.fields import fields_of, required_of
from replicate_train.trainer.given import Given
from replicate_train.trainer.validate import check
from replicate_train.trainer.yaml_text import read_entries
from support.scaffolds import (
    EVIL,
    HOSTILE,
    TRAINER,
    files,
    loaded,
    scaffold,
    schemas,
    training_input,
)
from support.served import ROOT

FILES = files()
REAL = sorted(set(FILES) - {"hostile"})


def kinds(name: str) -> dict[str, str]:
    return {field.name: field.kind for field in scaffold(name).form}


def schema(**properties: object) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def sent(name: str, text: str) -> tuple[dict[str, Any], list[str]]:
    """Return the values that the trainer receives, and what the action finds wrong with them."""
    training, components = schemas()[name]
    inputs = {key: Given(it, "training-input") for key, it in read_entries(text).items()}
    dataset = scaffold(name).dataset_input
    fields = fields_of(training, components)
    filled = [dataset] if dataset else []
    checked = check(inputs, fields, required_of(training), filled=filled)
    return dict(checked.values), [finding.what for finding in checked.findings]


@pytest.mark.parametrize(
    ("trainer", "dataset", "secrets"),
    [
        ("any-comfyui-workflow", "", ["HUGGINGFACE_READ_TOKEN", "CIVITAI_API_TOKEN"]),
        ("fast-flux-kontext-trainer.partial", "input_images", ["HF_TOKEN"]),
        ("fast-flux-trainer.partial", "input_images", []),
        ("flux-dev-lora-trainer", "input_images", ["HF_TOKEN", "WANDB_API_KEY"]),
        ("hunyuan-video-lora", "input_videos", ["HF_TOKEN"]),
        ("llama-2", "train_data", []),
        ("musicgen-fine-tuner", "dataset_path", []),
        ("qwen-image-lora-trainer", "dataset", []),
        ("sdxl", "input_images", []),
        ("tiny-classifier-trainer", "input_images", []),
        ("tiny-lm-trainer", "train_data", []),
        ("trainable-whisper", "train_data", []),
    ],
)
def test_every_input_of_a_trainer_has_its_place(
    trainer: str, dataset: str, secrets: list[str]
) -> None:
    workflow = scaffold(trainer)
    assert workflow.dataset_input == dataset
    assert list(workflow.secrets.values()) == secrets
    assert workflow.other is None
    inputs = {*workflow.training_input, *([dataset] if dataset else [])}
    assert inputs == set(fields_of(*schemas()[trainer]))
    assert ("dataset" in kinds(trainer)) == bool(dataset)
    assert not {secret.lower() for secret in secrets} & set(kinds(trainer))


def test_every_trainer_at_hand_is_in_the_table() -> None:
    (mark,) = test_every_input_of_a_trainer_has_its_place.pytestmark  # type: ignore[attr-defined]
    assert sorted(row[0] for row in mark.args[1]) == REAL


@pytest.mark.parametrize(
    ("trainer", "field", "kind"),
    [
        ("flux-dev-lora-trainer", "steps", "number"),
        ("flux-dev-lora-trainer", "learning_rate", "number"),
        ("flux-dev-lora-trainer", "autocaption", "boolean"),
        ("flux-dev-lora-trainer", "trigger_word", "string"),
        ("fast-flux-trainer.partial", "lora_type", "choice"),
        ("hunyuan-video-lora", "consecutive_target_frames", "choice"),
        ("llama-2", "validation_data", "string"),
        ("qwen-image-lora-trainer", "batch_size", "choice"),
        ("trainable-whisper", "model_name", "choice"),
        ("trainable-whisper", "model-name", "string"),
    ],
)
def test_fields_have_the_types_of_the_schema(trainer: str, field: str, kind: str) -> None:
    assert kinds(trainer)[field] == kind


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ({"type": "integer", "default": 3}, ("number", Decimal(3), ())),
        ({"type": "integer"}, ("number", None, ())),
        ({"type": "number", "default": 1e-06}, ("number", Decimal("0.000001"), ())),
        ({"type": "number", "default": 1e300}, ("number", None, ())),
        ({"type": "number", "default": float("nan")}, ("number", None, ())),
        ({"type": "number", "default": True}, ("number", None, ())),
        ({"type": "integer", "default": 10**15 + 1}, ("number", None, ())),
        ({"type": ["integer", "null"], "default": None}, ("number", None, ())),
        ({"type": "boolean", "default": True}, ("boolean", True, ())),
        ({"type": "boolean", "default": False}, ("boolean", False, ())),
        ({"type": "boolean"}, ("choice", "(default)", ("(default)", "true", "false"))),
        ({"type": "string", "default": "a "}, ("string", "a ", ())),
        ({"type": "string", "default": "a\nb"}, ("string", None, ())),
        ({"type": "string", "default": "${{ x }}"}, ("string", None, ())),
        ({"type": "string", "default": "x" * 1001}, ("string", None, ())),
        ({"type": "string", "default": 5}, ("string", None, ())),
        ({"type": "string", "enum": ["a", "b"], "default": "b"}, ("choice", "b", ("a", "b"))),
        ({"type": "string", "enum": ["a"]}, ("choice", "(default)", ("(default)", "a"))),
        (
            {"type": "string", "enum": ["a"], "default": "z"},
            ("choice", "(default)", ("(default)", "a")),
        ),
        ({"type": "integer", "enum": [1, 2], "default": 2}, ("choice", "2", ("1", "2"))),
        ({"type": "string", "enum": ["a", None], "default": "a"}, ("choice", "a", ("a",))),
        ({"type": "string", "enum": ["a", ""]}, None),
        ({"type": "string", "enum": ["a", "b\nc"]}, None),
        ({"type": "string", "enum": ["(default)", "a"]}, None),
        ({"type": "array"}, None),
        ({"type": "object"}, None),
        ({}, None),
        ({"anyOf": [{"type": "string"}, {"type": "array"}]}, ("string", None, ())),
    ],
    ids=str,
)
def test_an_input_as_a_field(field: dict[str, Any], expected: object) -> None:
    found = form_field("it", field, required=False)
    assert (found and (found.kind, found.default, found.options)) == expected


def test_required_inputs_are_required_fields() -> None:
    number = form_field("it", {"type": "integer"}, required=True)
    choice = form_field("it", {"type": "string", "enum": ["a"]}, required=True)
    boolean = form_field("it", {"type": "boolean"}, required=True)
    assert number
    assert number.required
    assert choice
    assert (choice.required, choice.options, choice.default) == (True, ("a",), None)
    assert boolean
    assert (boolean.required, boolean.default) == (False, False)  # a box is always filled


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ({}, "it"),
        ({"description": " Two\n lines. "}, "it: Two lines."),
        ({"minimum": 3.0, "maximum": 6000.0}, "it (3 to 6000)"),
        ({"minimum": 1e-05}, "it (at least 1e-05)"),
        ({"description": "A", "maximum": 1}, "it: A (at most 1)"),
        ({"minimum": 0, "maximum": 2**63 - 1}, "it (at least 0)"),
        ({"format": "uri"}, "it (a URL)"),
        ({"description": "\ud800 ${{ x }}"}, "it: ? $ {{ x }}"),
        ({"description": ["a"]}, 'it: ["a"]'),
    ],
    ids=str,
)
def test_a_description_is_one_line(field: dict[str, Any], expected: str) -> None:
    found = form_field("it", {"type": "string", **field}, required=False)
    assert found
    assert found.description == expected


def test_a_long_description_is_cut() -> None:
    found = form_field("it", {"type": "string", "description": "word " * 500}, required=False)
    assert found
    assert len(found.description) < 250
    assert found.description.endswith("word …")


@pytest.mark.parametrize(
    ("dataset", "required", "default"),
    [
        ({}, True, None),
        ({"default": "a folder of audio"}, True, None),
        ({"default": "https://example.com/x.zip"}, False, "https://example.com/x.zip"),
    ],
)
def test_the_dataset_is_required_unless_the_trainer_has_one(
    dataset: dict[str, Any], required: bool, default: str | None
) -> None:
    training = schema(images={"type": "string", "format": "uri", **dataset})
    field = workflow_for(TRAINER, training, {}).dataset
    assert field
    assert (field.required, field.default) == (required, default)


def test_no_dataset_is_guessed_among_several() -> None:
    uri = {"type": "string", "format": "uri"}
    workflow = workflow_for(TRAINER, schema(left=uri, right=uri), {})
    assert [field.name for field in workflow.form] == ["model-name", "left", "right"]


def test_a_form_has_at_most_25_fields_the_required_ones_first() -> None:
    many = {f"p{n}": {"type": "string", "x-order": 40 - n} for n in range(40)}
    training = schema(**many, images={"type": "string", "format": "uri", "x-order": 99})
    workflow = workflow_for(TRAINER, training | {"required": ["p0", "p7"]}, {})
    names = [field.name for field in workflow.form]
    assert len(names) == MAX_FIELDS
    assert names[:6] == ["model-name", "dataset", "p7", "p0", "p39", "p38"]
    assert names[-1] == "other_inputs"
    assert workflow.other
    assert "Available: p19, p18," in workflow.other.description
    assert not workflow.other.required


def test_all_fields_are_used_before_other_inputs_is_needed() -> None:
    many = {f"p{n}": {"type": "string"} for n in range(24)}
    assert len(workflow_for(TRAINER, schema(**many), {}).form) == MAX_FIELDS
    assert workflow_for(TRAINER, schema(**many), {}).other is None
    assert workflow_for(TRAINER, schema(**many, p24={"type": "string"}), {}).other


def test_a_hostile_schema_gives_a_safe_form() -> None:
    workflow = scaffold("hostile")
    names = [field.name for field in workflow.form]
    assert names[:2] == ["model-name", "word"]
    assert {"good_choice", "note", "flag", "sizes", "steps"} <= set(names)
    assert not {"dataset", "Steps", "Other_Inputs", "evil_choice", "choice", "layers"} & set(names)
    assert all(NAME.fullmatch(name) for name in names)
    assert workflow.secrets == {
        "replicate_api_token": "TRAINER_REPLICATE_API_TOKEN",
        "github_token": "TRAINER_GITHUB_TOKEN",
    }
    assert workflow.other
    assert workflow.other.required
    on = FILES["hostile"].partition("\njobs:")[0].partition("inputs:")[2]
    assert on.count("${{") == 1  # the concurrency group


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_is_the_form(name: str) -> None:
    workflow, document = scaffold(name), loaded(FILES[name])
    form = document["on"]["workflow_dispatch"]["inputs"]
    assert list(form) == [field.name for field in workflow.form]
    for field in workflow.form:
        written_field = form[field.name]
        assert written_field["description"] == field.description
        assert written_field["type"] == field.kind
        assert written_field.get("required", False) == field.required
        assert tuple(written_field.get("options", ())) == field.options
        default = written_field.get("default")
        is_number = field.kind == "number" and default is not None
        assert (Decimal(str(default)) if is_number else default) == field.default
    used = set(re.findall(r"\binputs\.([\w-]+)", FILES[name]))
    assert used == set(form)
    assert set(re.findall(r"secrets\.(\w+)", FILES[name].partition("\njobs:")[2])) == {
        "REPLICATE_API_TOKEN",
        *workflow.secrets.values(),
    }


def test_a_file_is_pinned_and_has_few_permissions() -> None:
    document = loaded(FILES["sdxl"])
    job = document["jobs"]["fine-tune"]
    assert document["permissions"] == {}
    assert job["permissions"] == {"contents": "read"}
    assert document["concurrency"]["cancel-in-progress"] is False
    assert job["steps"][1]["with"]["trainer"] == str(TRAINER)
    assert "api-url" not in job["steps"][1]["with"]


@pytest.mark.parametrize("example", ["run-workflow.yml", "release.yml"])
def test_the_actions_are_those_of_the_examples(example: str) -> None:
    text = (ROOT / "examples" / example).read_text("utf-8")
    assert f"- uses: {CHECKOUT}\n" in text
    assert f"uses: {ACTION}\n" in text


def test_another_api_is_written_into_the_file() -> None:
    text = written(scaffold("sdxl"), "http://127.0.0.1:8123/v1")
    step = loaded(text)["jobs"]["fine-tune"]["steps"][1]
    assert step["with"]["api-url"] == "http://127.0.0.1:8123/v1"


@pytest.mark.parametrize("name", REAL)
def test_an_untouched_form_is_valid_and_sends_the_defaults(name: str) -> None:
    training, components = schemas()[name]
    fields, dataset = fields_of(training, components), scaffold(name).dataset_input
    required = {key: _example(fields[key]) for key in required_of(training) if key != dataset}
    values, findings = sent(name, training_input(FILES[name], required))
    assert findings == []
    defaults = {
        key: field["default"]
        for key, field in fields.items()
        if "default" in field and key != dataset
    }
    assert {key: values[key] for key in defaults} == defaults
    assert set(values) == set(defaults) | set(required)


def _example(field: dict[str, Any]) -> object:
    return field["enum"][0] if "enum" in field else {"integer": "5"}.get(field["type"], "text")


@pytest.mark.parametrize("name", REAL)
def test_an_empty_form_sends_nothing(name: str) -> None:
    empty = {
        field.name: "(default)" if "(default)" in field.options else ""
        for field in scaffold(name).form
    }
    values, findings = sent(name, training_input(FILES[name], empty))
    assert values == {}
    assert all("is required by the trainer" in what for what in findings)


@pytest.mark.parametrize(
    ("name", "inputs", "expected"),
    [
        ("flux-dev-lora-trainer", {"steps": "250.0"}, {"steps": 250}),
        ("flux-dev-lora-trainer", {"learning_rate": "1e-4"}, {"learning_rate": 0.0001}),
        ("flux-dev-lora-trainer", {"autocaption": False}, {"autocaption": False}),
        ("flux-dev-lora-trainer", {"trigger_word": "1.10"}, {"trigger_word": "1.10"}),
        ("flux-dev-lora-trainer", {"trigger_word": "null"}, {"trigger_word": "null"}),
        ("qwen-image-lora-trainer", {"batch_size": "4"}, {"batch_size": 4}),
        ("fast-flux-trainer.partial", {"lora_type": "style"}, {"lora_type": "style"}),
        (
            "hunyuan-video-lora",
            {"consecutive_target_frames": "[1, 45, 89]"},
            {"consecutive_target_frames": "[1, 45, 89]"},
        ),
        ("hostile", {"flag": "false", "sizes": "2"}, {"flag": False, "sizes": 2}),
        (
            "hostile",
            {"other_inputs": "layers: [1, 2], more_29: 'a, b'"},
            {"layers": [1, 2], "more_29": "a, b"},
        ),
    ],
)
def test_what_a_form_sends(name: str, inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    values, _ = sent(name, training_input(FILES[name], inputs))
    assert {key: values[key] for key in expected} == expected


def test_a_secret_comes_from_the_repository() -> None:
    text = training_input(FILES["flux-dev-lora-trainer"], {}, {"HF_TOKEN": 'hf "x": #'})
    values, _ = sent("flux-dev-lora-trainer", text)
    assert values["hf_token"] == 'hf "x": #'
    assert "wandb_api_key" not in values


LINE = st.text(st.characters(codec="utf-8", exclude_characters="\x7f\x85\u2028\u2029\ufeff"))


@settings(deadline=None)
@given(LINE)
@pytest.mark.parametrize("name", ["sdxl", "hostile"])
def test_any_text_stays_one_text(name: str, text: str) -> None:
    field = {"sdxl": "token_string", "hostile": "word"}[name]
    sent_text = training_input(FILES[name], {field: text})
    if all(sign.isprintable() or ord(sign) < 0x20 for sign in text):
        entries = read_entries(sent_text)
        assert set(entries) == set(scaffold(name).training_input)
        values, _ = sent(name, sent_text)
        assert values.get(field, "") == text


WORDS = st.text(max_size=60) | st.just(EVIL)
FIELD = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", "number", "boolean", "array"]),
        "description": WORDS,
        "default": WORDS | st.integers() | st.floats() | st.booleans(),
        "enum": st.lists(WORDS | st.integers(), max_size=4),
        "format": st.sampled_from(["uri", "password"]),
        "minimum": st.integers() | st.floats(),
        "maximum": st.integers() | st.floats(),
    },
)


@settings(deadline=None)
@given(st.dictionaries(WORDS | st.sampled_from(["a", "A", "dataset", "no"]), FIELD, max_size=6))
def test_any_schema_gives_a_file_that_holds_the_form(properties: dict[str, Any]) -> None:
    workflow = workflow_for(TRAINER, schema(**properties), {})
    document = loaded(written(workflow))
    form = document["on"]["workflow_dispatch"]["inputs"]
    assert list(form) == [field.name for field in workflow.form]
    assert [one["description"] for one in form.values()] == [
        field.description for field in workflow.form
    ]
    assert "${{" not in json.dumps(document["on"])
    assert set(document["jobs"]) == {"fine-tune"}


VERSION = {
    "id": "abc123",
    "openapi_schema": {"components": {"schemas": {"TrainingInput": HOSTILE}}},
}


@pytest.mark.parametrize(
    ("document", "version_id"),
    [
        (VERSION, "abc123"),
        ({"owner": "acme", "latest_version": VERSION}, "abc123"),
        (VERSION["openapi_schema"], ""),
        (HOSTILE, ""),
        ({"trainer": "acme/trainer", "openapi_schema": VERSION["openapi_schema"]}, ""),
    ],
)
def test_a_saved_schema(document: object, version_id: str) -> None:
    found = saved.parse(json.dumps(document))
    assert (found.training_input, found.version_id) == (HOSTILE, version_id)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: x", "not a JSON file"),
        ("[" * 100_000, "not a JSON file"),
        ("[]", "not a version, an OpenAPI document or a TrainingInput schema"),
        ('{"components": {}}', "not a version, an OpenAPI document or a TrainingInput schema"),
        (
            '{"components": {"schemas": {"Input": {}}}}',
            "has no `TrainingInput`, so the model only runs predictions",
        ),
        (json.dumps({**VERSION, "id": "a b"}), "its `id` is not a version ID"),
    ],
)
def test_a_file_that_is_no_schema(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        saved.parse(text)
