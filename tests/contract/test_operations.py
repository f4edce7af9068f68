"""Every operation of the OpenAPI documents, asked once and answered as they say."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from support.checked import CheckedTransport
from support.counter import write_counter
from support.faults import add_faults, start, training_path, until_ended
from support.served import LM, TOKEN, Served, sandbox

pytestmark = pytest.mark.engine
COUNTER = "sandbox/counter"
NOT_IMPLEMENTED = {"GET collections.list", "GET collections.get"}
NO_JSON = {  # their success has no JSON body that could be judged
    "DELETE deployments.delete",
    "DELETE models.delete",
    "DELETE models.versions.delete",
    "DELETE files.delete",
    "GET files.download",
    "GET models.readme.get",
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    counter = write_counter(tmp_path_factory.mktemp("projects"))
    with sandbox(f"--trainer={counter}", f"--official={COUNTER}", "--idle-minutes=0") as served:
        yield served


@pytest.fixture(scope="module")
def api(here: Served) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(
        base_url=here.url, headers=headers, timeout=60, transport=CheckedTransport()
    ) as client:
        yield client


def transport(api: httpx.Client) -> CheckedTransport:
    found = api._transport
    assert isinstance(found, CheckedTransport)
    return found


def did(answer: httpx.Response, status: int) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content and "json" in answer.headers["content-type"] else None


def test_account(api: httpx.Client) -> None:
    for path in ("/account", "/hardware", "/webhooks/default/secret", "/search?query=tiny"):
        did(api.get(path), 200)
    for path in ("/collections", "/collections/some"):
        did(api.get(path), 501)


def test_files(api: httpx.Client) -> None:
    made = did(api.post("/files", files={"content": ("a.txt", b"text")}), 201)
    did(api.get("/files"), 200)
    did(api.get(f"/files/{made['id']}"), 200)
    did(api.get(f"/files/{made['id']}/download"), 404)
    did(api.delete(f"/files/{made['id']}"), 204)


def test_a_model_from_its_creation_to_its_end(api: httpx.Client, here: Served) -> None:
    model = {"owner": "you", "name": "m", "visibility": "private", "hardware": "cpu"}
    did(api.post("/models", json=model), 201)
    did(api.get("/models"), 200)
    links = {"github_url": "https://a.example", "license_url": "https://b.example"}
    changes = {"description": "d", "readme": "# R", "paper_url": "https://c.example", **links}
    assert did(api.patch("/models/you/m", json=changes), 200)["paper_url"] == "https://c.example"
    did(api.get("/models/you/m/readme"), 200)
    did(api.get("/models/you/m/examples"), 200)
    add_faults(here, {"training": {"status": "succeeded", "log": "one line\n"}})
    version = until_ended(api, start(api, "you/m"))["output"]["version"].partition(":")[2]
    did(api.get("/models/you/m"), 200)
    did(api.get("/models/you/m/versions"), 200)
    did(api.get(f"/models/you/m/versions/{version}"), 200)
    did(api.delete(f"/models/you/m/versions/{version}"), 202)
    did(api.delete("/models/you/m"), 204)


def test_trainings(api: httpx.Client, here: Served) -> None:
    model = {"owner": "you", "name": "t", "visibility": "private", "hardware": "cpu"}
    did(api.post("/models", json=model), 201)
    add_faults(here, {"training": {"queued": 60}})
    made = start(api, "you/t")
    did(api.get("/trainings"), 200)
    did(api.get(f"/trainings/{made['id']}"), 200)
    did(api.get(f"/predictions/{made['id']}"), 200)
    did(api.post(f"/trainings/{made['id']}/cancel"), 200)
    body = {"destination": "you/none", "input": {"train_data": "https://x.example"}}
    did(api.post(training_path(api), json=body), 404)


def test_predictions_and_deployments(api: httpx.Client) -> None:
    version = did(api.get(f"/models/{COUNTER}"), 200)["latest_version"]["id"]
    body = {"version": version, "input": {"last": 1}}
    made = did(api.post("/predictions", json=body, headers={"Prefer": "wait"}), 201)
    did(api.get("/predictions"), 200)
    did(api.get(f"/predictions/{made['id']}"), 200)
    did(api.post(f"/predictions/{made['id']}/cancel"), 200)
    did(api.post(f"/models/{COUNTER}/predictions", json={"input": {"last": 1}}), 201)
    scaling = {"hardware": "cpu", "min_instances": 0, "max_instances": 1}
    wanted = {"name": "d", "model": COUNTER, "version": version, **scaling}
    did(api.post("/deployments", json=wanted), 200)
    did(api.get("/deployments"), 200)
    did(api.get("/deployments/you/d"), 200)
    did(api.post("/deployments/you/d/predictions", json={"input": {"last": 1}}), 201)
    did(api.patch("/deployments/you/d", json={"max_instances": 0}), 200)
    did(api.delete("/deployments/you/d"), 204)
    did(api.get(f"/models/{LM}/readme"), 404)


def test_every_operation_was_judged(api: httpx.Client) -> None:
    for document in transport(api).documents:
        missing = document.operations - document.judged - NOT_IMPLEMENTED - NO_JSON
        assert not missing
