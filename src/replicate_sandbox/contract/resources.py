"""Resources as JSON: the fields of the OpenAPI document, as recorded traffic has them.

`base` is the server's address as the client wrote it, such as http://127.0.0.1:8123.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from replicate_sandbox.store.documents import Document, Page

_MODEL = ("description", "github_url", "paper_url", "license_url", "cover_image_url")
_VERSION = ("id", "created_at", "cog_version", "openapi_schema")
_FILE = ("id", "name", "content_type", "size", "etag", "metadata", "created_at", "expires_at")
_NEW_TRAINING = ("id", "model", "version", "input", "error", "status")
_TIMES = ("created_at", "started_at", "completed_at")
_RUN = ("id", "model", "version", "input", "logs", "error", "metrics", "status", *_TIMES)


def account(name: str, kind: str) -> Document:
    """Return an account; `kind` is `user` or `organization`."""
    return {"type": kind, "username": name, "name": name, "github_url": None}


def model(
    document: Document,
    latest: Document | None,
    example: Document | None,
    base: str,
    *,
    official: bool = False,
) -> Document:
    """Return a model with its latest version and a prediction as its example."""
    return {
        "url": f"{base}/{document['owner']}/{document['name']}",
        "owner": document["owner"],
        "name": document["name"],
        "visibility": document["visibility"],
        **{field: document.get(field) for field in _MODEL},
        "is_official": official,
        "run_count": 0,
        "default_example": prediction(example, base) if example else None,
        "latest_version": version(latest) if latest else None,
    }


def deployment(document: Document, creator_kind: str) -> Document:
    """Return a deployment with its current release (documented).

    `creator_kind` is `user` or `organization`.
    """
    scaling = ("hardware", "min_instances", "max_instances")
    return {
        "owner": document["owner"],
        "name": document["name"],
        "current_release": {
            **{field: document[field] for field in ("number", "model", "version", "created_at")},
            "created_by": account(document["created_by"], creator_kind),
            "configuration": {field: document[field] for field in scaling},
        },
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
    """Return a training as its start is answered: few fields, URLs of a prediction (recorded).

    Its `created_at` has nine decimals and is a little earlier than in later reads (recorded).
    """
    return {
        **{field: document[field] for field in _NEW_TRAINING},
        "logs": "",
        "created_at": document["first_created_at"].replace("Z", "337Z"),
        "urls": _urls("predictions", document["id"], base),
    }


def training(document: Document, base: str) -> Document:
    """Return a training as it is read later."""
    return _run("trainings", document, base)


def without(resource: Document, omitted: Iterable[str]) -> Document:
    """Return a resource without some fields; a dot leads into an object: `urls.web`."""
    left = dict(resource)
    for name in omitted:
        field, _, inner = name.partition(".")
        if inner and field in left:
            left[field] = without(left[field], [inner])
        elif not inner:
            left.pop(field, None)
    return left


def prediction(document: Document, base: str) -> Document:
    """Return a prediction; it has `urls.stream` if its version streams (documented)."""
    found = _run("predictions", document, base)
    if document.get("official"):
        found["version"] = "hidden"
    if document.get("stream_key"):
        found["urls"]["stream"] = f"{base}/stream/{document['id']}/{document['stream_key']}"
    optional = ("deadline", "deployment")
    return found | {name: document[name] for name in optional if document.get(name)}


def _run(kind: str, document: Document, base: str) -> Document:
    return {
        **{field: document[field] for field in _RUN},
        "output": output(document["output"], base),
        "source": "api",
        "data_removed": False,
        "urls": _urls(kind, document["id"], base),
    }


def _urls(kind: str, run_id: str, base: str) -> Document:
    api = f"{base}/v1/{kind}/{run_id}"
    return {"web": f"{base}/p/{run_id}", "get": api, "cancel": f"{api}/cancel"}


def output(value: Any, base: str) -> Any:  # noqa: ANN401 - any JSON
    """Return an output in which each kept file is a URL."""
    if isinstance(value, dict) and set(value) == {"blob", "name"}:
        return f"{base}/delivery/{value['blob']}/{quote(value['name'])}"
    if isinstance(value, dict):
        return {name: output(part, base) for name, part in value.items()}
    if isinstance(value, list):
        return [output(part, base) for part in value]
    return value


def page(
    path: str, base: str, results: list[Any], found: Page, query: Mapping[str, str]
) -> Document:
    """Return a page of a list; `next` and `previous` are whole URLs (documented)."""

    def link(cursor: int | None) -> str | None:
        return None if cursor is None else f"{base}{path}?{urlencode({**query, 'cursor': cursor})}"

    return {"next": link(found.next), "previous": link(found.previous), "results": results}
