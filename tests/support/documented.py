"""Answers held against an OpenAPI document: our sample of Replicate's, and the whole one if given.

The whole one is optional: REPLICATE_OPENAPI names its file. Where recorded traffic contradicts the
document, the recording wins; each such place is listed.
"""

import os
import re
from pathlib import Path
from typing import Any

import httpx
from openapi_schema_validator import OAS30Validator
from ruamel.yaml import YAML

from support.sample_files import SAMPLES

# The document calls these fields strings or objects; recorded answers hold null until they have
# a value: logs, output and times of a run that has not ended, and an account's links.
_NULL_AS_RECORDED = {
    "logs",
    "output",
    "started_at",
    "completed_at",
    "webhook_completed",
    "github_url",
    "version",
    "weights",
}
# An official model's version; the document's own choices for it overlap.
_HIDDEN = "hidden"


def documents() -> list["Document"]:
    """Return our sample of the document, and the whole one if REPLICATE_OPENAPI names its file."""
    paths = [SAMPLES / "api.yaml"]
    if whole := os.environ.get("REPLICATE_OPENAPI"):
        paths.append(Path(whole))
    return [Document(path) for path in paths]


class Document:
    """The OpenAPI document, as a judge of answers."""

    def __init__(self, path: Path) -> None:
        self._root: dict[str, Any] = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
        self._paths = {
            re.compile("/v1" + re.sub(r"\{[^}]+\}", "[^/]+", path)): operations
            for path, operations in self._root["paths"].items()
        }
        self.judged: set[str] = set()
        self.operations = {
            f"{method.upper()} {operation['operationId']}"
            for operations in self._paths.values()
            for method, operation in operations.items()
        }

    def judge(self, response: httpx.Response) -> None:
        """Raise AssertionError if a success is not of the documented status and shape."""
        request = response.request
        operation = next(
            (
                operations[request.method.lower()]
                for pattern, operations in self._paths.items()
                if pattern.fullmatch(request.url.path) and request.method.lower() in operations
            ),
            None,
        )
        if operation is None or response.is_error:
            return
        answers = operation["responses"]
        assert str(response.status_code) in answers, f"{request.method} {request.url.path}: status"
        content = answers[str(response.status_code)].get("content", {}).get("application/json")
        if content is None:
            return
        response.read()
        schema = {**content["schema"], "components": self._root["components"]}
        found = [
            f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"
            for error in OAS30Validator(schema).iter_errors(response.json())
            if not _recorded(error)
        ]
        assert not found, f"{request.method} {request.url.path}: {found}"
        self.judged.add(f"{request.method} {operation['operationId']}")


def _recorded(error: Any) -> bool:
    if error.validator == "oneOf" and error.instance == _HIDDEN:
        return True
    path = [part for part in error.absolute_path if isinstance(part, str)]
    return error.instance is None and bool(path) and path[-1] in _NULL_AS_RECORDED
