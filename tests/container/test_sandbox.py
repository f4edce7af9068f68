"""The local Replicate in its image, as a service container starts it: with variables only."""

import json
import time
from collections.abc import Iterator

import httpx
import pytest

from support import engine, layers
from support.engine import BASE, docker
from support.served import LM, ROOT

pytestmark = [pytest.mark.container, pytest.mark.engine]
TOKEN = "r8_token_of_the_tests"


@pytest.fixture(scope="module")
def container() -> Iterator[str]:
    """Return a healthy container; its port 8123 is published."""
    engine.require_engine()
    image = engine.build("sandbox")
    variables = ["-e", f"REPLICATE_SANDBOX_ACCOUNT=you:{TOKEN}", "-e", "REPLICATE_SANDBOX_RATE=600"]
    name = docker("run", "--detach", "--publish", "127.0.0.1::8123", *variables, image)
    try:
        end = time.monotonic() + 60
        while state(name, "Health.Status") != "healthy":
            assert time.monotonic() < end, docker("logs", name)
            time.sleep(0.2)
        yield name
    finally:
        docker("rm", "--force", name)


@pytest.fixture(scope="module")
def api(container: str) -> Iterator[httpx.Client]:
    address = docker("port", container, "8123/tcp").splitlines()[0]
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=f"http://{address}/v1", headers=headers, timeout=60) as client:
        yield client


def state(container: str, field: str) -> str:
    return docker("inspect", "--format", f"{{{{.State.{field}}}}}", container)


def ended(api: httpx.Client, path: str) -> dict[str, object]:
    """Return a run when it has ended."""
    end = time.monotonic() + 90
    while True:
        run: dict[str, object] = api.get(path).json()
        if run["status"] not in {"starting", "processing"}:
            return run
        assert time.monotonic() < end, run
        time.sleep(0.2)


def test_it_trains_and_predicts(api: httpx.Client, container: str) -> None:
    model = {"owner": "you", "name": "harbour", "visibility": "private", "hardware": "cpu"}
    assert api.post("/models", json=model).status_code == 201
    trainer = api.get(f"/models/{LM}").json()["latest_version"]["id"]
    data = (ROOT / "examples/data/harbour.jsonl").read_bytes()
    file = api.post("/files", files={"content": ("harbour.jsonl", data)}).json()
    given = {"train_data": file["urls"]["get"], "steps": 40}
    body = {"destination": "you/harbour", "input": given}
    training = api.post(f"/models/{LM}/versions/{trainer}/trainings", json=body).json()
    trained = ended(api, f"/trainings/{training['id']}")
    assert trained["status"] == "succeeded", trained
    version = api.get("/models/you/harbour").json()["latest_version"]["id"]
    prompt = {"version": version, "input": {"prompt": "At low water ", "length": 20}}
    prediction = api.post("/predictions", json=prompt).json()
    predicted = ended(api, f"/predictions/{prediction['id']}")
    assert predicted["status"] == "succeeded", predicted
    left = docker("top", container, "-eo", "pid,stat,args")
    assert not [line for line in left.splitlines() if line.split()[1].startswith("Z")], left


def test_it_does_not_run_as_root_and_cannot_change_itself(container: str) -> None:
    assert docker("exec", container, "id", "-u") == "1000"
    added = layers.added(engine.build("sandbox"), BASE)
    assert {one.owner for one in added} == {(0, 0)}
    assert {one.modified for one in added} == {0}
    assert not [one.path for one in added if "replicate_train" in one.path]


def test_the_account_is_required(container: str) -> None:
    assert state(container, "Running") == "true"
    said = docker("run", "--rm", engine.build("sandbox"), check=False)
    assert said.splitlines()[-1].endswith("or the variable REPLICATE_SANDBOX_ACCOUNT")


def test_it_ends_at_once_when_it_is_stopped() -> None:
    account = f"REPLICATE_SANDBOX_ACCOUNT=you:{TOKEN}"
    name = docker("run", "--detach", "-e", account, engine.build("sandbox"))
    try:
        end = time.monotonic() + 30
        while "Pages at" not in docker("logs", name):
            assert time.monotonic() < end
            time.sleep(0.1)
        docker("stop", "--time", "20", name)
        assert json.loads(state(name, "ExitCode")) == 0, docker("logs", name)
    finally:
        docker("rm", "--force", name)
