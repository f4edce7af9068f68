"""The record of a version: everything that made it, as JSON. Pure.

`manifest.schema.json` is its contract: a change of the fields is a change of that schema.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from replicate_train import __version__
from replicate_train.provenance.origin import Origin
from replicate_train.provenance.public_values import as_json, public
from replicate_train.provenance.records import (
    CostRecord,
    DatasetRecord,
    DeploymentRecord,
    InputRecord,
    Record,
    Text,
    TrainingRecord,
)
from replicate_train.runner.text import cut

# Of the JSON in UTF-8. A step that uses the output gets it as an environment variable, and Linux
# starts no process with one of 128 KiB.
MAX_BYTES = 120_000
_CUT_CHARS = 500  # of the value of an input that is cut


class Manifest(Record):
    """The whole record. `shortened` names what was cut to keep the JSON within `MAX_BYTES`."""

    schema_version: Literal[1] = 1
    version: Text
    model: Text
    previous_version: Text | None
    trainer: Text
    training: TrainingRecord
    inputs: dict[str, InputRecord]
    secret_inputs: tuple[Text, ...]
    dataset: DatasetRecord | None
    origin: Origin
    cost: CostRecord | None
    evaluation: Annotated[list[Any], BeforeValidator(public)]
    deployment: DeploymentRecord | None
    action_version: Text = __version__
    shortened: tuple[str, ...] = ()

    def as_json(self) -> str:
        """Return the record as JSON of at most `MAX_BYTES`, its fields always in the same order."""
        text = _written(self)
        if _size(text) <= MAX_BYTES:
            return text
        record = _with_shorter_inputs(self, _size(text) - MAX_BYTES)
        parts = record.model_dump(mode="json", include={"evaluation", "inputs", "secret_inputs"})
        for field in sorted(parts, key=lambda name: -_size(as_json(parts[name]))):
            if _size(_written(record)) > MAX_BYTES:
                record = _without(record, field)
        return _written(record)


def _written(record: Manifest) -> str:
    return as_json(record.model_dump(mode="json"))


def _size(text: str) -> int:
    return len(text.encode())


def _with_shorter_inputs(record: Manifest, excess: int) -> Manifest:
    """Return a record with its longest values cut, as many as it takes to save `excess`."""
    whole = {name: as_json(one.value) for name, one in record.inputs.items()}
    inputs, shortened = dict(record.inputs), list[str]()
    for name in sorted(whole, key=lambda name: -_size(whole[name])):
        value = inputs[name].value
        shorter = cut(value if isinstance(value, str) else whole[name], _CUT_CHARS)
        saved = _size(whole[name]) - _size(as_json(shorter)) - _size(as_json(f"inputs.{name},"))
        if excess <= 0 or saved <= 0:
            break
        inputs[name] = inputs[name].model_copy(update={"value": shorter})
        shortened.append(f"inputs.{name}")
        excess -= saved
    return record.model_copy(update={"inputs": inputs, "shortened": tuple(shortened)})


def _without(record: Manifest, field: str) -> Manifest:
    """Return a record in which a field is empty."""
    others = [one for one in record.shortened if not one.startswith(f"{field}.")]
    empty = type(getattr(record, field))()
    return record.model_copy(update={field: empty, "shortened": (*others, field)})
