"""A Replicate in memory, from its OpenAPI document and recorded traffic; time is virtual seconds.

How a training stands follows from the moment alone. Lists show what was so some seconds ago.
"""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.utils import format_datetime
from typing import Any

import httpx

from simulated.state import By, Service, Training

TRAINER = ("acme", "trainer")
TRAINER_VERSION = "c" * 64
SCHEMA = {
    "type": "object",
    "required": ["train_data"],
    "properties": {
        "train_data": {"type": "string", "format": "uri"},
        "steps": {"type": "integer"},
    },
}
_PAGE = {
    "description": None,
    "visibility": "private",
    "run_count": 0,
    "github_url": None,
    "paper_url": None,
    "license_url": None,
    "cover_image_url": None,
    "default_example": None,
}
_BUILT = {"cog_version": "0.23.1", "openapi_schema": {}}


def answer(service: Service, request: httpx.Request, now: float, by: By) -> httpx.Response:
    """Answer one request as the service would that works."""
    asked = f"{request.method} {request.url.path.removeprefix('/v1')}"
    for pattern, handler in _ROUTES:
        if found := re.fullmatch(pattern, asked):
            answered = handler(service, request, now, by, *found.groups())
            answered.headers["date"] = format_datetime(_moment(now), usegmt=True)
            return answered
    raise AssertionError(f"the simulated service does not know {asked}")


def _account(*_: Any) -> httpx.Response:
    return httpx.Response(200, json={"type": "organization", "username": "you"})


def _hardware(*_: Any) -> httpx.Response:
    return httpx.Response(200, json=[{"name": "T4", "sku": "gpu-t4"}])


def _model(service: Service, _r: httpx.Request, now: float, _by: By, name: str) -> httpx.Response:
    owner, _, short = name.partition("/")
    document = {"owner": owner, "name": short, **_PAGE, "url": f"https://replicate.com/{name}"}
    if (owner, short) == TRAINER:
        schema = {"components": {"schemas": {"TrainingInput": SCHEMA}}}
        version = {"id": TRAINER_VERSION, "created_at": _iso(0), **_BUILT, "openapi_schema": schema}
        return httpx.Response(200, json={**document, "latest_version": version})
    if name not in service.models:
        return _problem(404, "The requested resource could not be found.")
    made = _versions_of(service, name, now)
    return httpx.Response(200, json={**document, "latest_version": made[0] if made else None})


def _create_model(service: Service, request: httpx.Request, now: float, by: By) -> httpx.Response:
    body = json.loads(request.content)
    name = f"{body['owner']}/{body['name']}"
    if name in service.models:
        said = "A model with that name and owner already exists."
        return httpx.Response(409, json={"status": 409, "errors": [{"detail": said}]})
    service.models.add(name)
    answer = _model(service, request, now, by, name)
    return httpx.Response(201, json=answer.json())


def _versions(
    service: Service, _r: httpx.Request, now: float, _by: By, name: str
) -> httpx.Response:
    made = _versions_of(service, name, now)
    return httpx.Response(200, json={"next": None, "previous": None, "results": made})


def _version(
    service: Service, _r: httpx.Request, now: float, _by: By, name: str, version_id: str
) -> httpx.Response:
    for made in _versions_of(service, name, now):
        if made["id"] == version_id:
            return httpx.Response(200, json=made)
    return _problem(404, "No such version")


def _upload(service: Service, request: httpx.Request, _now: float, _by: By) -> httpx.Response:
    kind = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    parts: dict[str, bytes] = {}
    for part in message_from_bytes(kind + request.content).get_payload():
        name = part.get_param("name", header="content-disposition")  # type: ignore[union-attr]
        parts[str(name)] = part.get_payload(decode=True)  # type: ignore[union-attr, assignment]
    file_id = f"file{len(service.files)}"
    service.files[file_id] = {
        "id": file_id,
        "size": len(parts["content"]),
        "name": "data.jsonl",
        "content_type": "application/jsonl",
        "etag": file_id,
        "checksums": {"sha256": hashlib.sha256(parts["content"]).hexdigest()},
        "metadata": json.loads(parts.get("metadata") or b"{}"),
        "created_at": _iso(_now),
        "expires_at": _iso(_now + 24 * 3600),
        "urls": {"get": f"https://api.replicate.com/v1/files/{file_id}"},
    }
    return httpx.Response(201, json=service.files[file_id])


