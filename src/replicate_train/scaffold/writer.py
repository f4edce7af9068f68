"""A workflow as YAML, in the style of the examples. Pure.

Texts of a schema are written as JSON strings, which YAML reads literally, unless they are plain
words.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from replicate_train.scaffold.fields import Default, FormField
from replicate_train.scaffold.workflow import OTHER_INPUTS, TOKEN_SECRET, Workflow

ACTION = "OWNER/REPO@v1"
CHECKOUT = "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0"
_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9 ,./()_-]*[A-Za-z0-9.)])?")
_NOT_TEXT = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
_TEMPLATE = """\
# Trains with {model} from the "Run workflow" form of the Actions tab.
# Written by: replicate-train scaffold {trainer}
# Replace OWNER/REPO with the repository of this action.
# Repository secrets: {secrets}
name: Fine-tune with {model}

on:
  workflow_dispatch:
    inputs:
{form}

permissions: {{}}

concurrency:
  group: fine-tune-${{{{ inputs.model-name }}}} # one training of a model at a time
  cancel-in-progress: false

jobs:
  fine-tune:
    name: Fine-tune
    runs-on: ubuntu-latest
    permissions:
      contents: read # checkout, and release assets
    steps:
      - uses: {checkout}
        with:
          persist-credentials: false

      - name: Fine-tune on Replicate
        id: train
        uses: {action}
        with:
{inputs}

      - name: Use the version
        env:
          VERSION: ${{{{ steps.train.outputs.version }}}}
        run: echo "The new version is $VERSION"
"""


def written(workflow: Workflow, api_url: str = "") -> str:
    """Return the workflow's file; `api_url` is empty for Replicate itself."""
    secrets = ", ".join([TOKEN_SECRET, *workflow.secrets.values()])
    return _TEMPLATE.format(
        model=workflow.trainer.model,
        trainer=workflow.trainer,
        secrets=secrets,
        form=_indented(6, (line for field in workflow.form for line in _field(field))),
        checkout=CHECKOUT,
        action=ACTION,
        inputs=_indented(10, _inputs(workflow, api_url)),
    )


def _field(field: FormField) -> Iterator[str]:
    yield f"{_scalar(field.name)}:"
    yield f"  description: {_scalar(field.description)}"
    yield f"  type: {field.kind}"
    if field.options:
        yield f"  options: [{', '.join(map(_item, field.options))}]"
    if field.required:
        yield "  required: true"
    if field.default is not None:
        yield f"  default: {_scalar(field.default)}"


def _inputs(workflow: Workflow, api_url: str) -> Iterator[str]:
    yield f"api-token: ${{{{ secrets.{TOKEN_SECRET} }}}}"
    if api_url:
        yield f"api-url: {_scalar(api_url)}"
    yield "model-name: ${{ inputs.model-name }}"
    yield f"trainer: {workflow.trainer}"
    if workflow.dataset:
        yield "dataset: ${{ inputs.dataset }}"
        yield f"dataset-input: {_scalar(workflow.dataset_input)}"
    values = workflow.training_input
    if workflow.other:
        yield "training-input: |"
        yield from _indented(2, _with_others(values)).splitlines()
    elif values:
        yield "training-input: |"
        yield from (f"  {_scalar(name)}: {value}" for name, value in values.items())


def _with_others(values: Mapping[str, str]) -> Iterator[str]:
    """Yield a YAML mapping in braces: the other inputs stand in one line, as the form's field."""
    yield "{"
    yield from (f"  {_scalar(name)}: {value}," for name, value in values.items())
    yield f"  ${{{{ inputs.{OTHER_INPUTS} }}}}"
    yield "}"


def _scalar(value: Default) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = value or ""
    plain = _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT
    return text if plain else json.dumps(text, ensure_ascii=False)


def _item(text: str) -> str:
    """Return a text as an item of a list in brackets, where a comma separates items."""
    return json.dumps(text, ensure_ascii=False) if "," in text else _scalar(text)


def _indented(columns: int, lines: Iterable[str]) -> str:
    return "\n".join(" " * columns + line for line in lines)
