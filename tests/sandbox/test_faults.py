"""The fault script, against a served process: each fault as a client meets it."""

import json
import socket
import time
from collections.abc import Iterator

import httpx
import pytest

from support.faults import add_faults, faults_left, script_url, start, until_ended
from support.served import OTHER_TOKEN, Served, sandbox

MODEL = {"owner": "you", "visibility": "private", "hardware": "cpu"}


@pytest.fixture(scope="module")
def here() -> Iterator[Served]:
    with sandbox() as served:
        with served.client() as api:
            api.post("/models", json=MODEL | {"name": "m"}).raise_for_status()
        yield served


@pytest.fixture
def api(here: Served) -> Iterator[httpx.Client]:
    with here.client() as client:
        yield client
    assert faults_left(here) == []


def add(here: Served, *faults: dict) -> None:
    answer = add_faults(here, *faults)
    assert answer.status_code == 201, answer.text


def model_exists(api: httpx.Client, name: str) -> bool:
    return api.get(f"/models/you/{name}").status_code == 200


def test_faults_are_used_once_in_order_and_only_where_they_fit(
    api: httpx.Client, here: Served
) -> None:
    add(
        here,
        {"request": "GET /account", "answer": {"status": 502, "body": "<html>"}},
        {"request": "GET /account", "answer": {"status": 429, "body": {"detail": "slow"}}},
        {"request": "GET /models/*/m", "answer": {"status": 503}, "times": 2},
    )
    add(here, {"request": "/hardware", "answer": {"status": 500, "headers": {"Retry-After": "3"}}})
    assert api.get("/models/you/m/versions").status_code == 200
    assert api.post("/account").status_code == 405
    first, second, third = [api.get("/account") for _ in range(3)]
    assert (first.status_code, first.text) == (502, "<html>")
    assert (second.status_code, second.json()) == (429, {"detail": "slow"})
    assert third.status_code == 200
    assert [api.get("/models/you/m").status_code for _ in range(3)] == [503, 503, 200]
    assert api.get("/hardware").headers["retry-after"] == "3"


def test_faults_are_those_of_one_account(api: httpx.Client, here: Served) -> None:
    add(here, {"request": "GET /account", "answer": {"status": 503}})
    with here.client(OTHER_TOKEN) as other:
        assert other.get("/account").status_code == 200
    assert httpx.get(f"{here.url}/account").status_code == 401
    assert httpx.get(script_url(here)).status_code == 401
    assert api.get("/account").status_code == 503


def test_what_is_left_can_be_read_and_forgotten(api: httpx.Client, here: Served) -> None:
    fault = {"request": "GET /x", "reset": True, "times": 2, "takes_effect": True}
    lag = {"lag": 1.5, "times": 1}
    add(here, fault, lag)
    assert faults_left(here) == [fault, lag]
    assert api.get("/account").status_code == 200


@pytest.mark.parametrize("takes_effect", [False, True])
def test_a_reset_before_and_after_a_request_took_effect(
    api: httpx.Client, here: Served, *, takes_effect: bool
) -> None:
    name = f"reset-{takes_effect}".lower()
    add(here, {"request": "POST /models", "reset": True, "takes_effect": takes_effect})
    with pytest.raises(httpx.NetworkError):
        api.post("/models", json=MODEL | {"name": name})
    assert model_exists(api, name) == takes_effect


@pytest.mark.parametrize("takes_effect", [False, True])
def test_an_answer_before_and_after_a_request_took_effect(
    api: httpx.Client, here: Served, *, takes_effect: bool
) -> None:
    name = f"answer-{takes_effect}".lower()
    answer = {"answer": {"status": 503}, "takes_effect": takes_effect}
    add(here, {"request": "POST /models", **answer})
    assert api.post("/models", json=MODEL | {"name": name}).status_code == 503
    assert model_exists(api, name) == takes_effect


def test_a_hang_ends_without_an_answer(api: httpx.Client, here: Served) -> None:
    add(here, {"request": "GET /account", "hang": 0.4}, {"request": "GET /account", "hang": 30})
    began = time.monotonic()
    with pytest.raises(httpx.RemoteProtocolError):
        api.get("/account")
    assert 0.4 <= time.monotonic() - began < 5
    with pytest.raises(httpx.ReadTimeout):
        api.get("/account", timeout=0.3)
    assert api.get("/account").status_code == 200


def test_a_delay_and_a_drip_are_answered_in_the_end(api: httpx.Client, here: Served) -> None:
    add(here, {"request": "GET /account", "delay": 0.3}, {"request": "GET /account", "drip": 0.3})
    for _ in range(2):
        began = time.monotonic()
        assert api.get("/account").json()["username"] == "you"
        assert 0.15 <= time.monotonic() - began < 30


def test_a_content_length_that_is_too_large(api: httpx.Client, here: Served) -> None:
    add(here, {"request": "GET /hardware", "missing_bytes": 7})
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        api.get("/hardware")


def test_garbage_is_not_json(api: httpx.Client, here: Served) -> None:
    add(here, {"request": "GET /hardware", "garbage": True})
    answer = api.get("/hardware")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    with pytest.raises(ValueError, match=r"codec|Expecting"):
        answer.json()


