"""Trainings and predictions that really run, on a trainer of a few lines."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from support.listener import Listener
from support.processes import below, running
from support.projects import write_sleeper
from support.served import TOKEN, Served, sandbox

pytestmark = pytest.mark.engine
TERMINAL = {"succeeded", "failed", "canceled", "aborted"}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    project = write_sleeper(tmp_path_factory.mktemp("trainers"))
    with sandbox(f"--trainer={project}") as served:
        prepare(served)
        yield served


def prepare(served: Served) -> None:
    with served.client() as api:
        body = {"owner": "you", "name": "m", "visibility": "private", "hardware": "cpu"}
        api.post("/models", json=body).raise_for_status()


def start(api: httpx.Client, **given: object) -> dict:
    version = api.get("/models/sandbox/sleeper").json()["latest_version"]["id"]
    file = api.post("/files", files={"content": ("d.txt", b"abc", "text/plain")}).json()
    body = {"destination": "you/m", "input": {"data": file["urls"]["get"], **given}}
    path = f"/models/sandbox/sleeper/versions/{version}/trainings"
    answer = api.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def look(api: httpx.Client, training: dict) -> dict:
    return api.get(f"/trainings/{training['id']}").json()


def until(api: httpx.Client, training: dict, *statuses: str, seconds: float = 20) -> dict:
    end = time.monotonic() + seconds
    while (found := look(api, training))["status"] not in statuses:
        assert time.monotonic() < end, found
        assert found["status"] not in TERMINAL, found
        time.sleep(0.02)
    return found


def test_a_training_runs_and_its_version_predicts_with_its_weights(here: Served) -> None:
    with here.client() as api:
        launched = start(api, seconds=1.2)
        assert set(launched) == {
            "id", "model", "version", "input", "logs", "error", "status", "created_at", "urls",
        }  # fmt: skip
        assert "/v1/predictions/" in launched["urls"]["get"]
        logs = []
        while (seen := look(api, launched))["status"] not in TERMINAL:
            logs.append(seen["logs"] or "")
            time.sleep(0.1)
        assert seen["status"] == "succeeded"
        assert len({log for log in logs if log}) > 1, "the log did not grow"
        assert seen["logs"].startswith("size 3\n")
        assert 1.2 <= seen["metrics"]["predict_time"] < seen["metrics"]["total_time"]
        model, _, version = seen["output"]["version"].partition(":")
        assert (model, len(version)) == ("you/m", 64)
        latest = api.get("/models/you/m").json()["latest_version"]
        assert latest["id"] == version
        assert set(latest["openapi_schema"]["components"]["schemas"]) == {"Input", "Output"}
        body = {"version": seen["output"]["version"], "input": {"text": ">"}}
        made = api.post("/predictions", json=body, headers={"Prefer": "wait"}).json()
        assert (made["status"], made["output"]) == ("succeeded", ">cba")
        weights = api.get(seen["output"]["weights"])
        assert weights.content == b"cba"
        assert api.get("/predictions").json()["results"][0]["id"] == made["id"]


def test_a_cancelled_training_ends_within_a_second(here: Served) -> None:
    with here.client() as api:
        launched = start(api, seconds=60)
        until(api, launched, "processing")
        asked = time.monotonic()
        answer = api.post(f"/trainings/{launched['id']}/cancel")
        assert (answer.status_code, answer.json()["status"]) == (200, "canceled")
        while below(here.process.pid):
            assert time.monotonic() < asked + 2
            time.sleep(0.02)
        assert api.post(f"/trainings/{launched['id']}/cancel").json()["status"] == "canceled"


def test_a_training_that_waits_its_turn_can_be_cancelled(here: Served) -> None:
    with here.client() as api:
        busy = [start(api, seconds=60) for _ in range(2)]
        waiting = start(api)
        for one in busy:
            until(api, one, "processing")
        assert look(api, waiting)["status"] == "starting"
        for one in [waiting, *busy]:
            api.post(f"/trainings/{one['id']}/cancel").raise_for_status()
        assert look(api, waiting)["status"] == "canceled"


def test_a_trainer_that_fails_gives_its_reason(here: Served) -> None:
    with here.client() as api:
        ended = until(api, start(api, fail="out of paper"), "failed")
        assert "out of paper" in ended["error"]
        assert ended["output"] is None


def test_a_killed_worker_is_a_failure_and_not_a_wait_for_ever(here: Served) -> None:
    with here.client() as api:
        assert until(api, start(api, kill=True), "failed")["error"]


def test_a_webhook_is_called_for_the_events_that_were_asked_for(here: Served) -> None:
    with Listener() as listener, here.client() as api:
        version = api.get("/models/sandbox/sleeper").json()["latest_version"]["id"]
        body = {
            "destination": "you/m",
            "input": {"data": f"{listener.url}/data"},
            "webhook": f"{listener.url}/hook",
            "webhook_events_filter": ["completed"],
        }
        path = f"/models/sandbox/sleeper/versions/{version}/trainings"
        launched = api.post(path, json=body).json()
        until(api, launched, "succeeded")
        assert listener.wait()["status"] == "succeeded"
        assert len(listener.bodies) == 1


def test_a_killed_server_leaves_no_engine_and_says_so_when_it_is_back(tmp_path: Path) -> None:
    state = f"--state={tmp_path / 'state.sqlite'}"
    trainer = f"--trainer={write_sleeper(tmp_path)}"
    with sandbox(state, trainer) as first:
        prepare(first)
        with first.client() as api:
            launched = start(api, seconds=60)
            until(api, launched, "processing")
        mine = below(first.process.pid)
        assert mine
        first.process.kill()
        end = time.monotonic() + 5
        while running(mine):
            assert time.monotonic() < end, running(mine)
            time.sleep(0.02)
    with sandbox(state, trainer) as second, second.client(TOKEN) as api:
        ended = look(api, launched)
        assert ended["status"] == "failed"
        assert "was stopped" in ended["error"]
