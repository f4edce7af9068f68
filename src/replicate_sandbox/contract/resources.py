"""Resources as JSON: the fields of the OpenAPI document, as recorded traffic has them.

`base` is the server's address as the client wrote it, such as http://127.0.0.1:8123.
"""

from typing import Any
from urllib.parse import quote

from replicate_sandbox.store.documents import Document

_MODEL = ("description", "github_url", "paper_url", "license_url", "cover_image_url")
_VERSION = ("id", "created_at", "cog_version", "openapi_schema")
_FILE = ("id", "name", "content_type", "size", "etag", "metadata", "created_at", "expires_at")
_NEW_TRAINING = ("id", "model", "version", "input", "error", "status")
_TIMES = ("created_at", "started_at", "completed_at")
_RUN = ("id", "model", "version", "input", "logs", "error", "metrics", "status", *_TIMES)


def account(name: str) -> Document:
    """Return an account."""
    return {"type": "user", "username": name, "name": name, "github_url": None}


def model(document: Document, latest: Document | None, base: str) -> Document:
    """Return a model with its latest version."""
    return {
        "url": f"{base}/{document['owner']}/{document['name']}",
        "owner": document["owner"],
        "name": document["name"],
        "visibility": document["visibility"],
        **{field: document.get(field) for field in _MODEL},
        "is_official": False,
        "run_count": 0,
        "default_example": None,
        "latest_version": version(latest) if latest else None,
    }


def version(document: Document) -> Document:
    """Return a version."""
    return {field: document[field] for field in _VERSION}


def file(document: Document, base: str) -> Document:
    """Return a file."""
    return {
        **{field: document[field] for field in _FILE},
        "checksums": {"sha256": document["sha256"], "md5": document["etag"]},
        "urls": {"get": f"{base}/v1/files/{document['id']}"},
    }


def new_training(document: Document, base: str) -> Document:
    """Return a training as its start is answered: few fields, URLs of a prediction (recorded)."""
    return {
        **{field: document[field] for field in _NEW_TRAINING},
        "logs": "",
        "created_at": document["created_at"].replace("Z", "337Z"),
        "urls": _urls("predictions", document["id"], base),
    }


def training(document: Document, base: str) -> Document:
    """Return a training as it is read later."""
    return _run("trainings", document, base)


def listed_training(document: Document, base: str) -> Document:
    """Return a training as a list shows it: without its log (documented)."""
    listed = training(document, base)
    del listed["logs"]
    return listed


def prediction(document: Document, base: str) -> Document:
    """Return a prediction."""
    return {**_run("predictions", document, base), "data_removed": False}


def _run(kind: str, document: Document, base: str) -> Document:
    return {
        **{field: document[field] for field in _RUN},
        "output": _output(document["output"], base),
        "source": "api",
        "urls": _urls(kind, document["id"], base),
    }


def _urls(kind: str, run_id: str, base: str) -> Document:
    api = f"{base}/v1/{kind}/{run_id}"
    return {"web": f"{base}/p/{run_id}", "get": api, "cancel": f"{api}/cancel"}


def _output(value: Any, base: str) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict) and set(value) == {"blob", "name"}:
        return f"{base}/delivery/{value['blob']}/{quote(value['name'])}"
    if isinstance(value, dict):
        return {name: _output(part, base) for name, part in value.items()}
    if isinstance(value, list):
        return [_output(part, base) for part in value]
    return value


def page(
    path: str, base: str, results: list[Any], after: int | None, before: int | None
) -> Document:
    """Return a page of a list; `next` and `previous` are whole URLs (documented)."""
    return {
        "next": f"{base}{path}?cursor={after}" if after is not None else None,
        "previous": f"{base}{path}?cursor={before}" if before is not None else None,
        "results": results,
    }