def _files(service: Service, *_: Any) -> httpx.Response:
    newest_first = list(service.files.values())[::-1]
    return httpx.Response(200, json={"next": None, "previous": None, "results": newest_first})


def _file(service: Service, _r: httpx.Request, _n: float, _by: By, file_id: str) -> httpx.Response:
    found = service.files.get(file_id)
    return httpx.Response(200, json=found) if found else _problem(404, "No such file")


def _start(service: Service, request: httpx.Request, now: float, by: By) -> httpx.Response:
    body = json.loads(request.content)
    if body["destination"] not in service.models:
        return _problem(404, "The specified training destination does not exist")
    training = Training(
        f"tr{len(service.trainings)}", by, now, body["destination"], body["input"], service.habits
    )
    service.trainings.append(training)
    return httpx.Response(201, json=_document(training, now))


def _training(
    service: Service, _r: httpx.Request, now: float, _by: By, training_id: str
) -> httpx.Response:
    found = service.training(training_id)
    return httpx.Response(200, json=_document(found, now)) if found else _problem(404, "no such")


def _list(service: Service, _r: httpx.Request, now: float, _by: By) -> httpx.Response:
    then = now - service.habits.lag
    shown = [_document(one, then) for one in service.trainings if one.made <= then]
    return httpx.Response(200, json={"next": None, "previous": None, "results": shown[::-1]})


def _cancel(
    service: Service, _r: httpx.Request, now: float, by: By, training_id: str
) -> httpx.Response:
    found = service.training(training_id)
    if found is None:
        return _problem(404, "no such training")
    service.cancels.append((now, training_id, by))
    found.cancel(now)
    return httpx.Response(200, json=_document(found, now))


def _document(training: Training, now: float) -> dict[str, Any]:
    status, habits = training.status(now), training.habits
    document: dict[str, Any] = {
        "id": training.id,
        "model": "/".join(TRAINER),
        "version": TRAINER_VERSION,
        "input": training.input,
        "status": status,
        "created_at": _iso(training.made),
        "logs": "".join(
            f"step {i}\n" for i in range(int(min(20, max(0, now - training.made)) / 4))
        ),
        "error": "it broke" if status == "failed" else None,
        "urls": {"get": f"https://api.replicate.com/v1/predictions/{training.id}"},
    }
    if status == "succeeded" and habits.version != "missing":
        full = f"{training.destination}:{training.version_id}"
        document["output"] = {"version": full if habits.version == "full" else training.version_id}
    if habits.destination != "hidden":
        shown = habits.destination == "shown"
        document["destination"] = training.destination if shown else None
    return document


def _versions_of(service: Service, name: str, now: float) -> list[dict[str, Any]]:
    ended = [
        one
        for one in service.trainings
        if one.destination == name and one.status(now) == "succeeded"
    ]
    ended.sort(key=Training.ended_at, reverse=True)
    return [{"id": one.version_id, "created_at": _iso(one.ended_at()), **_BUILT} for one in ended]


def _problem(status: int, detail: str) -> httpx.Response:
    kind = {"content-type": "application/problem+json"}
    return httpx.Response(status, json={"status": status, "detail": detail}, headers=kind)


def _iso(now: float) -> str:
    return _moment(now).isoformat().replace("+00:00", "Z")


def _moment(now: float) -> datetime:
    return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=now)


_MODEL = "([^/]+/[^/]+)"
_ROUTES: list[tuple[str, Callable[..., httpx.Response]]] = [
    ("GET /account", _account),
    ("GET /hardware", _hardware),
    (f"GET /models/{_MODEL}", _model),
    ("POST /models", _create_model),
    (f"GET /models/{_MODEL}/versions", _versions),
    (f"GET /models/{_MODEL}/versions/([^/]+)", _version),
    (f"POST /models/acme/trainer/versions/{TRAINER_VERSION}/trainings", _start),
    ("POST /files", _upload),
    ("GET /files", _files),
    ("GET /files/([^/]+)", _file),
    ("GET /trainings", _list),
    ("GET /trainings/([^/]+)", _training),
    ("POST /trainings/([^/]+)/cancel", _cancel),
]
