"""What the service answers in the situations of the catalogue, and the files of its datasets."""

import io
import signal
import zipfile
from collections.abc import Mapping
from typing import Any

import httpx

from replicate_train.runner.signals import StopSignals
from support.scenes import LIST, THERE, TRAINER, listed, started, trainer
from support.scripted import NEW_VERSION, VERSION, Answer, Script, model, ok, problem

CANCEL = "POST /trainings/tr1/cancel"
UPLOADED = "https://api.replicate.com/v1/files/f1"
HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  # its SHA-256
HARDWARE = ok([{"sku": "cpu", "name": "CPU"}, {"sku": "gpu-t4", "name": "Nvidia T4 GPU"}])
NOT_FOUND = problem(404, detail="Not found")
RUN = {"GITHUB_REPOSITORY": "you/photos", "GITHUB_RUN_ID": "77", "GITHUB_JOB": "train"}

JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(17) + b"\0\0\0\0IEND\xaeB`\x82"


def zipped(**files: bytes) -> bytes:
    """Return a ZIP that is always the same: nothing is packed, and the times are fixed."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return whole.getvalue()


def schema(properties: Mapping[str, object], required: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a trainer's OpenAPI document."""
    whole = {"type": "object", "properties": dict(properties), "required": list(required)}
    return {"components": {"schemas": {"TrainingInput": whole}}}


def trainer_with(properties: Mapping[str, object], *required: str) -> httpx.Response:
    """Return a trainer that takes these inputs."""
    version = {"id": VERSION, "openapi_schema": schema(properties, required)}
    return ok(model("acme", "trainer", latest_version=version))


IMAGES = {
    "input_images": {
        "type": "string",
        "format": "uri",
        "x-order": 0,
        "description": "A zip file containing the images, with one .txt file per image.",
    },
    "trigger_word": {"type": "string", "default": "TOK", "x-order": 1},
    "steps": {"type": "integer", "default": 1000, "minimum": 3, "maximum": 6000, "x-order": 2},
    "hf_token": {
        "type": "string",
        "format": "password",
        "x-cog-secret": True,
        "nullable": True,
        "x-order": 3,
    },
}
PHOTOS: dict[str, bytes | str] = {
    "images/1.jpg": JPEG,
    "images/1.txt": "a photo of TOK",
    "images/2.jpg": JPEG,
    "images/2.txt": "TOK at work",
    "images/.DS_Store": "x",
}


def known(asked: Answer | None = None) -> Script:
    """Return a script of a trainer, and of a destination that exists."""
    script = Script().on(TRAINER, asked or trainer())
    return script.on("GET /models/you/m", ok(model(latest="a" * 64)))


def planned(*trainings: dict[str, Any], asked: Answer | None = None) -> Script:
    """Return a script of a whole plan; `trainings` are those that the account has."""
    return known(asked).on(LIST, listed(*trainings))


def absent(*, hardware: Answer = HARDWARE) -> Script:
    """Return a script of a destination that does not exist."""
    return Script().on("GET /models/you/m", NOT_FOUND).on("GET /hardware", hardware)


def followed(*trainings: dict[str, Any]) -> Script:
    """Return a script in which one of these trainings is followed."""
    return (
        planned(*trainings).always(LIST, listed(*trainings)).always(THERE, ok({"id": NEW_VERSION}))
    )


def uploading(file: object = None) -> Script:
    """Return a script up to a started training, with an upload before it."""
    made = {"id": "f1", "urls": {"get": UPLOADED}, "created_at": "2026-11-01T10:00:00Z"}
    script = started().on("GET /files", ok({"next": None, "results": []}))
    return script.on("POST /files", ok(file or made, 201))


def struck(stop: StopSignals, answer: Answer, *numbers: int) -> Answer:
    """Return an answer before which signals arrive."""

    def answering(_: httpx.Request) -> httpx.Response:
        for number in numbers or (signal.SIGINT,):
            stop._on_signal(number, None)
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, httpx.Response)
        return answer

    return answering
