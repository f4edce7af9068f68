"""A trainer's schema from a file, in each form in which the API serves it. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from replicate_train.replicate.refs import ID


@dataclass(frozen=True)
class SavedSchema:
    """The schema of a trainer's inputs, the schemas that it refers to, and the version's id.

    `version_id` is empty where the file does not name the version.
    """

    training_input: Mapping[str, Any]
    components: Mapping[str, Any]
    version_id: str = ""


def parse(text: str) -> SavedSchema:
    """Return the schema in a JSON text.

    The text is a version, a model, an OpenAPI document or a TrainingInput schema. Raises
    `ValueError` with what is wrong, for the user.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("not a JSON file") from None
    version = _mapping(document)
    version = _mapping(version.get("latest_version")) or version
    openapi = _mapping(version.get("openapi_schema")) or version
    if "properties" in openapi and "components" not in openapi:
        return SavedSchema(openapi, {})
    components = _mapping(_mapping(openapi.get("components")).get("schemas"))
    if not components:
        raise ValueError("not a version, an OpenAPI document or a TrainingInput schema")
    training_input = _mapping(components.get("TrainingInput"))
    if not training_input:
        raise ValueError("has no `TrainingInput`, so the model only runs predictions")
    version_id = str(version.get("id") or "") if openapi is not version else ""
    if version_id and not re.fullmatch(ID, version_id):
        raise ValueError("its `id` is not a version ID")
    return SavedSchema(training_input, components, version_id)


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
