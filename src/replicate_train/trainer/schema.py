"""A schema as Cog writes it, turned into one plain JSON schema per field, without references.

Cog writes OpenAPI 3.0: `$ref` into `components.schemas` (alone, or in an `allOf` beside a default),
`nullable`, `exclusiveMinimum` as true or false; newer ones write `anyOf` with `null`. A schema is
foreign: where it nests without end or is not valid, it allows any value.
"""

from collections.abc import Mapping
from typing import Any

_MAX_DEPTH = 8  # references and parts inside each other
_MAX_PARTS = 1_000  # of a field, after references are expanded
_REF_PREFIX = "#/components/schemas/"
_KEYWORDS = frozenset(
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
_TYPE_OF: Mapping[type, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
    list: "array",
    dict: "object",
}
_TYPES = frozenset({"string", "integer", "number", "boolean", "array", "object", "null"})

Schema = dict[str, Any]


class Resolver:
    """Resolves the references of one field's schema, which lead into `components`."""

    def __init__(self, components: Mapping[str, Any]) -> None:
        self._components = components
        self._parts_left = _MAX_PARTS

    def resolve(self, entry: object, depth: int = 0) -> Schema:
        """Return a schema without references; empty where it is not valid."""
        self._parts_left -= 1
        if not isinstance(entry, dict) or depth > _MAX_DEPTH or self._parts_left < 0:
            return {}
        merged: Schema = {}
        reference = entry.get("$ref")
        if isinstance(reference, str) and reference.startswith(_REF_PREFIX):
            merged |= self.resolve(
                self._components.get(reference.removeprefix(_REF_PREFIX)), depth + 1
            )
        for part in self._all(entry.get("allOf"), depth):
            merged |= part
        merged |= {name: value for name, value in entry.items() if name in _KEYWORDS}
        either = self._all(entry.get("anyOf"), depth) + self._all(entry.get("oneOf"), depth)
        others = [part for part in either if part.get("type") != "null"]
        if len(others) == 1:  # how pydantic writes a value that may be null
            merged = others[0] | merged
        elif either:
            merged["anyOf"] = either
        if "items" in entry:
            merged["items"] = self.resolve(entry["items"], depth + 1)
        if isinstance(inner := entry.get("properties"), dict):
            properties = {name: self.resolve(part, depth + 1) for name, part in inner.items()}
            merged["properties"] = properties
        may_be_null = entry.get("nullable") is True or (len(others) == 1 and len(either) > 1)
        return _normalized(merged, nullable=may_be_null)

    def _all(self, parts: object, depth: int) -> list[Schema]:
        return [self.resolve(part, depth + 1) for part in parts] if isinstance(parts, list) else []


def _normalized(field: Schema, *, nullable: bool) -> Schema:
    """Drop keywords that are not valid JSON schema, and translate those of OpenAPI 3.0."""
    for strict_bound, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(field.get(strict_bound), bool):
            strict = field.pop(strict_bound) and bound in field
            if strict:
                field[strict_bound] = field.pop(bound)
    for name, value in list(field.items()):
        if not _is_valid(name, value):
            del field[name]
    if "enum" in field and "type" not in field:
        field["type"] = sorted(
            {_TYPE_OF[type(one)] for one in field["enum"] if type(one) in _TYPE_OF}
        )
    if nullable and "type" in field:
        declared = field["type"]
        types = declared if isinstance(declared, list) else [declared]
        field["type"] = sorted({*types, "null"})
    if nullable and "enum" in field and None not in field["enum"]:
        field["enum"] = [*field["enum"], None]
    return field


def _is_valid(name: str, value: object) -> bool:
    if name == "type":
        types = value if isinstance(value, list) else [value]
        return bool(types) and all(isinstance(one, str) and one in _TYPES for one in types)
    if name in {"enum", "required", "anyOf"}:
        return isinstance(value, list) and bool(value)
    if name in {"pattern", "format", "uniqueItems"}:
        return isinstance(value, bool if name == "uniqueItems" else str)
    if name == "multipleOf":  # for fractions, binary floats are not exact enough
        return isinstance(value, int) and value > 0
    if name.startswith(("min", "max", "exclusive", "multiple")):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return True
