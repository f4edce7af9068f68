"""Deployments: what may be deployed, released, deleted, and by whom."""

from collections.abc import Iterator

import httpx
import pytest

from support.checked import checked_client
from support.served import LM, OTHER_TOKEN, Served, sandbox

NONE = "0" * 64


@pytest.fixture(scope="module")
def here() -> Iterator[Served]:
    with sandbox("--idle-minutes=0") as served:
        yield served


@pytest.fixture
def api(here: Served) -> Iterator[httpx.Client]:
    with checked_client(here) as client:
        yield client


def wanted(api: httpx.Client, name: str, **change: object) -> dict:
    version = api.get(f"/models/{LM}").json()["latest_version"]["id"]
    scaling = {"hardware": "cpu", "min_instances": 0, "max_instances": 2}
    return {"name": name, "model": LM, "version": version, **scaling, **change}


def create(api: httpx.Client, name: str, **change: object) -> dict:
    answer = api.post("/deployments", json=wanted(api, name, **change))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_deployment_belongs_to_the_tokens_account(api: httpx.Client, here: Served) -> None:
    made = create(api, "mine")
    assert (made["owner"], made["name"]) == ("you", "mine")
    release = made["current_release"]
    assert (release["number"], release["model"]) == (1, LM)
    assert release["created_by"]["username"] == "you"
    scaling = {"hardware": "cpu", "min_instances": 0, "max_instances": 2}
    assert release["configuration"] == scaling
    assert api.get("/deployments/you/mine").json() == made
    assert api.get("/deployments").json()["results"][0] == made
    assert api.post("/deployments", json=wanted(api, "mine")).status_code == 409
    with checked_client(here, OTHER_TOKEN) as other:
        assert other.get("/deployments/you/mine").status_code == 404
        assert other.patch("/deployments/you/mine", json={}).status_code == 404
        assert other.get("/deployments").json()["results"] == []


def test_a_release_keeps_what_is_not_given(api: httpx.Client) -> None:
    made = create(api, "moving", min_instances=1, max_instances=4)
    version = made["current_release"]["version"]
    moved = api.patch("/deployments/you/moving", json={"version": version}).json()
    assert moved["current_release"]["number"] == 2
    assert moved["current_release"]["configuration"] == made["current_release"]["configuration"]
    changes = {"hardware": "gpu-t4", "min_instances": 0, "max_instances": 20}
    scaled = api.patch("/deployments/you/moving", json=changes).json()["current_release"]
    assert (scaled["number"], scaled["version"], scaled["configuration"]) == (3, version, changes)


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"name": "Bad Name"}, 400, "/name"),
        ({"hardware": "gpu-t5"}, 400, "/hardware"),
        ({"min_instances": 6, "max_instances": 9}, 400, "/min_instances"),
        ({"min_instances": -1}, 400, "/min_instances"),
        ({"max_instances": 21}, 400, "/max_instances"),
        ({"min_instances": 2, "max_instances": 1}, 400, "/min_instances"),
        ({"max_instances": True}, 400, "/max_instances"),
        ({"colour": "red"}, 400, "/colour"),
        ({"version": NONE}, 422, None),
        ({"model": "no-slash"}, 422, None),
        ({"model": "you/not-there"}, 422, None),
    ],
)
def test_refused_deployments(
    api: httpx.Client, change: dict, status: int, pointer: str | None
) -> None:
    answer = api.post("/deployments", json=wanted(api, "refused") | change)
    assert answer.status_code == status, answer.text
    if pointer:
        assert answer.json()["errors"][0]["pointer"] == pointer
    else:
        assert answer.json()["title"] == "Invalid version or not permitted"


def test_a_refused_release_changes_nothing(api: httpx.Client) -> None:
    made = create(api, "steady")
    refused = [
        {"version": NONE},
        {"hardware": "gpu-t5"},
        {"max_instances": 21},
        {"name": "other"},
        {"model": LM},
    ]
    for change in refused:
        assert api.patch("/deployments/you/steady", json=change).is_client_error
    assert api.get("/deployments/you/steady").json() == made
    assert api.patch("/deployments/you/none", json={}).status_code == 404


def test_only_a_deployment_that_is_off_is_deleted(api: httpx.Client) -> None:
    create(api, "fading")
    assert api.delete("/deployments/you/fading").status_code == 422
    off = {"min_instances": 0, "max_instances": 0}
    api.patch("/deployments/you/fading", json=off).raise_for_status()
    body = {"input": {"prompt": "x"}}
    assert api.post("/deployments/you/fading/predictions", json=body).status_code == 422
    assert api.delete("/deployments/you/fading").status_code == 204
    assert api.get("/deployments/you/fading").status_code == 404
    assert api.delete("/deployments/you/fading").status_code == 404


def test_a_deployment_used_lately_is_not_deleted(served: Served) -> None:
    with checked_client(served) as api:
        create(api, "recent", min_instances=0, max_instances=0)
        answer = api.delete("/deployments/you/recent")
        assert answer.status_code == 422
        assert "at least 15 minutes" in answer.json()["detail"]


def test_predictions_of_a_deployment_that_does_not_exist(api: httpx.Client) -> None:
    assert api.post("/deployments/you/none/predictions", json={"input": {}}).status_code == 404
