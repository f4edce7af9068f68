"""Checking what a request holds: its body's fields, and a run's input."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from replicate_sandbox.contract.problems import Invalid, Problem, invalid_input

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_TYPES = {"string": str, "object": dict, "array": list, "boolean": bool, "integer": int}
Refuse = Callable[[Sequence[Invalid]], Problem]


def check_body(
    body: object, fields: Mapping[str, str], refuse: Refuse = invalid_input
) -> dict[str, Any]:
    """Return a JSON body that holds only these fields, each of its type.

    `fields` maps a name to a type; a type that ends in `!` is required. Raises `Problem`: 400 for
    a body that is not an object, and what `refuse` makes of all fields that are missing, unknown
    or of another type.
    """
    if not isinstance(body, dict):
        raise Problem(400, "The request body must be a JSON object.", "Bad request")
    if problems := list(_problems(body, fields)):
        raise refuse(problems)
    return body


def _problems(body: Mapping[str, Any], fields: Mapping[str, str]) -> Iterator[Invalid]:
    for name, kind in fields.items():
        if kind.endswith("!") and name not in body:
            yield Invalid(name, "This field is required.", "required")
        elif name in body and not _is(kind.rstrip("!"), body[name]):
            yield Invalid(name, f"Must be of type {kind.rstrip('!')}.", "type")
    for name in body:
        if name not in fields:
            detail = "Additional property is not allowed."
            yield Invalid(name, detail, "additional_property")


def _is(kind: str, value: object) -> bool:
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def check_input(document: Mapping[str, Any] | None, name: str, given: Mapping[str, Any]) -> None:
    """Check a run's input against the schema `name` (`Input`, `TrainingInput`) of a document.

    `document` is a version's OpenAPI document; without that schema nothing is checked. Unknown
    inputs are allowed, as the engine drops them. Raises `Problem`: 422.
    """
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - loaded with the first input

    components = (document or {}).get("components", {})
    if name not in components.get("schemas", {}):
        return
    root = {"$ref": f"#/components/schemas/{name}", "components": components}
    errors = sorted(
        Draft202012Validator(root).iter_errors(given), key=lambda error: str(error.path)
    )
    if errors:
        raise invalid_input([_invalid(error) for error in errors])


def _invalid(error: "ValidationError") -> Invalid:
    field = ".".join(["input", *(str(part) for part in error.absolute_path)])
    return Invalid(field, error.message, str(error.validator))
