"""The code that the train page shows, run as it stands."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from support import entrypoint
from support.browser import package_file
from support.served import TOKEN, Served
from support.visitor import Visitor

pytestmark = pytest.mark.engine
PAGE = "/sandbox/sleeper/train"
TEXTS = {"input.seconds": "59.5", "input.kill": "true", "file-name.data": "it's data.txt"}
ENVIRONMENT = {**os.environ, "REPLICATE_API_TOKEN": TOKEN}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "it's data.txt").write_text("abc")
    return tmp_path


def code(here: Served, visit: Visitor, title: str, name: str) -> str:
    """Create the destination, and return the code for a form that trains into it."""
    with here.client() as api:
        body = {"owner": "you", "name": name, "visibility": "private", "hardware": "cpu"}
        api.post("/models", json=body).raise_for_status()
    texts = {**TEXTS, "train-into": f"you/{name}"}
    return str(visit.send(f"{PAGE}/code", texts, form=PAGE).json()[title])


def run(folder: Path, *command: str) -> str:
    """Run a command and return what it printed."""
    ended = subprocess.run(
        command, cwd=folder, env=ENVIRONMENT, check=False, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def check(here: Served, training_id: str, name: str) -> None:
    """Check what was started, and cancel it."""
    with here.client() as api:
        started = api.post(f"/trainings/{training_id}/cancel").json()
        given = started["input"]
        file = api.get(given.pop("data")).json()
    assert given == {"seconds": 59.5, "kill": True}
    assert (file["name"], file["size"]) == ("it's data.txt", 3)
    with here.client() as api:
        [version] = [started["version"]]
        assert api.get(f"/models/sandbox/sleeper/versions/{version}").is_success
        assert api.get(f"/models/you/{name}").is_success


def test_curl(here: Served, visit: Visitor, folder: Path) -> None:
    if not (shutil.which("curl") and shutil.which("jq")):
        pytest.skip("no curl or no jq in PATH")
    printed = run(folder, "sh", "-c", code(here, visit, "cURL", "by-curl"))
    check(here, json.loads(printed)["id"], "by-curl")


def test_python(here: Served, visit: Visitor, folder: Path) -> None:
    program = code(here, visit, "Python", "by-python")
    check(here, run(folder, sys.executable, "-W", "ignore", "-c", program).strip(), "by-python")


def test_javascript(here: Served, visit: Visitor, folder: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node in PATH")
    packages = package_file("replicate/package.json").parent.parent
    (folder / "node_modules").symlink_to(packages)
    (folder / "train.mjs").write_text(code(here, visit, "JavaScript", "by-javascript"))
    check(here, run(folder, node, "train.mjs").strip(), "by-javascript")


def test_the_workflow_step(here: Served, visit: Visitor, folder: Path) -> None:
    text = code(here, visit, "Workflow step", "by-step")
    [step] = YAML(typ="safe", pure=True).load(text)
    given = {name.replace("-", "_"): value for name, value in step["with"].items()}
    assert given.pop("api_token") == "${{ secrets.REPLICATE_API_TOKEN }}"
    started = entrypoint.start(here, folder, **given, mode="start")
    assert started.end() == 0, started.log
    training = started.outputs["training-id"]
    assert started.outputs["training-url"] == f"{str(visit.http.base_url).rstrip('/')}/p/{training}"
    visit.open(f"/p/{training}")
    visit.open(started.outputs["model-url"].removeprefix(str(visit.http.base_url).rstrip("/")))
    check(here, training, "by-step")
