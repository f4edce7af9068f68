"""Accounts: users and organizations, and what none of them sees of another."""

from collections.abc import Iterator

import httpx
import pytest

from support.checked import checked_client
from support.faults import add_faults, faults_left, start, training_path, until_ended
from support.served import OTHER, OTHER_TOKEN, Served, sandbox
from support.visitor import visitor

ORG_TOKEN, SECOND_TOKEN = "r8_token_of_acme", "r8_second_token_of_you"
MODEL = {"owner": "you", "name": "m", "visibility": "private", "hardware": "cpu"}
UNKNOWN = {
    "title": "Invalid version or not permitted",
    "detail": "The specified version does not exist (or perhaps you don't have permission to use "
    "it?)",
    "status": 422,
}


@pytest.fixture(scope="module")
def here() -> Iterator[Served]:
    with sandbox(f"--organization=acme:{ORG_TOKEN}", f"--account=you:{SECOND_TOKEN}") as served:
        yield served


@pytest.fixture
def api(here: Served) -> Iterator[httpx.Client]:
    with checked_client(here) as client:
        yield client


@pytest.fixture
def other(here: Served) -> Iterator[httpx.Client]:
    with checked_client(here, OTHER_TOKEN) as client:
        yield client


@pytest.fixture
def acme(here: Served) -> Iterator[httpx.Client]:
    with checked_client(here, ORG_TOKEN) as client:
        yield client


def trained(api: httpx.Client, here: Served, name: str, **model: str) -> dict:
    """Return a training that made a version of a new model."""
    api.post("/models", json=MODEL | {"name": name} | model).raise_for_status()
    add_faults(here, {"training": {"status": "succeeded"}})
    return until_ended(api, start(api, f"you/{name}"))


def test_an_account_is_a_user_or_an_organization(api: httpx.Client, acme: httpx.Client) -> None:
    assert api.get("/account").json()["type"] == "user"
    assert acme.get("/account").json() == {
        "type": "organization",
        "username": "acme",
        "name": "acme",
        "github_url": None,
    }


def test_an_organization_owns_what_its_token_creates(
    api: httpx.Client, acme: httpx.Client, here: Served
) -> None:
    mine = MODEL | {"owner": "acme", "name": "ours"}
    assert api.post("/models", json=mine).status_code == 403
    assert acme.post("/models", json=MODEL).status_code == 403
    assert acme.post("/models", json=mine).json()["owner"] == "acme"
    add_faults(here, {"training": {"status": "succeeded"}}, token=ORG_TOKEN)
    made = until_ended(acme, start(acme, "acme/ours"))
    deployment = {
        "name": "d",
        "model": "acme/ours",
        "version": made["output"]["version"].partition(":")[2],
        "hardware": "cpu",
        "min_instances": 0,
        "max_instances": 1,
    }
    release = acme.post("/deployments", json=deployment).json()["current_release"]
    assert release["created_by"]["type"] == "organization"
    assert release["created_by"]["username"] == "acme"


def test_an_account_can_have_several_tokens(api: httpx.Client, here: Served) -> None:
    api.post("/models", json=MODEL | {"name": "shared"}).raise_for_status()
    with here.client(SECOND_TOKEN) as second:
        assert second.get("/account").json()["username"] == "you"
        assert second.get("/models/you/shared").status_code == 200
        assert (
            second.get("/webhooks/default/secret").json()
            == api.get("/webhooks/default/secret").json()
        )


def test_a_private_model_of_another_account_is_missing(
    api: httpx.Client, other: httpx.Client, here: Served
) -> None:
    version = trained(api, here, "private")["output"]["version"].partition(":")[2]
    path = "/models/you/private"
    for method, route in (
        ("GET", path),
        ("PATCH", path),
        ("DELETE", path),
        ("GET", f"{path}/versions"),
        ("GET", f"{path}/versions/{version}"),
        ("DELETE", f"{path}/versions/{version}"),
        ("GET", f"{path}/readme"),
        ("GET", f"{path}/examples"),
    ):
        answer = other.request(method, route, json={"description": "x"})
        missing = other.request(method, route.replace("you/private", "you/nothing"), json={})
        assert (answer.status_code, answer.json()) == (404, missing.json()), route
    for reference in (version, f"you/private:{version}"):
        answer = other.post("/predictions", json={"version": reference, "input": {}})
        assert answer.json() == UNKNOWN
    body = {"destination": f"{OTHER}/m", "input": {}}
    answer = other.post(f"{path}/versions/{version}/trainings", json=body)
    assert answer.json() == UNKNOWN
    release = {"name": "d", "model": "you/private", "version": version, "hardware": "cpu"}
    scaling = {"min_instances": 0, "max_instances": 1}
    assert other.post("/deployments", json=release | scaling).json() == UNKNOWN


