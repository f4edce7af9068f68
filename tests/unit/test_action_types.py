"""action-types.yml: the type of every input and output, as the model and action.yml have them.

The format is that of typesafegithub/github-actions-typing.
"""

from typing import Any

import pytest
from ruamel.yaml import YAML

from replicate_train.inputs.model import Mode
from replicate_train.inputs.parsers import WEBHOOK_EVENTS
from replicate_train.replicate.schemas import TERMINAL
from support.served import ROOT

YAML_FILES = YAML(typ="safe", pure=True)
ACTION: dict[str, Any] = YAML_FILES.load(ROOT / "action.yml")
TYPES: dict[str, Any] = YAML_FILES.load(ROOT / "action-types.yml")
# The keys of each type in the format.
KEYS = {
    "string": {"type"},
    "boolean": {"type"},
    "integer": {"type"},
    "float": {"type"},
    "enum": {"type", "allowed-values"},
    "list": {"type", "separator", "list-item"},
}
# What tools see of the inputs that are no plain text, by hand.
TYPED: dict[str, dict[str, Any]] = {
    "visibility": {"type": "enum", "allowed-values": ["public", "private"]},
    "create-model": {"type": "boolean"},
    "dataset": {"type": "list", "separator": "\n", "list-item": {"type": "string"}},
    "webhook-events": {
        "type": "list",
        "separator": ",",
        "list-item": {"type": "enum", "allowed-values": list(WEBHOOK_EVENTS)},
    },
    "mode": {"type": "enum", "allowed-values": [mode.value for mode in Mode]},
    "reuse": {"type": "enum", "allowed-values": ["running", "succeeded", "never"]},
    "on-timeout": {"type": "enum", "allowed-values": ["cancel", "leave"]},
    "on-cancel": {"type": "enum", "allowed-values": ["cancel", "leave"]},
    "price-per-second": {"type": "float"},
    "keep-versions": {"type": "integer"},
}
ENTRIES = [(kind, name) for kind in ("inputs", "outputs") for name in TYPES[kind]]


@pytest.mark.parametrize("kind", ["inputs", "outputs"])
def test_everything_declared_has_a_type(kind: str) -> None:
    assert set(TYPES) == {"inputs", "outputs"}
    assert list(TYPES[kind]) == list(ACTION[kind])


def test_the_inputs_have_their_types() -> None:
    assert {name: it for name, it in TYPES["inputs"].items() if it != {"type": "string"}} == TYPED


def test_a_default_has_its_type() -> None:
    for name, entry in TYPES["inputs"].items():
        default = ACTION["inputs"][name].get("default")
        if default and entry["type"] == "enum":
            assert default in entry["allowed-values"]
        if default and entry["type"] == "boolean":
            assert default in {"true", "false"}


def test_the_statuses_are_those_of_a_training() -> None:
    status = TYPES["outputs"]["status"]
    assert set(status["allowed-values"]) == {"starting", "processing", *TERMINAL}
    assert all(it in ACTION["outputs"]["status"]["description"] for it in status["allowed-values"])


def test_what_the_descriptions_call_true_is_a_boolean() -> None:
    booleans = {name for name, entry in TYPES["outputs"].items() if entry["type"] == "boolean"}
    outputs = ACTION["outputs"].items()
    assert booleans == {name for name, it in outputs if it["description"].startswith("`true` if")}


def test_seconds_and_dollars_are_numbers() -> None:
    numbers = {name for name, entry in TYPES["outputs"].items() if entry["type"] == "float"}
    words = ("Seconds", "Estimated cost")
    outputs = ACTION["outputs"].items()
    assert numbers == {name for name, it in outputs if it["description"].startswith(words)}


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
def test_an_entry_has_the_keys_of_its_type(kind: str, name: str) -> None:
    entry = TYPES[kind][name]
    assert set(entry) == KEYS[entry["type"]]
    item = entry.get("list-item", {"type": "string"})
    assert set(item) == KEYS[item["type"]]
    assert item["type"] != "list"
    values = [*entry.get("allowed-values", "x"), *item.get("allowed-values", "x")]
    assert all(isinstance(value, str) and value for value in values)
