"""The dataset's upload, and assets of a release."""

from itertools import islice

import httpx

from support.catalogue.answers import HELLO, UPLOADED, known, planned, uploading
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic
from support.scenes import INPUTS, NO_FILES, started
from support.scripted import Answer, HandClock, Script, ok, problem

TOPIC = Topic("upload", "The upload of a dataset")

FILE = INPUTS | {"dataset": "a.txt", "mode": "start"}
MADE = ok({"id": "f1", "urls": {"get": UPLOADED}}, 201)


@TOPIC.scene("The dataset is uploaded already")
def existing(stage: Stage) -> None:
    file = {"id": "f1", "checksums": {"sha256": HELLO}, "urls": {"get": UPLOADED}}
    stage.write({"a.txt": "hello"})
    listed = ("GET /files", ok({"next": None, "results": [file]}))
    stage.log(planned().on(*listed), FILE | {"mode": "plan"})
    stage.log(started().on(*listed), FILE)


@TOPIC.scene("A slow upload")
def slow(stage: Stage) -> None:
    now = HandClock.now

    def later(clock: HandClock) -> float:
        clock.seconds += 1.0
        return now(clock)

    stage.patch.setattr(HandClock, "now", later)
    stage.write(
        {f"data/{name}.jpg": b"\xff\xd8\xff" + bytes(10**6) + b"\xff\xd9" for name in "abc"}
    )
    stage.write({"x.bin": bytes(8 * 10**6)})
    for source in ("data", "x.bin"):
        stage.log(uploading(), FILE | {"dataset": source})


class Interrupted(Script):
    """Breaks the first upload after two megabytes."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        key = f"{request.method} {request.url.path}"
        if key == "POST /v1/files" and key not in self.unexpected:
            self.unexpected.append(key)
            assert isinstance(request.stream, httpx.SyncByteStream)
            list(islice(request.stream, 4))
            raise httpx.WriteError("broken pipe")
        return super().handle_request(request)

    @property
    def breaches(self) -> list[str]:
        return [one for one in super().breaches if one != "unexpected: POST /v1/files"]


@TOPIC.scene("An upload that is interrupted, and sent again")
def interrupted(stage: Stage) -> None:
    stage.write({"a.bin": bytes(5 << 20)})
    script = Interrupted(**vars(started().on(*NO_FILES).on("POST /files", MADE)))
    stage.log(script, FILE | {"dataset": "a.bin"})


@TOPIC.scene("An upload that is not confirmed, and sent again")
def unconfirmed(stage: Stage) -> None:
    stage.write({"a.txt": "hello"})
    lost: list[Answer] = [httpx.ReadError("connection reset")] * 2
    stage.log(started().on(*NO_FILES).on("POST /files", *lost, MADE), FILE)


def failing(stage: Stage, answer: Answer) -> None:
    """Show what is said where the upload never works."""
    stage.write({"a.txt": "hello"})
    script = known().on("GET /trainings", ok({"results": []})).on(*NO_FILES)
    stage.check(script.always("POST /files", answer), FILE)


TOPIC.table(
    {
        "An upload that stays interrupted": httpx.WriteError("broken pipe"),
        "No connection for the upload": httpx.ConnectError("no route to host"),
        "An upload that arrives damaged": ok(
            {"id": "f1", "checksums": {"sha256": "0" * 64}, "urls": {"get": UPLOADED}}, 201
        ),
        "An upload without an address": ok({"id": "f1", "urls": {}}, 201),
        "An upload that is too large": problem(413, detail="Files must be less than 100MB in size"),
        "An upload that is refused": problem(403, detail="You may not upload files"),
    },
    failing,
)
