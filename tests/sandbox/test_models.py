"""Lists of models and versions, and what can no longer be deleted."""

from collections.abc import Iterator

import httpx
import pytest

from support.checked import checked_client
from support.faults import add_faults, start, trainer_version, until_ended
from support.served import LM, OTHER_TOKEN, TOKEN, Served, sandbox

MODEL = {"owner": "you", "visibility": "private", "hardware": "cpu"}


@pytest.fixture(scope="module")
def here() -> Iterator[Served]:
    with sandbox() as served:
        yield served


@pytest.fixture
def api(here: Served) -> Iterator[httpx.Client]:
    with checked_client(here) as client:
        yield client


def trained(api: httpx.Client, here: Served, name: str, **model: object) -> str:
    """Return the id of the version that a scripted training made of a new model."""
    api.post("/models", json=MODEL | {"name": name} | model).raise_for_status()
    add_faults(here, {"training": {"status": "succeeded"}})
    made = start(api, f"you/{name}")
    found = until_ended(api, made)
    return str(found["output"]["version"]).partition(":")[2]


def test_the_life_of_a_version(api: httpx.Client, here: Served) -> None:
    version = trained(api, here, "life")
    path = f"/models/you/life/versions/{version}"
    assert api.get(path).json()["id"] == version
    assert [one["id"] for one in api.get("/models/you/life/versions").json()["results"]] == [
        version
    ]
    answer = api.delete("/models/you/life")
    assert (answer.status_code, "no versions" in answer.json()["detail"]) == (422, True)
    assert api.delete(path).status_code == 202
    assert api.get(path).status_code == 404
    assert api.delete(path).status_code == 404
    assert api.delete("/models/you/life").status_code == 204


def test_versions_that_are_not_deleted(api: httpx.Client, here: Served) -> None:
    public = trained(api, here, "open", visibility="public")
    answer = api.delete(f"/models/you/open/versions/{public}")
    assert (answer.status_code, "private" in answer.json()["detail"]) == (422, True)
    deployed = trained(api, here, "deployed")
    body = {"name": "d", "model": "you/deployed", "version": deployed, "hardware": "cpu"}
    scaling = {"min_instances": 0, "max_instances": 1}
    api.post("/deployments", json=body | scaling).raise_for_status()
    answer = api.delete(f"/models/you/deployed/versions/{deployed}")
    assert (answer.status_code, "deployment" in answer.json()["detail"]) == (422, True)
    answer = api.delete(f"/models/{LM}/versions/{trainer_version(api)}")
    assert answer.status_code == 403


def test_lists_of_models_are_sorted(api: httpx.Client) -> None:
    for name in ("one", "two"):
        made = MODEL | {"name": f"sorted-{name}", "visibility": "public"}
        api.post("/models", json=made).raise_for_status()
    newest = {"sort_by": "model_created_at"}
    names = [one["name"] for one in api.get("/models", params=newest).json()["results"]]
    assert names[:2] == ["sorted-two", "sorted-one"]
    oldest = newest | {"sort_direction": "asc"}
    found = [one["name"] for one in api.get("/models", params=oldest).json()["results"]]
    assert found == names[::-1]
    with_versions = api.get("/models").json()["results"]
    assert with_versions[0]["latest_version"]
    for wrong in ({"sort_by": "name"}, {"sort_direction": "up"}):
        assert api.get("/models", params=wrong).status_code == 400


def test_search_finds_public_models(api: httpx.Client) -> None:
    found = api.get("/search", params={"query": "Tiny trainer", "limit": 1}).json()
    assert found["query"] == "Tiny trainer"
    assert len(found["models"]) == 1
    assert found["models"][0]["model"]["latest_version"]["id"]
    api.post("/models", json=MODEL | {"name": "hidden-treasure"}).raise_for_status()
    assert api.get("/search", params={"query": "treasure"}).json()["models"] == []
    answer = api.get("/search")
    assert answer.status_code == 400
    assert answer.json()["detail"] == 'Query parameter "query" is required'
    assert api.get("/search", params={"query": "x", "limit": "0"}).status_code == 400


def predicted(here: Served, api: httpx.Client, model: str, version: str, status: str) -> str:
    """Return the id of a prediction whose engine reported this status."""
    body = {"version": f"{model}:{version}", "input": {"prompt": "x"}}
    made = str(api.post("/predictions", json=body).json()["id"])
    report = {"status": status, "output": f"output of {made}"}
    engine = here.url.removesuffix("/v1") + "/_engine/prediction/"
    httpx.post(engine + made, json=report).raise_for_status()
    return made


def test_the_first_prediction_of_its_owner_is_a_model_s_example(
    api: httpx.Client, here: Served
) -> None:
    version = trained(api, here, "shown", visibility="public")
    with here.client(OTHER_TOKEN) as other:
        predicted(here, other, "you/shown", version, "succeeded")
    predicted(here, api, "you/shown", version, "failed")
    assert api.get("/models/you/shown").json()["default_example"] is None
    assert api.get("/models/you/shown/examples").json()["results"] == []
    first = predicted(here, api, "you/shown", version, "succeeded")
    predicted(here, api, "you/shown", version, "succeeded")
    example = api.get("/models/you/shown").json()["default_example"]
    assert (example["id"], example["output"]) == (first, f"output of {first}")
    with here.client(OTHER_TOKEN) as other:
        assert other.get("/models/you/shown/examples").json()["results"] == [example]


def test_a_deleted_example_is_replaced(api: httpx.Client, here: Served) -> None:
    old = trained(api, here, "replaced")
    predicted(here, api, "you/replaced", old, "succeeded")
    api.delete(f"/models/you/replaced/versions/{old}").raise_for_status()
    assert api.get("/models/you/replaced").json()["default_example"] is None
    add_faults(here, {"training": {"status": "succeeded"}})
    made = until_ended(api, start(api, "you/replaced"))["output"]["version"].partition(":")[2]
    second = predicted(here, api, "you/replaced", made, "succeeded")
    assert api.get("/models/you/replaced").json()["default_example"]["id"] == second


def test_a_training_whose_destination_was_deleted_fails(api: httpx.Client, here: Served) -> None:
    api.post("/models", json=MODEL | {"name": "deleted"}).raise_for_status()
    add_faults(here, {"training": {"status": "succeeded", "seconds": 0.5}})
    made = start(api, "you/deleted")
    api.delete("/models/you/deleted").raise_for_status()
    ended = until_ended(api, made)
    assert (ended["status"], ended["output"]) == ("failed", None)
    assert ended["error"] == "Failed to create trained image after successful training run"


def test_a_model_without_predictions_has_no_example(api: httpx.Client) -> None:
    assert api.get(f"/models/{LM}/examples").json()["results"] == []
    assert api.get("/models/you/none/examples").status_code == 404
    assert api.get(f"/models/{LM}/readme").status_code == 404


@pytest.mark.parametrize("path", ["/collections", "/collections/super-resolution"])
def test_endpoints_that_are_not_implemented(api: httpx.Client, path: str) -> None:
    answer = api.get(path)
    assert answer.status_code == 501
    assert "docs/sandbox-differences.md" in answer.json()["detail"]
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert httpx.get(f"{api.base_url}nowhere", headers=headers).status_code == 404
