"""Request bodies checked against what the OpenAPI document lists: nothing missing, nothing more."""

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from replicate_sandbox.problems import Problem, invalid, invalid_input

_KINDS = {"string": str, "object": dict, "array": list, "boolean": bool}


def checked(body: object, fields: Mapping[str, str]) -> dict[str, Any]:
    """Return a JSON body whose fields are of the named kinds.

    `fields` maps a name to a kind; a kind that ends in `!` is required. Raises `Problem` (422)
    for whatever is missing, unknown or of another kind, all at once.
    """
    if not isinstance(body, dict):
        raise Problem(400, "The request body must be a JSON object.", "Bad request")
    problems = list(_problems(body, fields))
    if problems:
        raise invalid(problems)
    return body


def _problems(body: Mapping[str, Any], fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, kind in fields.items():
        if kind.endswith("!") and name not in body:
            yield name, "This field is required."
        elif name in body and not isinstance(body[name], _KINDS[kind.rstrip("!")]):
            yield name, f"Must be of type {kind.rstrip('!')}."
    for name in body:
        if name not in fields:
            yield name, "Additional property is not allowed."


def check_input(schema: Mapping[str, Any] | None, name: str, given: Mapping[str, Any]) -> None:
    """Check a run's input against `name` (`Input`, `TrainingInput`) of an OpenAPI schema.

    Unknown inputs are let through, as the engine drops them. Raises `Problem` (422).
    """
    components = (schema or {}).get("components", {})
    if name not in components.get("schemas", {}):
        return
    root = {"$ref": f"#/components/schemas/{name}", "components": components}
    errors = sorted(
        Draft202012Validator(root).iter_errors(given), key=lambda error: str(error.path)
    )
    if errors:
        raise invalid_input([_words(error) for error in errors])


def _words(error: ValidationError) -> tuple[str, str]:
    return ".".join(str(part) for part in error.absolute_path), error.message
