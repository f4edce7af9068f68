"""Scaffolded workflows, and the expressions in them as GitHub evaluates them."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from ruamel.yaml import YAML

from replicate_train.replicate.refs import ModelRef, VersionRef
from replicate_train.scaffold.workflow import Workflow, workflow_for
from replicate_train.scaffold.writer import written
from support.sample_files import trainer_schemas
from support.served import ROOT

TRAINER = VersionRef(ModelRef("acme", "trainer"), "c" * 64)
EVIL = "a: b #\n ${{ secrets.GITHUB_TOKEN }} \"'`{}[]%\\\u2028\u202e\x1b[31m ::error::x"
_EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")
_NAME = r"(inputs|secrets)\.([\w-]+)"
_TO_JSON = re.compile(rf"toJSON\({_NAME}\)")
_CHOSEN = re.compile(rf"{_NAME} != '\(default\)' && toJSON\(\1\.\2\) \|\| '\"\"'")
# What no trainer has, and any trainer could have.
HOSTILE: dict[str, Any] = {
    "type": "object",
    "required": ["layers", "word"],
    "properties": {
        "word": {"type": "string", "description": EVIL, "default": EVIL},
        "note": {"type": "string", "default": "yes: [no] # really, "},
        "evil_choice": {"type": "string", "enum": ["a", EVIL]},
        "choice": {"type": "string", "enum": ["a, b", "c: d", "no", "1", "[x]", ""]},
        "good_choice": {"type": "string", "enum": ["a, b", "c: d", "no", "1", "[x]"]},
        "sizes": {"type": "integer", "enum": [1, 2, 4]},
        "flag": {"type": "boolean"},
        "layers": {"type": "array", "items": {"type": "integer"}},
        "steps": {"type": "integer", "minimum": -(10**400), "maximum": 10**400},
        "Steps": {"type": "integer"},
        "seed": {"type": "integer", "default": 2**63},
        "dataset": {"type": "string"},
        "Other_Inputs": {"type": "string"},
        "true": {"type": "string"},
        "bad name ${{ secrets.X }}": {"type": "string"},
        "bad secret ${{ secrets.X }}": {"type": "string", "x-cog-secret": True},
        "replicate_api_token": {"type": "string", "format": "password"},
        "github_token": {"type": "string", "format": "password"},
        **{f"more_{number}": {"type": "string"} for number in range(30)},
    },
}


@cache
def schemas() -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Return (TrainingInput, the schemas that it refers to) of every trainer at hand."""
    documents = trainer_schemas()
    for path in ROOT.glob("sandbox/*/.cog/openapi_schema.json"):
        documents[path.parent.parent.name] = json.loads(path.read_text("utf-8"))
    found = {name: it["components"]["schemas"] for name, it in documents.items()}
    return {name: (it["TrainingInput"], it) for name, it in found.items()} | {
        "hostile": (HOSTILE, {})
    }


def scaffold(name: str) -> Workflow:
    return workflow_for(TRAINER, *schemas()[name])


def files() -> dict[str, str]:
    """Return the workflow of every trainer at hand, by the trainer's name."""
    return {name: written(scaffold(name)) for name in schemas()}


@cache
def loaded(text: str) -> dict[str, Any]:
    value: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return value


def training_input(
    text: str, inputs: Mapping[str, Any], secrets: Mapping[str, str] | None = None
) -> str:
    """Return what the action receives as `training-input` if the form is sent with `inputs`.

    A field that is not given has its default, else it is empty: GitHub passes texts, and booleans
    as they are. A secret that does not exist is empty.
    """
    workflow = loaded(text)
    form = workflow["on"]["workflow_dispatch"]["inputs"]
    values = {
        "inputs": {name: inputs.get(name, _sent(field)) for name, field in form.items()},
        "secrets": secrets or {},
    }
    (step,) = [one for one in workflow["jobs"]["fine-tune"]["steps"] if one.get("id") == "train"]
    template = step["with"].get("training-input", "")

    def evaluated(found: re.Match[str]) -> str:
        if name := _TO_JSON.fullmatch(found[1]):
            return json.dumps(values[name[1]].get(name[2], ""), ensure_ascii=False)
        if name := _CHOSEN.fullmatch(found[1]):
            value = values[name[1]][name[2]]
            return json.dumps(value) if value != "(default)" else '""'
        name = re.fullmatch(_NAME, found[1])
        assert name, found[1]
        return str(values[name[1]].get(name[2], ""))

    return _EXPRESSION.sub(evaluated, template)


def _sent(field: Mapping[str, Any]) -> object:
    default = field.get("default", "")
    return default if field["type"] == "boolean" else str(default)
