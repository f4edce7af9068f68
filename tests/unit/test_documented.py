"""The judge of the local Replicate's answers: it finds what is not documented."""

import httpx
import pytest

from support.documented import Document, documents
from support.sample_files import SAMPLES, exchanges

START = "/models/acme/trainer/versions/1/trainings"


def judge(method: str, path: str, status: int, body: object) -> set[str]:
    request = httpx.Request(method, f"http://127.0.0.1/v1{path}")
    document = Document(SAMPLES / "api.yaml")
    document.judge(httpx.Response(status, json=body, request=request))
    return document.judged


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/account", 200, {"username": "you"}),
        ("GET", "/account", 200, {"type": "robot", "username": "you"}),
        ("GET", "/hardware", 200, [{"sku": 1}]),
        ("GET", "/models/a/b", 200, {"visibility": "hidden"}),
        ("POST", "/models", 200, {}),
        ("POST", "/files", 201, {"id": "f1"}),
        ("POST", START, 200, {}),
        ("GET", "/trainings/1", 200, {"status": "done"}),
        ("GET", "/trainings/1", 200, {"version": ["x"]}),
        ("GET", "/models/a/b/versions", 200, {"results": [{"id": None}]}),
        ("POST", "/trainings/1/cancel", 201, {}),
    ],
)
def test_what_is_not_documented_is_found(method: str, path: str, status: int, body: object) -> None:
    with pytest.raises(AssertionError):
        judge(method, path, status, body)


RECORDINGS = sorted(path.stem for path in (SAMPLES / "recorded").glob("*.json"))


@pytest.mark.parametrize("name", RECORDINGS)
def test_recorded_answers_pass(name: str) -> None:
    for exchange in exchanges(name):
        sent, answer = exchange["request"], exchange["response"]
        path = sent["uri"].removeprefix("https://api.replicate.com/v1")
        judge(sent["method"], path, answer["status"], answer["body"])


def test_the_whole_document_is_used_where_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REPLICATE_OPENAPI", raising=False)
    assert len(documents()) == 1
    monkeypatch.setenv("REPLICATE_OPENAPI", str(SAMPLES / "api.yaml"))
    assert len(documents()) == 2