def test_a_public_model_of_another_account_runs_and_does_not_change(
    api: httpx.Client, other: httpx.Client, here: Served
) -> None:
    made = trained(api, here, "open", visibility="public")
    assert other.get("/models/you/open").status_code == 200
    assert other.patch("/models/you/open", json={"description": "x"}).status_code == 403
    answer = other.post(training_path(other), json={"destination": "you/open", "input": {}})
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        "The specified training destination does not exist",
    )
    ran = other.post("/predictions", json={"version": made["output"]["version"], "input": {}})
    assert ran.status_code in {201, 422}  # a version of a script has the schema of its trainer
    assert ran.json() != UNKNOWN


def test_runs_and_their_files_belong_to_their_account(
    api: httpx.Client, other: httpx.Client, here: Served
) -> None:
    made = trained(api, here, "files")
    assert other.get(f"/trainings/{made['id']}").status_code == 404
    assert other.post(f"/trainings/{made['id']}/cancel").status_code == 404
    assert other.get(f"/predictions/{made['id']}").status_code == 404
    assert made["id"] not in [one["id"] for one in other.get("/trainings").json()["results"]]
    assert api.get(made["output"]["weights"]).status_code == 200
    assert other.get(made["output"]["weights"]).status_code == 404


def test_an_upload_belongs_to_its_account(
    api: httpx.Client, other: httpx.Client, here: Served
) -> None:
    file = api.post("/files", files={"content": ("a.txt", b"secret")}).json()
    assert other.get(f"/files/{file['id']}").status_code == 404
    assert other.delete(f"/files/{file['id']}").status_code == 404
    delivered = f"{here.url.removesuffix('/v1')}/delivery/{file['id']}/a.txt"
    assert other.get(delivered).status_code == 404
    other.post("/models", json=MODEL | {"owner": OTHER}).raise_for_status()
    body = {"destination": f"{OTHER}/m", "input": {"train_data": file["urls"]["get"]}}
    answer = other.post(training_path(other), json=body)
    assert (answer.status_code, answer.json()["detail"]) == (404, "File not found")
    assert api.get(f"/files/{file['id']}").json() == file


def test_deployments_secrets_and_faults_belong_to_their_account(
    api: httpx.Client, other: httpx.Client, here: Served
) -> None:
    made = trained(api, here, "deployed", visibility="public")["output"]["version"]
    release = {"name": "mine", "model": "you/deployed", "version": made.partition(":")[2]}
    scaling = {"hardware": "cpu", "min_instances": 0, "max_instances": 1}
    api.post("/deployments", json=release | scaling).raise_for_status()
    path = "/deployments/you/mine"
    assert other.get(path).status_code == 404
    assert other.patch(path, json={"max_instances": 0}).status_code == 404
    assert other.delete(path).status_code == 404
    assert other.post(f"{path}/predictions", json={"input": {}}).status_code == 404
    assert other.get("/deployments").json()["results"] == []
    secrets = [one.get("/webhooks/default/secret").json()["key"] for one in (api, other)]
    assert len(set(secrets)) == 2
    add_faults(here, {"request": "GET /account", "reset": True})
    assert other.get("/account").status_code == 200
    assert len(faults_left(here)) == 1


def test_an_organization_has_pages_and_a_limit() -> None:
    token = f"--organization=acme:{ORG_TOKEN}"
    with sandbox("--spend-limit=2", token, host="0.0.0.0") as served, visitor(served) as visit:
        visit.send("/login", {"token": ORG_TOKEN})
        page = visit.open("/account/api-tokens")
    assert "acme (organization)" in page
    assert "$0.0000 of $2.0000 at Replicate's prices." in page
