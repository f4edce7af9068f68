"""Bodies of requests that are larger or deeper than they may be."""

import asyncio
import json
import threading
from collections.abc import Iterator

import httpx
import pytest
from starlette.requests import Request

from replicate_sandbox.api.body import BodyTooLarge, read_body
from replicate_sandbox.contract.json_text import parse_json
from support.served import Served


def test_an_upload_without_a_length_is_refused(served: Served) -> None:
    def parts() -> Iterator[bytes]:
        yield b"--x\r\n"

    with served.client() as api:
        kind = {"content-type": "multipart/form-data; boundary=x"}
        assert api.post("/files", content=parts(), headers=kind).status_code == 411


def test_reports_of_engines_are_of_trainings_and_predictions(served: Served) -> None:
    url = served.url.removesuffix("/v1")
    assert httpx.post(f"{url}/_engine/file/x", json={}).status_code == 404


@pytest.mark.parametrize("headers", [[], [(b"content-length", b"9")]])
def test_a_body_is_read_no_further_than_its_limit(headers: list[tuple[bytes, bytes]]) -> None:
    parts = iter([b"12345", b"6789", b"never read"])

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": next(parts), "more_body": True}

    request = Request({"type": "http", "headers": headers}, receive)
    found: list[type[BaseException]] = []

    def read() -> None:  # in a thread: this one may have the event loop of a browser
        with pytest.raises(BodyTooLarge) as caught:
            asyncio.run(read_body(request, 8))
        found.append(caught.type)

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert found
    assert b"never read" in parts


@pytest.mark.parametrize("shape", ["[]", '{"a":}'])
def test_a_value_is_no_deeper_than_it_can_be_kept(shape: str) -> None:
    first, last = shape[:-1], shape[-1]
    deep = first * 500 + "1" + last * 500
    assert json.dumps(parse_json(deep)).count(last) == 500
    with pytest.raises(ValueError, match="nested"):
        parse_json(first + deep + last)
    assert parse_json("[" + "[1]," * 600 + "1]")
