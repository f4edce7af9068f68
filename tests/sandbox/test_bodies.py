"""Bodies that JSON libraries accept and the service must not: they could not be answered."""

from collections.abc import Iterator

import httpx
import pytest

from replicate_sandbox.contract.json_text import parse_json
from support.checked import checked_client
from support.served import Served

BAD = [
    b"{",
    b"[" * 100_000,
    b'{"a": NaN}',
    b'{"a": -Infinity}',
    b'{"a": "\\ud800"}',
    b"\xff\xfe",
    b"9" * 5000,
]


@pytest.fixture
def api(served: Served) -> Iterator[httpx.Client]:
    with checked_client(served) as client:
        yield client


@pytest.mark.parametrize("content", BAD, ids=range(len(BAD)))
def test_a_body_that_is_not_strict_json(api: httpx.Client, content: bytes) -> None:
    answer = api.post("/models", content=content)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("JSON parse error - ")
    with pytest.raises(ValueError, match=r"."):
        parse_json(content)


@pytest.mark.parametrize("text", ["NaN", '{"a": "\\ud800"}', "[]", "1", "null", "{"])
def test_metadata_that_is_not_an_object(api: httpx.Client, text: str) -> None:
    answer = api.post("/files", files={"content": ("a", b"x"), "metadata": (None, text)})
    assert answer.status_code == 422
    assert answer.json()["invalid_fields"][0]["field"] == "metadata"


def test_a_multipart_body_without_a_boundary(api: httpx.Client) -> None:
    headers = {"content-type": "multipart/form-data"}
    answer = api.post("/files", content=b"--x", headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (400, "Bad request")


def test_a_cursor_that_is_too_long(api: httpx.Client) -> None:
    assert api.get("/files", params={"cursor": "9" * 30}).status_code == 404
