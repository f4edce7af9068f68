"""A trainer's schema as one plain JSON schema a field, in which nothing refers elsewhere.

Cog writes OpenAPI 3.0: `$ref` into `components.schemas` (alone, or in an `allOf` beside a default),
`nullable`, `exclusiveMinimum` as true or false; newer ones write `anyOf` with `null`. A schema is
foreign: it may nest without end or be nonsense, and then says nothing.
"""

import re
from collections.abc import Mapping
from typing import Any

_DEPTH = 8  # references and parts inside each other
_PREFIX = "#/components/schemas/"
_KEPT = frozenset(
    {
        "type",
        "enum",
        "const",
        "format",
        "default",
        "description",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "pattern",
        "minItems",
        "maxItems",
        "uniqueItems",
        "required",
        "writeOnly",
        "x-cog-secret",
        "x-order",
    }
)
_TYPES = frozenset({"string", "integer", "number", "boolean", "array", "object", "null"})
# A repeated group that repeats inside, or holds alternatives, may take for ever on a short text.
_SLOW = re.compile(r"[+*}]\)*[)\]][+*{]|\|[^)]*\)[+*{]|\\[1-9]")
_PATTERN = 200  # characters

Schema = dict[str, Any]


def fields_of(
    training_input: Mapping[str, Any], components: Mapping[str, Any]
) -> dict[str, Schema]:
    """Return each input's schema, in the trainer's own order.

    `components` are the document's schemas by their names.
    """
    properties = training_input.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    found = {str(name): _field(entry, components) for name, entry in properties.items()}
    return dict(sorted(found.items(), key=lambda item: _order(item[1])))


def required_of(training_input: Mapping[str, Any]) -> list[str]:
    """Return the names of the inputs that have to be given."""
    required = training_input.get("required")
    return (
        [name for name in required if isinstance(name, str)] if isinstance(required, list) else []
    )


def is_secret(field: Mapping[str, Any]) -> bool:
    """Tell whether an input is a secret, such as another service's token."""
    return field.get("format") == "password" or bool(field.get("x-cog-secret"))


def types_of(field: Mapping[str, Any]) -> set[str]:
    """Return the JSON types that a field takes; none where it does not say."""
    told = field.get("type")
    types = {told} if isinstance(told, str) else set(told or ())
    for part in field.get("anyOf", ()):
        types |= types_of(part)
    return types


def _field(entry: object, components: Mapping[str, Any], depth: int = 0) -> Schema:
    if not isinstance(entry, dict) or depth > _DEPTH:
        return {}
    reference = entry.get("$ref")
    merged: Schema = {}
    if isinstance(reference, str) and reference.startswith(_PREFIX):
        merged |= _field(components.get(reference.removeprefix(_PREFIX)), components, depth + 1)
    parts = entry.get("allOf")
    for part in parts if isinstance(parts, list) else ():
        merged |= _field(part, components, depth + 1)
    merged |= {name: value for name, value in entry.items() if name in _KEPT}
    for key in ("anyOf", "oneOf"):
        if isinstance(entry.get(key), list):
            merged["anyOf"] = [_field(part, components, depth + 1) for part in entry[key]]
    if "items" in entry:
        merged["items"] = _field(entry["items"], components, depth + 1)
    if isinstance(entry.get("properties"), dict):
        inner = entry["properties"].items()
        merged["properties"] = {name: _field(part, components, depth + 1) for name, part in inner}
    return _sane(merged, nullable=entry.get("nullable") is True)


def _sane(field: Schema, *, nullable: bool) -> Schema:
    """Drop what is no JSON schema, and write what OpenAPI 3.0 writes otherwise as JSON schema."""
    for bound, border in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(field.get(bound), bool):
            strict = field.pop(bound) and border in field
            if strict:
                field[bound] = field.pop(border)
    for name, value in list(field.items()):
        if not _makes_sense(name, value):
            del field[name]
    if nullable and "type" in field:
        field["type"] = sorted({*types_of({"type": field["type"]}), "null"})
    if nullable and "enum" in field and None not in field["enum"]:
        field["enum"] = [*field["enum"], None]
    return field


def _makes_sense(name: str, value: object) -> bool:
    if name == "type":
        types = value if isinstance(value, list) else [value]
        return bool(types) and all(isinstance(one, str) and one in _TYPES for one in types)
    if name in {"enum", "required", "anyOf"}:
        return isinstance(value, list) and bool(value)
    if name == "pattern":
        return isinstance(value, str) and _is_quick(value)
    if name.startswith(("min", "max", "exclusive", "multiple")):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return True


def _is_quick(pattern: str) -> bool:
    """Tell whether a pattern is valid and plainly quick; the service checks the others."""
    if len(pattern) > _PATTERN or _SLOW.search(pattern):
        return False
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _order(field: Mapping[str, Any]) -> float:
    order = field.get("x-order")
    return float(order) if isinstance(order, (int, float)) else 0.0
