"""How the simulated Replicate shows what it knows: documents as its API and records have them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from support.simulated.state import PREVIOUS, Service, Training

TRAINER = ("acme", "trainer")
TRAINER_VERSION = "c" * 64
DEFAULT = {"rank": 16}  # an input that nobody sends, and its default
SCHEMA = {
    "type": "object",
    "required": ["train_data"],
    "properties": {
        "train_data": {"type": "string", "format": "uri"},
        "steps": {"type": "integer"},
        "rank": {"type": "integer", "default": DEFAULT["rank"]},
    },
}
PAGE = {
    "description": None,
    "visibility": "private",
    "run_count": 0,
    "github_url": None,
    "paper_url": None,
    "license_url": None,
    "cover_image_url": None,
    "default_example": None,
}
BUILT = {"cog_version": "0.23.1", "openapi_schema": {}}
_ODD = {  # raw JSON, by the service's oddity
    "deep": b'{"tree": ' * 2000 + b"null" + b"}" * 2000,
    "digits": b"9" * 6000,
}
_MARK = "@odd@"


def document(training: Training, now: float, *, first: bool = False) -> dict[str, Any]:
    """Return a training as it stands; `first` is the answer to its start, which says less."""
    status, habits = training.status(now), training.habits
    shown: dict[str, Any] = {
        "id": training.id,
        "model": "/".join(TRAINER),
        "version": TRAINER_VERSION,
        "input": {**training.input, **(DEFAULT if habits.echoes_default else {})},
        "status": status,
        "created_at": iso(training.made + (0.0 if first else habits.skew)),
        "logs": log(training, now),
        "error": "it broke" if status == "failed" else None,
        "urls": {"get": f"https://api.replicate.com/v1/predictions/{training.id}"},
    }
    if habits.destination != "hidden":
        shown["destination"] = training.destination if habits.destination == "shown" else None
    if not training.alive(now):
        shown |= _ended(training, status)
    return shown


def log(training: Training, now: float) -> str:
    """Return a training's whole log so far."""
    lines = int(min(now, training.ended_at()) - training.made) // 4
    return "".join(f"step {i}\n" for i in range(min(lines, training.habits.log_lines)))


def answered(value: object, service: Service, status: int = 200) -> httpx.Response:
    """Return an answer with a document, in the raw JSON that the service's oddity makes of it."""
    body = json.dumps(value).encode()
    if odd := _ODD.get(service.habits.oddity):
        body = body.replace(f'"{_MARK}"'.encode(), odd)
    return httpx.Response(status, content=body, headers={"content-type": "application/json"})


def versions_of(service: Service, name: str, now: float) -> list[dict[str, Any]]:
    """Return a model's versions, newest first."""
    made = [one for one in service.trainings if one.destination == name and one.version_stands(now)]
    made.sort(key=Training.ended_at, reverse=True)
    found = [{"id": one.version_id, "created_at": iso(one.ended_at()), **BUILT} for one in made]
    if service.habits.model_exists:
        found.append({"id": PREVIOUS, "created_at": iso(-24 * 3600), **BUILT})
    return found


def iso(now: float) -> str:
    """Return a moment of virtual time as Replicate writes it."""
    return moment(now).isoformat().replace("+00:00", "Z")


def moment(now: float) -> datetime:
    """Return a moment of virtual time as a date."""
    return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=now)


def _ended(training: Training, status: str) -> dict[str, Any]:
    begins, ends = training.made + training.habits.queue, training.ended_at()
    took = max(0.0, ends - begins)
    shown: dict[str, Any] = {
        "completed_at": iso(ends),
        "metrics": {"predict_time": took, "total_time": ends - training.made},
    }
    if took:
        shown["started_at"] = iso(begins)
    if status == "succeeded":
        shown["output"] = _output(training)
    return shown


def _output(training: Training) -> dict[str, str] | None:
    full = f"{training.destination}:{training.version_id}"
    version = {
        "full": full,
        "bare": training.version_id,
        "missing": "",
        "previous": f"{training.destination}:{PREVIOUS}",
        "foreign": f"evil/model:{training.version_id}",
    }.get(training.habits.version, training.habits.version)
    output = {"version": version} if version else {}
    if training.habits.oddity:
        output["report"] = _MARK
    return output or None
