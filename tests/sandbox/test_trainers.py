"""Trainers from folders, as clients see them: their versions, and what cannot be loaded."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from support.checked import checked_client
from support.faults import until_ended
from support.served import LM, Served, sandbox
from support.trainers import TRAIN, write_trainer

MINE, BROKEN = "sandbox/mine", "sandbox/a-broken-one"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_trainer(tmp_path)


@pytest.fixture
def here(folder: Path, tmp_path: Path) -> Iterator[Served]:
    broken = write_trainer(tmp_path, "A broken one", train="import nothing_<b>\n")
    with sandbox(f"--trainer={folder}", f"--trainer={broken}") as served:
        yield served


@pytest.fixture
def api(here: Served) -> Iterator[httpx.Client]:
    with checked_client(here) as client:
        body = {"owner": "you", "name": "m", "visibility": "private", "hardware": "cpu"}
        client.post("/models", json=body).raise_for_status()
        yield client


def latest(api: httpx.Client, model: str = MINE) -> dict:
    return dict(api.get(f"/models/{model}").json()["latest_version"])


def start(api: httpx.Client, version: str, model: str = MINE, **given: object) -> httpx.Response:
    file = api.post("/files", files={"content": ("d.txt", b"abc", "text/plain")}).json()
    given = {"data": file["urls"]["get"], "note": "", "token": "t"} | given
    body = {"destination": "you/m", "input": given}
    return api.post(f"/models/{model}/versions/{version}/trainings", json=body)


@pytest.mark.engine
def test_a_project_trains_beside_the_bundled_trainers(api: httpx.Client) -> None:
    assert latest(api, LM)["id"]
    version = latest(api)
    assert "TrainingInput" in version["openapi_schema"]["components"]["schemas"]
    refused = start(api, version["id"], optimizer="none").json()
    assert refused["invalid_fields"][0]["field"] == "input.optimizer"
    done = until_ended(api, start(api, version["id"], steps=2).json())
    assert done["status"] == "succeeded", done
    assert "2 0.5 adam None" in done["logs"]
    assert api.get(done["output"]["weights"]).content == b"abcabc"


@pytest.mark.engine
def test_edited_code_is_a_new_version(api: httpx.Client, folder: Path) -> None:
    old = latest(api)["id"]
    (folder / "train.py").write_text(
        TRAIN.replace("le=100", "le=50").replace("print(", "print(1, ")
    )
    new = latest(api)
    assert new["id"] != old
    steps = new["openapi_schema"]["components"]["schemas"]["TrainingInput"]["properties"]["steps"]
    assert steps["maximum"] == 50
    versions = api.get(f"/models/{MINE}/versions").json()["results"]
    assert [one["id"] for one in versions] == [new["id"], old]
    answer = start(api, old)
    assert answer.status_code == 422
    assert answer.json()["title"] == "Version no longer exists"
    assert f"Train with the latest version, {new['id']}." in answer.json()["detail"]
    assert start(api, new["id"]).status_code == 201
    (folder / "train.py").write_text(TRAIN)
    assert latest(api)["id"] == old, "the old files are the old version"
    assert start(api, old).status_code == 201


@pytest.mark.engine
def test_code_that_changes_while_a_training_waits(api: httpx.Client, folder: Path) -> None:
    version = latest(api)["id"]
    slow = "import time\n" + TRAIN.replace("    print(", "    time.sleep(60)\n    print(")
    (folder / "train.py").write_text(slow)
    busy = [start(api, latest(api)["id"]).json() for _ in range(2)]
    waiting = start(api, latest(api)["id"]).json()
    (folder / "train.py").write_text(TRAIN)
    assert latest(api)["id"] == version
    for one in busy:
        api.post(f"/trainings/{one['id']}/cancel").raise_for_status()
    ended = until_ended(api, waiting)
    assert ended["status"] == "failed"
    assert f"The files of {MINE} changed before the training began" in ended["error"]


def test_a_trainer_that_cannot_be_loaded_says_why(api: httpx.Client, here: Served) -> None:
    assert api.get(f"/models/{BROKEN}").json()["latest_version"] is None
    answer = start(api, "0" * 64, BROKEN)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    body = answer.json()
    assert body["title"] == "Trainer cannot be loaded"
    assert body["detail"].startswith(f"The trainer {BROKEN} cannot be loaded. SyntaxError: ")
    assert 'File "train.py", line 1\n    import nothing_<b>' in body["detail"]
    said = f"Trainer  {BROKEN} cannot be loaded. SyntaxError: invalid syntax"
    end = time.monotonic() + 20
    while said not in here.log():
        assert time.monotonic() < end, here.log()
        time.sleep(0.05)


def test_a_trainer_that_breaks_and_is_repaired(api: httpx.Client, folder: Path) -> None:
    version = latest(api)["id"]
    moved = folder.rename(folder.with_name("moved"))
    assert "Its folder cannot be read" in start(api, version).json()["detail"]
    moved.rename(folder)
    assert "detail" not in start(api, version).json()
    (folder / "cog.yaml").rename(folder / "away")
    answer = start(api, version)
    assert answer.json()["title"] == "Trainer cannot be loaded"
    assert "cog.yaml cannot be read" in answer.json()["detail"]
    assert latest(api)["id"] == version, "what was published stays listed"
    (folder / "away").rename(folder / "cog.yaml")
    assert "detail" not in start(api, version).json()
