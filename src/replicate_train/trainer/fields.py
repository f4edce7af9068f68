"""A trainer's inputs by its schema: their names, their order, and the schema of each. Pure."""

from collections.abc import Mapping
from typing import Any

from replicate_train.trainer.schema import Resolver, Schema


def fields_of(
    training_input: Mapping[str, Any], components: Mapping[str, Any]
) -> dict[str, Schema]:
    """Return each input's schema, by `x-order` where all inputs have one.

    `components` are the document's schemas by their names.
    """
    properties = training_input.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    found = {str(name): Resolver(components).resolve(entry) for name, entry in properties.items()}
    if all("x-order" in field for field in found.values()):
        return dict(sorted(found.items(), key=lambda item: _order(item[1])))
    return found


def required_of(training_input: Mapping[str, Any]) -> list[str]:
    """Return the names of the required inputs."""
    required = training_input.get("required")
    return (
        [name for name in required if isinstance(name, str)] if isinstance(required, list) else []
    )


def is_secret(field: Mapping[str, Any]) -> bool:
    """Tell whether an input is a secret, such as another service's token, or holds one."""
    if field.get("format") == "password" or field.get("x-cog-secret"):
        return True
    inner = [*field.get("anyOf", ()), *field.get("properties", {}).values()]
    return any(is_secret(part) for part in [*inner, field.get("items")] if part)


def types_of(field: Mapping[str, Any]) -> set[str]:
    """Return the JSON types that a field declares; empty where it declares none."""
    declared = field.get("type")
    types = {declared} if isinstance(declared, str) else set(declared or ())
    for part in field.get("anyOf", ()):
        types |= types_of(part)
    return types


def _order(field: Mapping[str, Any]) -> float:
    order = field.get("x-order")
    return float(order) if isinstance(order, (int, float)) else 0.0
