"""The values of a form's fields, from its texts to JSON.

A text that is not of its field's type stays a text, so that the service itself refuses it.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from replicate_sandbox.pages.fields import Field, text_of

PREFIX = "input."  # before the name of an input, in a form


def defaults(fields: Sequence[Field]) -> dict[str, str]:
    """Return the texts of an untouched form, by the name of the input."""
    return {field.name: field.default for field in fields}


def texts_of(fields: Sequence[Field], form: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of a sent form, by the name of the input. A free checkbox is not sent."""
    absent = {"boolean": "false"}
    return {
        field.name: form.get(PREFIX + field.name, absent.get(field.kind, "")) for field in fields
    }


def given(fields: Sequence[Field], texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the inputs that texts give. An empty text is no value, unless it hides a default."""
    return {
        field.name: _value(field, texts[field.name])
        for field in fields
        if texts[field.name] or (field.kind in {"text", "lines"} and field.default)
    }


def changed(fields: Sequence[Field], texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the inputs that differ from their defaults."""
    other = [field for field in fields if texts[field.name] != field.default]
    return given(other, texts)


def _value(field: Field, text: str) -> object:
    if field.kind in {"text", "lines", "secret", "file"}:
        return text
    if field.kind == "choice":
        return next((value for value in field.choices if text_of(value) == text), text)
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text


def _refuse(name: str) -> None:
    raise ValueError(name)
