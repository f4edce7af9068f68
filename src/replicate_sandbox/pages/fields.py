"""The fields of a form, from a schema of a version's OpenAPI document."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_TEXT_KINDS = {"integer": "integer", "number": "number", "array": "json", "object": "json"}
_LONG = 80  # characters of a default that need more than one line


@dataclass(frozen=True)
class Field:
    """An input: how a form asks for it. `default` is a text, as a form has it.

    `choices` are JSON values.
    `kind` is `file`, `text`, `lines`, `secret`, `integer`, `number`, `boolean`, `choice` or `json`.
    """

    name: str
    kind: str
    description: str = ""
    required: bool = False
    default: str = ""
    choices: tuple[object, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    @property
    def options(self) -> list[str]:
        """The choices as texts; one that is empty stands for none."""
        texts = [text_of(value) for value in self.choices]
        return texts if self.default else ["", *texts]

    @property
    def range(self) -> str:
        """The values that fit, in words."""
        low, high = (None if x is None else f"{x:,.10g}" for x in (self.minimum, self.maximum))
        if low is not None and high is not None:
            return f"{low} to {high}"
        if low is not None:
            return f"{low} or more"
        return "" if high is None else f"{high} or less"


def fields_of(document: Mapping[str, Any] | None, schema: str) -> list[Field]:
    """Return the fields of the schema `Input` or `TrainingInput`, in their order."""
    schemas = _mapping(_mapping(document, "components"), "schemas")
    top = _mapping(schemas, schema)
    required = top.get("required") or ()
    parts = [
        (name, _resolved(part, schemas), name in required)
        for name, part in _mapping(top, "properties").items()
    ]
    parts.sort(key=lambda item: _order(item[1]))
    return [_field(name, part, is_required) for name, part, is_required in parts]


def text_of(value: object) -> str:
    """Return a JSON value as a form has it."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _field(name: str, part: Mapping[str, Any], required: bool) -> Field:  # noqa: FBT001 - private
    choices = tuple(value for value in part.get("enum") or () if value is not None)
    default = text_of(part.get("default"))
    kind = _kind(part, default)
    if kind == "boolean" and default not in {"true", "false"}:
        kind, choices = "choice", (True, False)
    return Field(
        name=name,
        kind=kind,
        description=str(part.get("description") or ""),
        required=required,
        default=default,
        choices=choices,
        minimum=_number(part, "minimum"),
        maximum=_number(part, "maximum"),
    )


def _kind(part: Mapping[str, Any], default: str) -> str:
    if part.get("enum"):
        return "choice"
    kind = part.get("type")
    if kind == "boolean":
        return "boolean"
    if kind != "string":
        return _TEXT_KINDS.get(str(kind), "json")
    if part.get("x-cog-secret") or part.get("format") == "password":
        return "secret"
    if part.get("format") == "uri":
        return "file"
    return "lines" if "\n" in default or len(default) > _LONG else "text"


def _resolved(part: object, schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Return a part of a schema with what its references and its `allOf` add."""
    merged: dict[str, Any] = {}
    for one in _alternatives(part, schemas, 0):
        merged = {**merged, **one}
    return merged


def _alternatives(
    part: object, schemas: Mapping[str, Any], depth: int
) -> Iterator[Mapping[str, Any]]:
    if not isinstance(part, Mapping) or depth > 5:  # noqa: PLR2004 - references in a circle
        return
    if isinstance(reference := part.get("$ref"), str):
        yield from _alternatives(schemas.get(reference.rpartition("/")[2]), schemas, depth + 1)
    for key in ("allOf", "anyOf", "oneOf"):
        options = [one for one in part.get(key) or () if one != {"type": "null"}]
        if key == "allOf" or len(options) == 1:
            for one in options:
                yield from _alternatives(one, schemas, depth + 1)
    yield part


def _order(part: Mapping[str, Any]) -> float:
    order = _number(part, "x-order")
    return 1e9 if order is None else order


def _number(part: Mapping[str, Any], key: str) -> float | None:
    value = part.get(key)
    return value if isinstance(value, int | float) else None


def _mapping(part: Mapping[str, Any] | None, key: str) -> Mapping[str, Any]:
    value = (part or {}).get(key)
    return value if isinstance(value, Mapping) else {}
