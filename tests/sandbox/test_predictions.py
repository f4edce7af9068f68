"""Predictions through the engine: waiting, deadlines, streams, deployments, official models."""

import time
from collections.abc import Iterator

import httpx
import pytest

from support.checked import checked_client
from support.counter import write_counter
from support.served import OTHER_TOKEN, Served, sandbox

pytestmark = pytest.mark.engine
MODEL = "sandbox/counter"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    project = write_counter(tmp_path_factory.mktemp("projects"))
    with sandbox(f"--trainer={project}", f"--official={MODEL}") as served:
        yield served


@pytest.fixture
def api(here: Served) -> Iterator[httpx.Client]:
    with checked_client(here) as client:
        yield client


def version(api: httpx.Client) -> str:
    return str(api.get(f"/models/{MODEL}").json()["latest_version"]["id"])


def predict(api: httpx.Client, headers: dict | None = None, **given: object) -> httpx.Response:
    body = {"version": version(api), "input": given}
    return api.post("/predictions", json=body, headers=headers or {})


def ended(api: httpx.Client, made: dict) -> dict:
    end = time.monotonic() + 15
    while (found := api.get(f"/predictions/{made['id']}").json())["completed_at"] is None:
        assert time.monotonic() < end, found
        time.sleep(0.05)
    return found


def test_a_prediction_that_is_waited_for(api: httpx.Client) -> None:
    answer = predict(api, {"Prefer": "wait"})
    assert answer.status_code == 201
    assert answer.json()["output"] == ["1 ", "2 ", "3 "]
    assert answer.json()["logs"] == "counted 1\ncounted 2\ncounted 3\n"
    late = predict(api, {"Prefer": "wait=1"}, last=99, seconds=0.5)
    assert late.status_code == 202
    assert late.json()["status"] in {"starting", "processing"}
    canceled = api.post(f"/predictions/{late.json()['id']}/cancel").json()
    assert (canceled["status"], api.get(f"/predictions/{canceled['id']}").json()["status"]) == (
        "canceled",
        "canceled",
    )


@pytest.mark.parametrize("prefer", ["wait=0", "wait=61", "respond-async"])
def test_a_preference_that_is_not_followed(api: httpx.Client, prefer: str) -> None:
    answer = predict(api, {"Prefer": prefer}, last=99, seconds=1)
    assert (answer.status_code, answer.json()["status"]) == (201, "starting")
    api.post(f"/predictions/{answer.json()['id']}/cancel").raise_for_status()


def test_a_prediction_is_canceled_at_its_deadline(api: httpx.Client) -> None:
    made = predict(api, {"Cancel-After": "5s"}, last=99, seconds=1).json()
    assert made["deadline"] > made["created_at"]
    assert ended(api, made)["status"] == "canceled"


def test_a_prediction_that_has_not_begun_by_its_deadline_is_aborted(api: httpx.Client) -> None:
    busy = [predict(api, last=99, seconds=1).json() for _ in range(2)]
    made = predict(api, {"Cancel-After": "5"}).json()
    found = ended(api, made)
    assert (found["status"], found["started_at"]) == ("aborted", None)
    for one in busy:
        api.post(f"/predictions/{one['id']}/cancel").raise_for_status()


@pytest.mark.parametrize("text", ["", "4s", "soon", "1d", "-5", "5s5m", "4"])
def test_an_invalid_cancel_after(api: httpx.Client, text: str) -> None:
    answer = predict(api, {"Cancel-After": text})
    assert (answer.status_code, answer.json()["invalid_fields"][0]["field"]) == (
        422,
        "Cancel-After",
    )


def events(text: str) -> list[tuple[str, str]]:
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line)
        if "event" in fields:
            found.append((fields["event"], fields["data"]))
    return found


def test_the_stream_of_a_prediction(api: httpx.Client) -> None:
    made = predict(api, last=4, seconds=0.3).json()
    with api.stream("GET", made["urls"]["stream"], headers={"Authorization": ""}) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        parts, first = "", ""
        for part in stream.iter_text():
            parts += part
            first = first or api.get(f"/predictions/{made['id']}").json()["status"]
    assert first in {"starting", "processing"}
    assert events(parts) == [
        *[("output", f"{number} ") for number in range(1, 5)],
        ("done", "{}"),
    ]
    assert events(httpx.get(made["urls"]["stream"]).text) == events(parts)
    assert api.get(f"{made['urls']['stream']}x").status_code == 404


def test_the_stream_of_a_prediction_that_does_not_succeed(api: httpx.Client) -> None:
    made = predict(api, last=1, fail="out of numbers").json()
    ended(api, made)
    names = [name for name, _ in events(httpx.get(made["urls"]["stream"]).text)]
    assert names[-2:] == ["error", "done"]
    canceled = predict(api, last=99, seconds=1).json()
    api.post(f"/predictions/{canceled['id']}/cancel").raise_for_status()
    said = events(httpx.get(canceled["urls"]["stream"]).text)
    assert said[-1] == ("done", '{"reason": "canceled"}')


def test_an_official_model_hides_its_version(api: httpx.Client) -> None:
    assert api.get(f"/models/{MODEL}").json()["is_official"]
    body = {"input": {"last": 1}}
    answer = api.post(f"/models/{MODEL}/predictions", json=body, headers={"Prefer": "wait"})
    assert (answer.status_code, answer.json()["version"]) == (201, "hidden")
    assert answer.json()["output"] == ["1 "]
    by_name = {"version": MODEL, "input": {"last": 1}}
    assert api.post("/predictions", json=by_name).json()["model"] == MODEL
    assert api.post("/models/you/none/predictions", json=body).status_code == 404


def test_a_prediction_of_a_deployment(api: httpx.Client) -> None:
    release = {"model": MODEL, "version": version(api), "hardware": "cpu"}
    scaling = {"min_instances": 0, "max_instances": 1}
    api.post("/deployments", json={"name": "counting", **release, **scaling}).raise_for_status()
    path = "/deployments/you/counting/predictions"
    answer = api.post(path, json={"input": {"last": 2}}, headers={"Prefer": "wait"})
    assert (answer.status_code, answer.json()["output"]) == (201, ["1 ", "2 "])
    assert answer.json()["deployment"] == "you/counting"
    assert api.post(path, json={"input": {"last": 0}}).status_code == 422
    assert api.post(path, json={"version": "x", "input": {}}).status_code == 422


def test_lists_of_predictions_are_filtered(api: httpx.Client, here: Served) -> None:
    made = predict(api, {"Prefer": "wait"}, last=1).json()
    earlier = api.get("/predictions", params={"created_before": made["created_at"]}).json()
    assert made["id"] not in [one["id"] for one in earlier["results"]]
    since = api.get("/predictions", params={"created_after": made["created_at"]}).json()
    assert [one["id"] for one in since["results"]] == [made["id"]]
    assert api.get("/predictions", params={"source": "web"}).json()["results"] == []
    assert api.get("/predictions", params={"created_after": "yesterday"}).status_code == 422
    with checked_client(here, OTHER_TOKEN) as other:
        assert other.get("/predictions").json()["results"] == []
        assert other.get(f"/predictions/{made['id']}").status_code == 404
