"""Written YAML converted to the types that the trainer's schema declares. Pure.

`steps: "1000"` becomes a number where the schema has one, `trigger_word: 1.10` stays the string
`1.10`, `yes` is true for a boolean and a string for a string. What would lose information is an
error.
"""

from collections.abc import Mapping
from typing import Any

from replicate_train.trainer.fields import types_of
from replicate_train.trainer.yaml_text import Entries, Items, Scalar, Written
from replicate_train.trainer.yaml_values import number, plain

_TRUE, _FALSE = frozenset({"true", "yes", "on"}), frozenset({"false", "no", "off"})
_TYPE_NAMES = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}

ValuePath = tuple[str | int, ...]  # keys, and indexes from 0, that lead to a value inside an input


class CoercionError(ValueError):
    """A written value cannot be converted; the message says what it must be.

    `found` says what it is instead, if it is no text; else `text` is that text, which may be a
    secret. `path` leads to it inside the input.
    """

    def __init__(
        self, expected: str, found: str = "", text: str = "", path: ValuePath = ()
    ) -> None:
        super().__init__(expected)
        self.expected = expected
        self.found = found
        self.text = text
        self.path = path

    def inside(self, part: str | int) -> "CoercionError":
        """Return the same error, seen from the list or mapping that holds the value at `part`."""
        return CoercionError(self.expected, self.found, self.text, (part, *self.path))


class NotGiven(Exception):
    """The value is null where the trainer takes none, or empty: it counts as not given.

    Replicate refuses an empty string for a URL, and a workflow cannot leave an input out by
    condition.
    """


def coerce(written: Written, field: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    """Return a written value with the type of its field.

    Raises `CoercionError`, `NotGiven`, and `YamlProblem` for a number that JSON does not support.
    """
    types = types_of(field)
    if isinstance(written, Scalar):
        return _scalar(written, types)
    if isinstance(written, Items) and (not types or "array" in types):
        inner = _subschema(field, "items")
        return [_inside(at, item, inner) for at, item in enumerate(written.items)]
    if isinstance(written, Entries) and (not types or "object" in types):
        known = _subschema(field, "properties")
        entries = written.entries.items()
        return {name: _inside(name, entry, known.get(name, {})) for name, entry in entries}
    raise CoercionError(_expected(types), "a list" if isinstance(written, Items) else "a mapping")


def _subschema(field: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the field's `items` or `properties`, from its first alternative that has them."""
    found = (part[name] for part in (field, *field.get("anyOf", ())) if name in part)
    return next(found, {})


def _inside(part: str | int, written: Written, field: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    """Return a value of a list or mapping, where an empty string is a value like any other."""
    try:
        return coerce(written, field)
    except NotGiven:
        return plain(written)
    except CoercionError as error:
        raise error.inside(part) from None


def _scalar(scalar: Scalar, types: set[str]) -> Any:  # noqa: ANN401 - any JSON scalar
    if scalar.kind == "null" or not scalar.text:
        if scalar.kind == "null" and "null" in types:
            return None
        raise NotGiven
    if not types:
        return plain(scalar)
    if "string" in types and (scalar.kind == "str" or types <= {"string", "null"}):
        return scalar.text
    for kind, read in _READERS.items():
        if kind in types and (value := read(scalar.text.strip())) is not None:
            return value
    if "string" in types:
        return scalar.text
    raise CoercionError(_expected(types), text=scalar.text)


def _boolean(text: str) -> bool | None:
    if text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    return None


def _integer(text: str) -> int | None:
    value = number(text)
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else None
    return value


_READERS = {"boolean": _boolean, "integer": _integer, "number": number}


def _expected(types: set[str]) -> str:
    """Return "must be an integer", with every type that the field takes; null only if it is all."""
    named = types - {"null"} or types
    return f"must be {' or '.join(_TYPE_NAMES[kind] for kind in _TYPE_NAMES if kind in named)}"
