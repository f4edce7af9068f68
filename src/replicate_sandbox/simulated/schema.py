"""The OpenAPI document of a simulated trainer's version, in the shape that Replicate serves."""

from collections.abc import Mapping
from typing import Any

from replicate_sandbox.simulated.specification import Specification
from replicate_sandbox.store.documents import Document

_TYPES: dict[str, Document] = {
    "file": {"type": "string", "format": "uri"},
    "text": {"type": "string"},
    "secret": {"type": "string", "format": "password", "writeOnly": True, "x-cog-secret": True},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
}
_FILES = {"type": "array", "items": _TYPES["file"]}
_OUTPUTS = {"file": _TYPES["file"], "files": _FILES, "text": _TYPES["text"]}
_SAME = ("default", "minimum", "maximum")


def openapi_document(specification: Specification) -> Document:
    """Return the document."""
    schemas: Document = {}
    schemas["Input"] = _inputs("Input", specification.predicts, schemas)
    schemas["Output"] = {**_OUTPUTS[specification.output], "title": "Output"}
    schemas["TrainingInput"] = _inputs("TrainingInput", specification.inputs, schemas)
    schemas["TrainingOutput"] = {
        "type": "object",
        "title": "TrainingOutput",
        "properties": {"weights": {**_TYPES["file"], "title": "Weights"}},
        "required": ["weights"],
    }
    return {
        "openapi": "3.0.2",
        "info": {"title": "Cog", "version": "0.1.0"},
        "paths": {},
        "components": {"schemas": schemas},
    }


def _inputs(title: str, inputs: Mapping[str, Mapping[str, Any]], schemas: Document) -> Document:
    """Return the schema of inputs, and add those of their choices to `schemas`."""
    properties = {}
    for order, (name, entry) in enumerate(inputs.items()):
        part: Document = {"description": entry["about"], "x-order": order}
        part |= {key: entry[key] for key in _SAME if key in entry}
        kind = _TYPES[entry["type"]]
        if "choices" in entry:
            schemas[name] = {**kind, "title": name, "enum": entry["choices"]}
            schemas[name]["description"] = "An enumeration."
            part["allOf"] = [{"$ref": f"#/components/schemas/{name}"}]
        else:
            part |= {**kind, "title": name.replace("_", " ").title()}
        properties[name] = part
    schema: Document = {"type": "object", "title": title, "properties": properties}
    if required := [name for name, entry in inputs.items() if entry.get("required")]:
        schema["required"] = required
    return schema
