"""The jobs of the end-to-end workflow that act cannot run: it has no containers to kill.

The shell steps are the workflow's own; the emulated runner stands for `uses: ./`.
"""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from support.engine import ROOT, build, docker, require_engine
from support.runner import Runner

pytestmark = [pytest.mark.container, pytest.mark.engine]
POST = "/opt/replicate-train/bin/post"
SANDBOX = "replicate-sandbox"  # the image that the workflow builds


class Job:
    """A job of the workflow: its steps run one by one."""

    def __init__(self, name: str, folder: Path) -> None:
        workflow = YAML(typ="safe", pure=True).load(ROOT / ".github/workflows/e2e.yml")
        self.steps: dict[str, Any] = {
            step["name"]: step for step in workflow["jobs"][name]["steps"] if "name" in step
        }
        self.env = {**os.environ, "RUNNER_TEMP": str(folder), "DOCKER_BUILDKIT": "0"}
        self.runner = Runner(folder / "work")
        shutil.copytree(ROOT / "examples", self.runner.workspace / "examples")

    @property
    def inputs(self) -> dict[str, str]:
        (step,) = [step for step in self.steps.values() if step.get("uses") == "./"]
        return {name: str(value) for name, value in step["with"].items()}

    def shell(self, name: str, **env: str) -> None:
        command = ["bash", "-eo", "pipefail", "-c", self.steps[name]["run"]]
        done = subprocess.run(
            command, cwd=ROOT, env=self.env | env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def at_the_end(self) -> int:
        (step,) = [step for step in self.steps.values() if "at-the-end" in step.get("uses", "")]
        post = ROOT / step["uses"] / "post.js"
        env = self.env | {"INPUT_RUN": step["with"]["run"]}
        done = subprocess.run(["node", str(post)], env=env, capture_output=True, check=False)
        return done.returncode


@pytest.fixture(autouse=True)
def _ready() -> Iterator[None]:
    require_engine()
    for host, port in (("172.17.0.1", 0), ("0.0.0.0", 8123)):
        try:
            socket.create_server((host, port)).close()
        except OSError as error:
            pytest.skip(f"not as on GitHub's runners: {host}:{port} is not free ({error})")
    yield
    for container in docker("ps", "--quiet", "--filter", f"ancestor={SANDBOX}").split():
        docker("rm", "--force", container)


START = "Start a local Replicate, whose next training takes ten minutes"


@pytest.mark.skipif(not shutil.which("node"), reason="the action at-the-end needs Node.js")
def test_a_killed_step(tmp_path: Path) -> None:
    job, image = Job("killed", tmp_path), build()
    job.shell(START)
    job.shell("Kill the next step's container when its training runs")
    with job.runner.container(image, job.inputs) as step:
        killed = step.done(60)
    assert killed.status == 137, killed.log
    job.shell("The training still runs", OUTCOME="failure")
    assert job.at_the_end() != 0
    state = [
        part for name, value in killed.state.items() for part in ("-e", f"STATE_{name}={value}")
    ]
    with job.runner.container(image, job.inputs, ["--entrypoint", POST, *state]) as post:
        assert post.done(30).status == 0
    assert job.at_the_end() == 0


def test_a_cancelled_step(tmp_path: Path) -> None:
    job, image = Job("cancelled", tmp_path), build()
    job.shell(START)
    with job.runner.container(image, job.inputs) as step:
        step.wait_for("processing")
        assert step.cancel()
        done = step.done()
    given = {"STATUS": done.outputs["status"], "TRAINING": done.outputs["training-id"]}
    job.shell("The training was cancelled, too", OUTCOME="failure", **given)
