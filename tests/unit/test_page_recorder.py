"""What the pages keep of the requests to the API."""

import asyncio
import gzip
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from replicate_sandbox.pages.recorder import Body, Recorder, readable
from replicate_sandbox.service.accounts import Account
from replicate_sandbox.service.service import Service
from replicate_sandbox.store.store import Store

TOKEN = "r8_" + "t" * 40


def body(content: bytes, encoding: str = "") -> Body:
    kept = Body(encoding=encoding)
    kept.add(content)
    return kept


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        (body(b""), ""),
        (body(b"plain"), "plain"),
        (body(b'{"a":[1]}'), '{\n  "a": [\n    1\n  ]\n}'),
        (body(b'{"a":'), '{"a":'),
        (body(b"[" * 16_000), "[" * 2000 + "\n…"),
        (body(b"\0"), ""),
        (body(b"\xff"), "\ufffd"),
        (body(gzip.compress(b"packed"), "gzip"), "packed"),
        (body(gzip.compress(b"packed")[:-9], "gzip"), "packed"),
        (body(b"no gzip", "gzip"), ""),
        (body(TOKEN.encode()), "***"),
        (body(b"my r8_other token"), "my *** token"),
        (body(b"?owner=you&signature=ab%2Bc&x=1"), "?owner=you&signature=***&x=1"),
        (body(b"x" * 1990 + TOKEN.encode()), "x" * 1990 + "***"),
    ],
)
def test_a_body_as_text(kept: Body, expected: str) -> None:
    assert readable(kept, (TOKEN,)) == expected


def test_only_the_beginning_of_a_body_is_kept() -> None:
    kept = Body()
    for _ in range(100):
        kept.add(b"x" * 1000)
    assert (kept.size, len(kept.start)) == (100_000, 16_384)


class Server:
    """A connection as the server gives it to an application."""

    transport = "the connection"

    def __init__(self) -> None:
        self.sent: list[dict] = []

    async def send(self, message: dict) -> None:
        self.sent.append(message)

    async def receive(self) -> dict:
        return {"type": "http.request", "body": b'{"a":1}'}


def serve(app: object, path: str = "/v1/models") -> Recorder:
    service = Service(Store(), [Account("you", TOKEN)], "http://127.0.0.1:1")
    recorder = Recorder(app, service)  # type: ignore[arg-type]
    headers = [(b"authorization", f"Bearer {TOKEN}".encode()), (b"content-type", b"a/b")]
    scope = {"type": "http", "path": path, "method": "POST", "query_string": b"q=1"}
    server = Server()
    called = recorder({**scope, "headers": headers}, server.receive, server.send)
    with ThreadPoolExecutor(1) as thread:  # this one may have the browser's event loop
        thread.submit(asyncio.run, called).result()
    service.runs.close()
    return recorder


async def answer(_scope: object, receive, send) -> None:
    await receive()
    assert send.__self__.transport == "the connection", "faults close the server's connection"
    headers = [(b"Content-Type", b"application/json")]
    await send({"type": "http.response.start", "status": 201, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps({"b": 2}).encode()})


def test_a_request_with_its_answer() -> None:
    [record] = serve(answer).newest_first
    assert (record.account, record.method, record.path) == ("you", "POST", "/v1/models?q=1")
    assert (record.status, record.request.kind) == (201, "a/b")
    assert record.request.start == b'{"a":1}'
    assert record.response.start == b'{"b": 2}'
    assert record.response.kind == "application/json"


def test_a_connection_that_closes_without_an_answer() -> None:
    async def close(*_: object) -> None:
        return

    assert serve(close).newest_first[0].status == 0


def test_what_engines_report_is_not_kept() -> None:
    assert serve(answer, "/_engine/training/x").newest_first == []
