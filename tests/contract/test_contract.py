"""One suite through two clients against the local Replicate."""

import hashlib
import time
from collections.abc import Iterator

import pytest

from support.checked import CheckedTransport
from support.clients import CLIENTS, Client, Refusal
from support.served import LM, ROOT, Served

TEXT = (ROOT / "examples/data/harbour.jsonl").read_bytes()


@pytest.fixture(scope="module")
def watch() -> Iterator[CheckedTransport]:
    transport = CheckedTransport()
    yield transport
    transport.close()


@pytest.fixture(params=sorted(CLIENTS))
def client(request: pytest.FixtureRequest, served: Served, watch: CheckedTransport) -> Client:
    return CLIENTS[request.param](served, served.token, watch)


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """Return a model name of the test's own."""
    return "contract-" + hashlib.sha256(request.node.name.encode()).hexdigest()[:12]


def trainer_version(client: Client) -> str:
    version = client.model(*LM.split("/"))[1]
    assert version
    return version


def test_account_and_hardware(client: Client) -> None:
    assert client.account() == "you"
    assert {"cpu", "gpu-t4"} <= set(client.hardware())


def test_a_model_is_created_once(client: Client, name: str) -> None:
    assert client.create_model("you", name) == f"you/{name}"
    assert client.model("you", name) == (f"you/{name}", None)
    with pytest.raises(Refusal) as caught:
        client.create_model("you", name)
    assert caught.value.status == 409


def test_a_model_that_does_not_exist(client: Client) -> None:
    with pytest.raises(Refusal) as caught:
        client.model("you", "not-there")
    assert caught.value.status == 404


@pytest.mark.parametrize("kind", sorted(CLIENTS))
def test_an_unknown_token(served: Served, watch: CheckedTransport, kind: str) -> None:
    with pytest.raises(Refusal) as caught:
        CLIENTS[kind](served, "r8_unknown", watch).account()
    assert caught.value.status == 401
    assert caught.value.detail == "You did not pass a valid authentication token"


def test_a_destination_that_does_not_exist(client: Client) -> None:
    with pytest.raises(Refusal) as caught:
        client.start(LM, trainer_version(client), "you/nowhere", {"train_data": "https://x.test"})
    assert caught.value.status == 404
    assert caught.value.detail == "The specified training destination does not exist"


def test_an_input_that_the_trainer_refuses(client: Client, name: str) -> None:
    client.create_model("you", name)
    given = {"train_data": "https://x.test", "steps": 0}
    with pytest.raises(Refusal) as caught:
        client.start(LM, trainer_version(client), f"you/{name}", given)
    assert caught.value.status == 422
    assert "steps" in caught.value.detail


@pytest.mark.engine
def test_a_training_from_upload_to_version(client: Client, name: str) -> None:
    client.create_model("you", name)
    sha256, url = client.upload("text.jsonl", TEXT)
    assert sha256 == hashlib.sha256(TEXT).hexdigest()
    given = {"train_data": url, "steps": 50}
    training = client.start(LM, trainer_version(client), f"you/{name}", given)
    end = time.monotonic() + 30
    while (found := client.training(training))[0] in {"starting", "processing"}:
        assert time.monotonic() < end
        time.sleep(0.05)
    status, output = found
    assert status == "succeeded"
    assert output["version"] == f"you/{name}:{client.versions('you', name)[0]}"
    assert client.model("you", name)[1] == client.versions("you", name)[0]


@pytest.mark.engine
def test_a_training_is_cancelled(client: Client, name: str) -> None:
    client.create_model("you", name)
    _, url = client.upload("text.jsonl", TEXT)
    given = {"train_data": url, "steps": 100_000}
    training = client.start(LM, trainer_version(client), f"you/{name}", given)
    assert client.cancel(training) == "canceled"
    assert client.cancel(training) == "canceled"
    assert client.training(training)[0] == "canceled"


def test_every_endpoint_was_checked_against_the_documents(watch: CheckedTransport) -> None:
    expected = {
        "GET account.get",
        "GET hardware.list",
        "GET models.get",
        "POST models.create",
        "POST files.create",
        "POST trainings.create",
        "GET trainings.get",
        "POST trainings.cancel",
        "GET models.versions.list",
    }
    for document in watch.documents:
        assert expected <= document.judged
