"""OpenAPI documents from the signatures of `train()` and `predict()`, as Cog inspects them.

The shape is the one that Replicate serves: `Input`, `Output`, `TrainingInput`, `TrainingOutput`,
and a schema of its own for each input with choices.
"""

from collections.abc import Iterator
from typing import Any

from cog._adt import InputField, PredictorInfo, Repetition

from replicate_sandbox.store.documents import Document

_OPTIONAL = (Repetition.OPTIONAL, Repetition.OPTIONAL_REPEATED)
_LIMITS = {
    "ge": "minimum",
    "le": "maximum",
    "min_length": "minLength",
    "max_length": "maxLength",
    "regex": "pattern",
}


def openapi_document(train: PredictorInfo, predict: PredictorInfo | None) -> Document:
    """Return the document of a project's functions."""
    schemas: Document = {}
    if predict:
        schemas |= _schemas(predict, "", schemas)
    schemas |= _schemas(train, "Training", schemas)
    return {
        "openapi": "3.0.2",
        "info": {"title": "Cog", "version": "0.1.0"},
        "paths": {},
        "components": {"schemas": schemas},
    }


def _schemas(info: PredictorInfo, prefix: str, taken: Document) -> Document:
    """Return the schemas of one function; those of its choices avoid the names in `taken`."""
    schemas: Document = {}
    properties = {}
    for name, field in info.inputs.items():
        part = _property(field)
        if field.choices is not None:
            key = f"training_{name}" if name in taken else name
            schemas[key] = _choices(field, part.pop("type"))
            part["allOf"] = [{"$ref": f"#/components/schemas/{key}"}]
        properties[name] = part
    title = f"{prefix}Input"
    given: Document = {"type": "object", "title": title, "properties": properties}
    if required := [name for name, field in info.inputs.items() if _is_required(field)]:
        given["required"] = required
    output = f"{prefix}Output"
    return schemas | {title: given, output: {**info.output.json_type(), "title": output}}


def _property(field: InputField) -> Document:
    part: Document = {**field.type.json_type(), "x-order": field.order}
    if field.choices is None:
        part["title"] = _title(field.name)
    part |= {key: value for key, value in _details(field) if value is not None}
    if field.type.repetition in _OPTIONAL:
        part["nullable"] = True
    return part


def _details(field: InputField) -> Iterator[tuple[str, Any]]:
    yield "description", field.description
    yield "default", field.type.json_encode(field.default) if field.default is not None else None
    yield "deprecated", field.deprecated
    for name, key in _LIMITS.items():
        yield key, getattr(field, name)


def _choices(field: InputField, kind: str) -> Document:
    return {
        "title": field.name,
        "description": "An enumeration.",
        "type": kind,
        "enum": field.choices,
    }


def _is_required(field: InputField) -> bool:
    return field.default is None and field.type.repetition not in _OPTIONAL


def _title(name: str) -> str:
    return name.replace("_", " ").title()