def test_the_list_of_trainings_lags(api: httpx.Client, here: Served) -> None:
    add(here, {"training": {"status": "failed"}}, {"lag": 60})
    made = start(api, "you/m")
    assert made["id"] not in [one["id"] for one in api.get("/trainings").json()["results"]]
    assert made["id"] in [one["id"] for one in api.get("/trainings").json()["results"]]


def test_a_training_fails_with_its_log(api: httpx.Client, here: Served) -> None:
    add(here, {"training": {"status": "failed", "error": "no paper", "log": "one\ntwo\n"}})
    ended = until_ended(api, start(api, "you/m"))
    assert (ended["status"], ended["error"], ended["logs"]) == ("failed", "no paper", "one\ntwo\n")
    assert ended["output"] is None


def test_a_training_is_aborted_before_it_starts(api: httpx.Client, here: Served) -> None:
    add(here, {"training": {"status": "aborted", "queued": 0.2}})
    made = start(api, "you/m")
    assert api.get(f"/trainings/{made['id']}").json()["status"] == "starting"
    ended = until_ended(api, made)
    assert (ended["status"], ended["started_at"]) == ("aborted", None)
    assert "predict_time" not in ended["metrics"]


def test_a_training_hangs_in_the_queue_until_it_is_cancelled(
    api: httpx.Client, here: Served
) -> None:
    add(here, {"training": {"queued": 3600}})
    made = start(api, "you/m")
    time.sleep(0.2)
    assert api.get(f"/trainings/{made['id']}").json()["status"] == "starting"
    assert api.post(f"/trainings/{made['id']}/cancel").json()["status"] == "canceled"


def test_a_training_makes_a_version_or_none(api: httpx.Client, here: Served) -> None:
    add(here, {"training": {"status": "succeeded", "version": False}})
    add(here, {"training": {"status": "succeeded", "seconds": 0.1}})
    ended = until_ended(api, start(api, "you/m"))
    assert (ended["status"], ended["output"]) == ("succeeded", None)
    assert api.get("/models/you/m").json()["latest_version"] is None
    ended = until_ended(api, start(api, "you/m"))
    assert ended["metrics"]["predict_time"] >= 0.1
    latest = api.get("/models/you/m").json()["latest_version"]["id"]
    assert ended["output"]["version"] == f"you/m:{latest}"


def test_a_fault_of_another_destination_waits(api: httpx.Client, here: Served) -> None:
    api.post("/models", json=MODEL | {"name": "n"}).raise_for_status()
    add(here, {"training": {"destination": "you/n", "status": "failed", "error": "n"}})
    add(here, {"training": {"status": "failed", "error": "any"}})
    assert until_ended(api, start(api, "you/m"))["error"] == "any"
    assert until_ended(api, start(api, "you/n"))["error"] == "n"


@pytest.mark.engine
def test_a_training_runs_after_a_scripted_queue_and_log(api: httpx.Client, here: Served) -> None:
    add(here, {"training": {"queued": 0.2, "log": "Pulling the image\n"}})
    text = "".join(json.dumps({"text": "a quiet harbour"}) + "\n" for _ in range(50))
    url = api.post("/files", files={"content": ("d.jsonl", text.encode())}).json()["urls"]["get"]
    made = start(api, "you/m", input={"train_data": url, "steps": 5})
    ended = until_ended(api, made, seconds=30)
    assert ended["status"] == "succeeded", ended
    assert ended["logs"].startswith("Pulling the image\n")
    assert len(ended["logs"]) > len("Pulling the image\n")


@pytest.mark.parametrize(
    "fault",
    [
        "text",
        {},
        {"reset": True, "hang": 1},
        {"reset": 1},
        {"hang": "long"},
        {"hang": -1},
        {"hang": True},
        {"hang": 1, "times": 0},
        {"hang": 1, "colour": "red"},
        {"answer": {}},
        {"answer": {"status": 99}},
        {"answer": {"status": 200, "headers": {"a": 1}}},
        {"answer": {"status": 200, "headers": {"a": "b\r\nc: d"}}},
        {"training": {"status": "lost"}},
        {"training": {"queued": "long"}},
        {"training": {"queue": 1}},
    ],
)
def test_an_invalid_fault(api: httpx.Client, here: Served, fault: object) -> None:
    answer = api.post(script_url(here), json=[fault])
    assert answer.status_code == 422, answer.text
    assert api.post(script_url(here), json={}).status_code == 400


def test_the_server_stops_in_the_middle_of_a_hang_and_says_what_is_left() -> None:
    with sandbox() as served:
        add(served, {"request": "GET /account", "hang": 600})
        add(served, {"request": "GET /hardware", "reset": True, "times": 3})
        with socket.create_connection(("127.0.0.1", served.port)) as connection:
            host = "host: 127.0.0.1"
            head = f"GET /v1/account HTTP/1.1\r\n{host}\r\nauthorization: Bearer {served.token}"
            connection.sendall(f"{head}\r\n\r\n".encode())
            time.sleep(0.3)
            served.end()
        assert "3 faults of the fault script were not used" in served.log()
