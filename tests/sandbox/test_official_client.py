"""What users of the official Python client rely on, through that client."""

import io
import json
from collections.abc import Iterator

import httpx
import pytest
import replicate
from replicate.exceptions import ReplicateError

from support.counter import write_counter
from support.faults import add_faults
from support.listener import Listener
from support.served import LM, OTHER_TOKEN, TOKEN, Served, sandbox

COUNTER = "sandbox/counter"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    counter = write_counter(tmp_path_factory.mktemp("projects"))
    with sandbox(f"--trainer={counter}", f"--official={COUNTER}") as served:
        yield served


@pytest.fixture
def client(here: Served) -> Iterator[replicate.Client]:
    base = here.url.removesuffix("/v1")
    with httpx.HTTPTransport() as transport:
        yield replicate.Client(api_token=TOKEN, base_url=base, transport=transport)


def start(client: replicate.Client, name: str, url: str) -> replicate.training.Training:
    client.models.create("you", name, visibility="private", hardware="cpu")
    version = client.models.get(LM).latest_version
    assert version
    return client.trainings.create(
        model=LM, version=version.id, input={"train_data": url}, destination=f"you/{name}"
    )


@pytest.mark.engine
def test_a_training_is_a_prediction_too(client: replicate.Client) -> None:
    with Listener() as listener:
        training = start(client, "both", f"{listener.url}/data")
        assert training.urls
        assert training.urls["get"].endswith(f"/v1/predictions/{training.id}")
        seen = client.predictions.get(training.id)
        assert (seen.id, seen.version, seen.input) == (
            training.id,
            training.version,
            training.input,
        )
        canceled = client.predictions.cancel(training.id)
        assert canceled.status == "canceled"
        assert client.trainings.get(training.id).status == "canceled"
        assert training.id not in [one.id for one in client.predictions.list().results]


def test_a_training_of_another_account_is_no_prediction(here: Served) -> None:
    with here.client() as api, here.client(OTHER_TOKEN) as other:
        api.post(
            "/models",
            json={"owner": "you", "name": "x", "visibility": "private", "hardware": "cpu"},
        )
        version = api.get(f"/models/{LM}").json()["latest_version"]["id"]
        body = {"destination": "you/x", "input": {"train_data": "https://x.example"}}
        made = api.post(f"/models/{LM}/versions/{version}/trainings", json=body).json()
        assert other.get(f"/predictions/{made['id']}").status_code == 404
        assert other.post(f"/predictions/{made['id']}/cancel").status_code == 404
        api.post(f"/predictions/{made['id']}/cancel").raise_for_status()


def test_a_files_metadata_comes_back_as_it_was_given(client: replicate.Client) -> None:
    metadata = {"destination": "you/harbour", "run": "o/r/1/job", "nested": {"é": [1, None]}}
    made = client.files.create(io.BytesIO(b"text"), filename="a.jsonl", metadata=metadata)
    found = client.files.get(made.id)
    assert made.metadata == found.metadata == metadata
    assert made.created_at == found.created_at
    listed = next(file for file in client.files.list() if file.id == made.id)
    assert (listed.metadata, listed.created_at) == (metadata, made.created_at)


def test_a_training_whose_file_does_not_exist_is_not_kept(client: replicate.Client) -> None:
    url = f"{client._base_url}/v1/files/bm90aGluZw=="
    with pytest.raises(ReplicateError) as caught:
        start(client, "missing-file", url)
    assert caught.value.status == 404
    assert not [one for one in client.trainings.list().results if one.input == {"train_data": url}]


def test_earlier_clients_authorization_and_a_body_without_its_type(here: Served) -> None:
    body = {"owner": "you", "name": "plain", "visibility": "private", "hardware": "cpu"}
    answer = httpx.post(
        f"{here.url}/models",
        headers={"Authorization": f"Token {TOKEN}"},
        content=json.dumps(body).encode(),
    )
    assert "content-type" not in answer.request.headers
    assert answer.status_code == 201


def test_deployments_move_to_another_version(client: replicate.Client) -> None:
    found = client.models.get(LM).latest_version
    assert found
    made = client.deployments.create(
        name="client", model=LM, version=found.id, hardware="cpu", min_instances=0, max_instances=2
    )
    assert (made.owner, made.current_release.number) == ("you", 1)
    moved = client.deployments.update("you", "client", version=found.id)
    assert moved.current_release.number == 2
    assert moved.current_release.configuration == made.current_release.configuration
    seen = client.deployments.get("you/client")
    assert seen.current_release == moved.current_release
    assert "client" in [one.name for one in client.deployments.list().results]
    with pytest.raises(ReplicateError) as caught:
        client.deployments.delete("you", "client")
    assert "15 minutes" in str(caught.value.detail)


def test_a_version_is_deleted(client: replicate.Client, here: Served) -> None:
    add_faults(here, {"training": {"status": "succeeded"}})
    made = start(client, "short-lived", "https://x.example")
    while made.status not in {"succeeded", "failed"}:
        made.reload()
    assert made.output
    version = made.output["version"].partition(":")[2]
    model = client.models.get("you/short-lived")
    assert [one.id for one in model.versions.list()] == [version]
    model.versions.delete(version)
    assert model.versions.list().results == []
    assert client.models.delete("you", "short-lived")
    with pytest.raises(ReplicateError) as caught:
        client.models.create("you", "short-lived", visibility="private", hardware="cpu")
    assert caught.value.status == 409


def test_an_account_without_hardware_or_credit_reads_why(client: replicate.Client) -> None:
    with pytest.raises(ReplicateError) as caught:
        client.models.create("you", "x", visibility="private", hardware="gpu-t5")
    assert caught.value.status == 400
    assert "Your options are: cpu, gpu-t4" in str(caught.value.detail)


def test_the_secret_of_webhooks(client: replicate.Client) -> None:
    assert client.webhooks.default.secret().key.startswith("whsec_")


@pytest.mark.engine
def test_a_prediction_is_run_streamed_and_cancelled(client: replicate.Client) -> None:
    version = client.models.get(COUNTER).latest_version
    assert version
    reference = f"{COUNTER}:{version.id}"
    assert list(client.run(reference, input={"last": 2})) == ["1 ", "2 "]
    streamed = client.stream(reference, input={"last": 3, "seconds": 0.1})
    assert "".join(str(event) for event in streamed) == "1 2 3 "
    made = client.predictions.create(version=version.id, input={"last": 99, "seconds": 1})
    assert client.predictions.cancel(made.id).status == "canceled"
    made.reload()
    assert made.status == "canceled"
    assert client.models.predictions.create(COUNTER, input={"last": 1}).model == COUNTER


@pytest.mark.engine
def test_a_prediction_of_a_deployment(client: replicate.Client) -> None:
    version = client.models.get(COUNTER).latest_version
    assert version
    deployment = client.deployments.create(
        name="counting",
        model=COUNTER,
        version=version.id,
        hardware="cpu",
        min_instances=0,
        max_instances=1,
    )
    made = deployment.predictions.create(input={"last": 2})
    made.wait()
    assert (made.status, made.output) == ("succeeded", ["1 ", "2 "])
