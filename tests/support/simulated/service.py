"""A Replicate in memory, from its OpenAPI document and recorded traffic; time is virtual seconds.

How a training stands follows from the moment alone. Lists show what was so some seconds ago. How
its documents look is told by `documents.py`.
"""

import hashlib
import json
import re
from collections.abc import Callable
from email import message_from_bytes
from email.utils import format_datetime
from typing import Any

import httpx

from support.simulated.documents import (
    BUILT,
    PAGE,
    SCHEMA,
    TRAINER,
    TRAINER_VERSION,
    answered,
    document,
    iso,
    moment,
    versions_of,
)
from support.simulated.state import By, Service, Training


def answer(service: Service, request: httpx.Request, now: float, by: By) -> httpx.Response:
    """Answer one request as the service would that works."""
    asked = f"{request.method} {request.url.path.removeprefix('/v1')}"
    for pattern, handler in _ROUTES:
        if found := re.fullmatch(pattern, asked):
            reply = handler(service, request, now, by, *found.groups())
            reply.headers["date"] = format_datetime(moment(now), usegmt=True)
            return reply
    raise AssertionError(f"the simulated service does not know {asked}")


def _account(*_: Any) -> httpx.Response:
    return httpx.Response(200, json={"type": "organization", "username": "you"})


def _hardware(*_: Any) -> httpx.Response:
    return httpx.Response(200, json=[{"name": "T4", "sku": "gpu-t4"}])


def _model(service: Service, _r: httpx.Request, now: float, _by: By, name: str) -> httpx.Response:
    owner, _, short = name.partition("/")
    page = {"owner": owner, "name": short, **PAGE, "url": f"https://replicate.com/{name}"}
    if (owner, short) == TRAINER:
        schema = {"components": {"schemas": {"TrainingInput": SCHEMA}}}
        version = {"id": TRAINER_VERSION, "created_at": iso(0), **BUILT, "openapi_schema": schema}
        return httpx.Response(200, json={**page, "latest_version": version})
    if name not in service.models:
        return _problem(404, "The requested resource could not be found.")
    made = versions_of(service, name, now)
    return httpx.Response(200, json={**page, "latest_version": made[0] if made else None})


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
    made = versions_of(service, name, now)
    return httpx.Response(200, json={"next": None, "previous": None, "results": made})


def _version(
    service: Service, _r: httpx.Request, now: float, _by: By, name: str, version_id: str
) -> httpx.Response:
    for made in versions_of(service, name, now):
        if made["id"] == version_id:
            return httpx.Response(200, json=made)
    return _problem(404, "No such version")


def _upload(service: Service, request: httpx.Request, now: float, by: By) -> httpx.Response:
    kind = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    parts: dict[str, bytes] = {}
    for part in message_from_bytes(kind + request.content).get_payload():
        name = part.get_param("name", header="content-disposition")  # type: ignore[union-attr]
        parts[str(name)] = part.get_payload(decode=True)  # type: ignore[union-attr, assignment]
    file_id = f"file{len(service.files)}"
    service.uploaded_by[file_id] = by
    service.files[file_id] = {
        "id": file_id,
        "size": len(parts["content"]),
        "name": "data.jsonl",
        "content_type": "application/jsonl",
        "etag": file_id,
        "checksums": {"sha256": hashlib.sha256(parts["content"]).hexdigest()},
        "metadata": json.loads(parts.get("metadata") or b"{}"),
        "created_at": iso(now),
        "expires_at": iso(now + 24 * 3600),
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
        f"tr{len(service.trainings)}",
        by,
        now,
        body["destination"],
        body["input"],
        service.habits,
        request.extensions.get("sent", now),
    )
    service.trainings.append(training)
    return answered(document(training, now, first=True), service, 201)


def _training(
    service: Service, _r: httpx.Request, now: float, _by: By, training_id: str
) -> httpx.Response:
    found = service.training(training_id)
    if found is None or service.refuses(now):
        return _problem(404, "The requested resource could not be found.")
    return answered(document(found, now), service)


def _list(service: Service, _r: httpx.Request, now: float, by: By) -> httpx.Response:
    service.looks.append((now, by))
    then = now - service.habits.lag
    shown = [document(one, then) for one in service.trainings if one.made <= then]
    return answered({"next": None, "previous": None, "results": shown[::-1]}, service)


def _cancel(
    service: Service, _r: httpx.Request, now: float, by: By, training_id: str
) -> httpx.Response:
    found = service.training(training_id)
    if found is None:
        return _problem(404, "no such training")
    service.cancels.append((now, training_id, by))
    found.cancel(now)
    return answered(document(found, now), service)


def _problem(status: int, detail: str) -> httpx.Response:
    kind = {"content-type": "application/problem+json"}
    return httpx.Response(status, json={"status": status, "detail": detail}, headers=kind)


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
