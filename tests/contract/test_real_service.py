"""Real responses of Replicate, as the documents describe them and the action's client reads them.

Skipped without a token in REPLICATE_READ_TOKEN. The tests only read: nothing is created or paid.
"""

import os
from collections.abc import Iterator

import httpx
import pytest

from replicate_train.clock import SystemClock
from replicate_train.replicate.client import Replicate, connect
from replicate_train.replicate.exchange import Exchange
from replicate_train.replicate.retry import RetryPolicy
from replicate_train.replicate.session import Session
from support.documented import documents
from support.reads import BUDGET, Reads

URL = "https://api.replicate.com/v1"
TOKEN = os.environ.get("REPLICATE_READ_TOKEN", "")
TRAINER = ("ostris", "flux-dev-lora-trainer")
real = pytest.mark.skipif(not TOKEN, reason="REPLICATE_READ_TOKEN is not set")


@pytest.fixture(scope="module")
def reads() -> Iterator[Reads]:
    transport = Reads(httpx.HTTPTransport(), documents())
    yield transport
    transport.close()


@pytest.fixture
def api(reads: Reads) -> Replicate:
    return Replicate(
        Session(Exchange(connect(URL, TOKEN, reads)), RetryPolicy(SystemClock(), 30.0))
    )


@pytest.fixture
def plain(reads: Reads) -> httpx.Client:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return httpx.Client(base_url=URL, headers=headers, transport=reads, timeout=30)


@real
def test_the_account(api: Replicate) -> None:
    assert api.account().username


@real
def test_the_hardware(api: Replicate) -> None:
    assert {"cpu", "gpu-t4"} <= {one.sku for one in api.hardware()}


@real
def test_a_trainer_has_a_schema(api: Replicate, plain: httpx.Client) -> None:
    found = api.model(*TRAINER)
    assert found.latest_version
    answer = plain.get(f"/models/{'/'.join(TRAINER)}/versions/{found.latest_version.id}").json()
    assert "TrainingInput" in answer["openapi_schema"]["components"]["schemas"]


@real
def test_the_trainings_are_listed(plain: httpx.Client) -> None:
    assert plain.get("/trainings").json().keys() >= {"results", "next"}


@real
def test_a_model_that_does_not_exist(plain: httpx.Client) -> None:
    answer = plain.get(f"/models/{TRAINER[0]}/this-model-does-not-exist")
    assert answer.status_code == 404
    assert answer.json()["detail"]


def test_nothing_but_reads_is_sent() -> None:
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.method)
        return httpx.Response(200, json={})

    with httpx.Client(transport=Reads(httpx.MockTransport(answer), []), base_url=URL) as client:
        for method in ("POST", "PATCH", "PUT", "DELETE"):
            with pytest.raises(AssertionError, match="only reads"):
                client.request(method, "/models")
        for _ in range(BUDGET):
            client.get("/models")
        with pytest.raises(AssertionError, match="budget"):
            client.get("/models")
    assert sent == ["GET"] * BUDGET
