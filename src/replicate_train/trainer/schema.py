"""A schema as Cog writes it, as one plain JSON schema a field, in which nothing refers elsewhere.

Cog writes OpenAPI 3.0: `$ref` into `components.schemas` (alone, or in an `allOf` beside a default),
`nullable`, `exclusiveMinimum` as true or false; newer ones write `anyOf` with `null`. A schema is
foreign: it may nest without end or be nonsense, and then says nothing.
"""

from collections.abc import Mapping
from typing import Any

_DEPTH = 8  # references and parts inside each other
_PARTS = 1_000  # of a field: what references may unfold to
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


class Plain:
    """Writes one field's schema plainly; `components` are those that it may refer to."""

    def __init__(self, components: Mapping[str, Any]) -> None:
        self._components = components
        self._left = _PARTS

    def of(self, entry: object, depth: int = 0) -> Schema:
        """Return a schema, empty where it says nothing that can be understood."""
        self._left -= 1
        if not isinstance(entry, dict) or depth > _DEPTH or self._left < 0:
            return {}
        merged: Schema = {}
        reference = entry.get("$ref")
        if isinstance(reference, str) and reference.startswith(_PREFIX):
            merged |= self.of(self._components.get(reference.removeprefix(_PREFIX)), depth + 1)
        for part in self._all(entry.get("allOf"), depth):
            merged |= part
        merged |= {name: value for name, value in entry.items() if name in _KEPT}
        either = self._all(entry.get("anyOf"), depth) + self._all(entry.get("oneOf"), depth)
        others = [part for part in either if part.get("type") != "null"]
        if len(others) == 1:  # pydantic's way to say that something may be null
            merged = others[0] | merged
        elif either:
            merged["anyOf"] = either
        if "items" in entry:
            merged["items"] = self.of(entry["items"], depth + 1)
        if isinstance(inner := entry.get("properties"), dict):
            merged["properties"] = {name: self.of(part, depth + 1) for name, part in inner.items()}
        may_be_null = entry.get("nullable") is True or (len(others) == 1 and len(either) > 1)
        return _sane(merged, nullable=may_be_null)

    def _all(self, parts: object, depth: int) -> list[Schema]:
        return [self.of(part, depth + 1) for part in parts] if isinstance(parts, list) else []


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
    if "enum" in field and "type" not in field:
        field["type"] = sorted(
            {_TYPE_OF[type(one)] for one in field["enum"] if type(one) in _TYPE_OF}
        )
    if nullable and "type" in field:
        told = field["type"]
        field["type"] = sorted({*(told if isinstance(told, list) else [told]), "null"})
    if nullable and "enum" in field and None not in field["enum"]:
        field["enum"] = [*field["enum"], None]
    return field


def _makes_sense(name: str, value: object) -> bool:
    if name == "type":
        types = value if isinstance(value, list) else [value]
        return bool(types) and all(isinstance(one, str) and one in _TYPES for one in types)
    if name in {"enum", "required", "anyOf"}:
        return isinstance(value, list) and bool(value)
    if name in {"pattern", "format", "uniqueItems"}:
        return isinstance(value, bool if name == "uniqueItems" else str)
    if name == "multipleOf":  # of a fraction, binary numbers are no judge
        return isinstance(value, int) and value > 0
    if name.startswith(("min", "max", "exclusive", "multiple")):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return True
