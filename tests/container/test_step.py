"""The step in its real container, as the runner runs it, against the local Replicate."""

import re
import shutil
import signal
import time
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from support.engine import docker
from support.runner import GITHUB_TOKEN, Done, Runner, Step
from support.runner_view import obeyed, shown
from support.served import LM, ROOT, Served

pytestmark = [pytest.mark.container, pytest.mark.engine]

# What a job's env can hold; none of it may reach the step's interpreter.
HOSTILE = {
    "PATH": "/nonsense",
    "PYTHONPATH": "/github/workspace",
    "PYTHONHOME": "/github/workspace",
    "PYTHONSTARTUP": "/github/workspace/json.py",
    "LD_LIBRARY_PATH": "/github/workspace",
    "TMPDIR": "/nonsense",
}
PACKAGES = ("actions_toolkit", "httpx", "pydantic", "replicate_train", "ruamel")
MODULES = ("json", "signal", "sitecustomize", "ssl")
LONG = "steps: 20000"  # some twenty seconds, with a first word after one
FLAGS = ["--network", "host"]  # the local Replicate listens at the host's loopback address
KEPT = [*FLAGS, "--rm=false"]  # its files can be looked at after its end


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """Return a runner whose checkout and environment are set against the step."""
    runner = Runner(tmp_path / "work", HOSTILE)
    for name in [*(f"{package}/__init__" for package in PACKAGES), *MODULES]:
        path = runner.workspace / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text("raise SystemExit('hijacked')\n")
    (runner.workspace / "data").mkdir()
    shutil.copy(ROOT / "examples/data/harbour.jsonl", runner.workspace / "data")
    return runner


def inputs(served: Served, model: str, **more: str) -> dict[str, str]:
    return {
        "api-url": served.url,
        "api-token": served.token,
        "model-name": model,
        "trainer": LM,
        "dataset": "data/harbour.jsonl",
        "training-input": "steps: 100\nseed: 3\n",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }


def files_of(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def assert_secret(done: Done, *tokens: str) -> None:
    """Check that tokens stand nowhere, but in the commands that mask them."""
    log = done.log
    for token in tokens:
        log = log.replace(f"::add-mask::{token}\n", "", 1)
        assert token not in log + done.errors + done.summary
        assert token not in str(done.outputs) + str(done.state)


def assert_nothing_written(step: Step) -> None:
    """Check that a kept container has no files of its own, such as byte code that was missing."""
    mounts = r"(?m)^. /(github|run|var)(/.*)?$"
    assert not re.sub(mounts, "", docker("diff", step.container)).strip()


def settled(done: Done) -> dict[str, str]:
    """Return the state that leaves the post step nothing to do."""
    return {"training-id": done.outputs["training-id"], "training-settled": "ended"}


def status_of(served: Served, done: Done) -> str:
    with served.client() as api:
        return str(api.get(f"/trainings/{done.outputs['training-id']}").json()["status"])


def test_the_main_job(served: Served, image: str, runner: Runner) -> None:
    before = files_of(runner.workspace)
    given = inputs(served, "container")
    with runner.container(image, given, KEPT) as step:
        done = step.done()
        assert_nothing_written(step)
    assert done.status == 0, done.log
    assert done.errors == ""
    assert "hijacked" not in done.log
    version = done.outputs["version-id"]
    assert len(version) == 64
    assert done.outputs["version"] == f"you/container:{version}"
    assert done.outputs["model-created"] == "true"
    assert done.state.items() >= settled(done).items()
    assert version[:12] in done.summary
    assert status_of(served, done) == "succeeded"
    assert_secret(done, served.token, GITHUB_TOKEN)
    assert {command.name for command in obeyed(done.log)} == {"add-mask", "group", "endgroup"}
    assert any("loss" in line for line in shown(done.log)), "the training's log is shown"
    assert files_of(runner.workspace) == before, "files were left in the workspace"
    assert not files_of(runner.folder / "home")
    assert not files_of(runner.folder / "runner_temp")


def test_wrong_inputs_end_with_one(served: Served, image: str, runner: Runner) -> None:
    with runner.container(image, inputs(served, "container", visibility="hidden"), KEPT) as step:
        done = step.done()
        assert_nothing_written(step)
    assert done.status == 1
    assert "visibility: must be `public` or `private`" in done.log
    assert "visibility" in done.summary
    assert_secret(done, served.token, GITHUB_TOKEN)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_through_the_client_cancels(
    served: Served, image: str, runner: Runner, number: signal.Signals
) -> None:
    given = inputs(served, f"container-{number.name.lower()}", training_input=LONG)
    with runner.container(image, given, KEPT) as step:
        step.wait_for("loss")
        struck = time.monotonic()
        step.process.send_signal(number)
        done = step.done(10)
        assert time.monotonic() - struck < 7.5, "the runner would have sent a second signal"
        assert_nothing_written(step)
    assert done.status == 1
    assert f"workflow was cancelled ({number.name})" in done.log
    assert f"Training {done.outputs['training-id']} was cancelled" in done.log
    assert done.outputs["status"] == status_of(served, done) == "canceled"
    assert done.state.items() >= settled(done).items()
    assert "version-id" not in done.outputs


@pytest.mark.parametrize("after", [0, 0.05, 0.1, 0.2])
def test_a_cancel_while_it_starts_ends_it(
    served: Served, image: str, runner: Runner, after: float
) -> None:
    given = inputs(served, f"container-early-{after}", training_input=LONG)
    with runner.container(image, given, FLAGS) as step:
        while docker("ps", "--quiet", "--filter", f"name={step.container}") == "":
            assert step.process.poll() is None, step.log
        time.sleep(after)
        assert step.cancel(), step.log
        done = step.done()
    assert done.status != 0
    if "training-id" in done.outputs:
        assert status_of(served, done) == "canceled"


def test_the_post_step_ends_what_a_killed_container_left_behind(
    served: Served, image: str, runner: Runner
) -> None:
    given = inputs(served, "container-killed", training_input="steps: 100000")
    with runner.container(image, given, FLAGS) as step:
        step.wait_for("Alphabet")
        docker("kill", "--signal=KILL", step.container)
        killed = step.done()
    assert killed.status == 137
    assert status_of(served, killed) == "processing"
    (action,) = [YAML(typ="safe", pure=True).load(ROOT / "action.yml")["runs"]]
    saved = [f"STATE_{name}={value}" for name, value in killed.state.items()]
    options = [*KEPT, "--entrypoint", action["post-entrypoint"]]
    for variable in saved:
        options += ["-e", variable]
    with runner.container(image, given, options) as post:
        done = post.done()
        assert_nothing_written(post)
    assert done.status == 0
    assert "so the training was cancelled" in done.log
    assert status_of(served, killed) == "canceled"
    assert_secret(done, served.token, GITHUB_TOKEN)


def test_the_post_step_has_nothing_to_say_after_a_good_step(
    served: Served, image: str, runner: Runner
) -> None:
    given = inputs(served, "container-good")
    settled_state = ["-e", "STATE_training-id=x", "-e", "STATE_training-settled=ended"]
    options = [*FLAGS, "--entrypoint", "/opt/replicate-train/bin/post", *settled_state]
    with runner.container(image, given, options) as post:
        done = post.done()
    assert (done.status, done.log, done.errors) == (0, "", "")
