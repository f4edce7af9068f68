"""The type of every input and output, in the format of typesafegithub/github-actions-typing."""

import typing
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from replicate_train.inputs import parsers
from replicate_train.inputs.model import Inputs

Entry = Mapping[str, Any]

_TEXT = {"type": "string"}
_STATUS = ["starting", "processing", "succeeded", "failed", "canceled", "aborted"]
# Values in a notation of our own, so that their Python type says nothing.
_NOTATIONS: Mapping[object, Entry] = {
    parsers.duration: _TEXT,
    parsers.dataset: {"type": "list", "separator": "\n", "list-item": _TEXT},
    parsers.webhook_events: {
        "type": "list",
        "separator": ",",
        "list-item": {"type": "enum", "allowed-values": list(parsers.WEBHOOK_EVENTS)},
    },
}
_NUMBERS = {bool: "boolean", int: "integer", float: "float", Decimal: "float"}


def lines(action: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of action-types.yml for the inputs and outputs of action.yml."""
    yield "inputs:"
    for name in action["inputs"]:
        yield from _written(name, of_input(name), 2)
    yield "outputs:"
    for name, entry in action["outputs"].items():
        yield from _written(name, of_output(name, entry["description"]), 2)


def of_input(name: str) -> Entry:
    """Return the type of an input, as its field in the model has it."""
    field = Inputs.model_fields[name.replace("-", "_")]
    alternatives = [part for part in typing.get_args(field.annotation) if part is not type(None)]
    notes = [*field.metadata, *(note for part in alternatives for note in typing.get_args(part))]
    for note in notes:
        if entry := _NOTATIONS.get(getattr(note, "func", None)):
            return entry
    kind = alternatives[0] if alternatives else field.annotation
    kind = getattr(kind, "__origin__", kind)  # of Annotated
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"type": "enum", "allowed-values": [one.value for one in kind]}
    return {"type": _NUMBERS.get(kind, "string")}


def of_output(name: str, description: str) -> Entry:
    """Return the type of an output, as its description begins."""
    if name == "status":
        return {"type": "enum", "allowed-values": _STATUS}
    if description.startswith("`true` if"):
        return {"type": "boolean"}
    return {"type": "float"} if description.startswith(("Seconds", "Estimated cost")) else _TEXT


def _written(name: str, value: object, columns: int) -> Iterator[str]:
    indent = " " * columns
    if isinstance(value, Mapping):
        yield f"{indent}{name}:"
        for key, one in value.items():
            yield from _written(key, one, columns + 2)
    elif isinstance(value, list):
        yield f"{indent}{name}:"
        yield from (f"{indent}  - {one}" for one in value)
    else:
        quoted = {"\n": '"\\n"', ",": '","'}
        yield f"{indent}{name}: {quoted.get(str(value), value)}"
