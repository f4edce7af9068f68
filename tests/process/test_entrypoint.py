"""The entrypoint as a process against the local Replicate: real trainings, real signals."""

import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks import signals
from support.entrypoint import start
from support.runner_view import obeyed, shown
from support.served import LM, OTHER_TOKEN, ROOT, Served, sandbox

pytestmark = pytest.mark.engine


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    shutil.copy(ROOT / "examples/data/harbour.jsonl", folder)
    return folder


def test_two_steps_make_two_versions_of_one_destination(served: Served, workspace: Path) -> None:
    inputs = {"model_name": "twice", "trainer": LM, "dataset": "harbour.jsonl"}
    first = start(served, workspace, training_input="steps: 60", **inputs)
    assert first.end() == 0, first.log
    second = start(served, workspace, training_input="steps: 61", **inputs)
    assert second.end() == 0, second.log
    assert first.outputs["model-created"] == "true"
    assert second.outputs["model-created"] == "false"
    assert second.outputs["previous-version-id"] == first.outputs["version-id"]
    with served.client() as api:
        versions = api.get("/models/you/twice/versions").json()["results"]
        body = {"version": second.outputs["version"], "input": {"prompt": "At ", "length": 5}}
        prediction = api.post("/predictions", json=body, headers={"Prefer": "wait"}).json()
    assert [version["id"] for version in versions] == [
        second.outputs["version-id"],
        first.outputs["version-id"],
    ]
    assert prediction["status"] == "succeeded"
    assert len(prediction["output"]) == 8
    assert first.state["training-id"] == first.outputs["training-id"]
    assert first.outputs["version-id"] in first.summary
    assert any("loss" in line for line in shown(first.log))


def test_a_directory_of_pictures_trains_the_classifier(served: Served, workspace: Path) -> None:
    for label, grey in (("dark", 40), ("light", 200)):
        (workspace / "pictures" / label).mkdir(parents=True)
        for i in range(10):
            pixels = bytes([grey + i]) * 64
            (workspace / f"pictures/{label}/{i}.pgm").write_bytes(b"P5\n8 8\n255\n" + pixels)
    step = start(
        served,
        workspace,
        model_name="pictures",
        trainer="sandbox/tiny-classifier-trainer",
        dataset="pictures",
        training_input="steps: 50",
    )
    assert step.end() == 0, step.log
    with served.client() as api:
        picture = api.post("/files", files={"content": ("x.pgm", b"P5\n2 2\n255\n" + b"\xfa" * 4)})
        body = {
            "version": step.outputs["version"],
            "input": {"image": picture.json()["urls"]["get"]},
        }
        prediction = api.post("/predictions", json=body, headers={"Prefer": "wait"}).json()
    assert prediction["output"]["label"] == "light", prediction


def test_start_returns_at_once_and_wait_takes_it_up(served: Served, workspace: Path) -> None:
    inputs = {"model_name": "later", "trainer": LM, "dataset": "harbour.jsonl"}
    launched = start(served, workspace, mode="start", training_input="steps: 1500", **inputs)
    assert launched.end() == 0, launched.log
    assert launched.outputs["status"] == "starting"
    assert "version-id" not in launched.outputs
    waited = start(served, workspace, mode="wait", training_id=launched.outputs["training-id"])
    assert waited.end() == 0, waited.log
    assert waited.outputs["version"].startswith("you/later:")
    assert waited.outputs["status"] == "succeeded"


def test_a_trainer_that_refuses_the_data_is_a_failure_with_its_words(
    served: Served, workspace: Path
) -> None:
    (workspace / "broken.data").write_text(
        '{"text": "fine"}\n{oops}\n'
    )  # the step looks into .jsonl
    step = start(served, workspace, model_name="broken", trainer=LM, dataset="broken.data")
    assert step.end() == 1
    (error,) = [command for command in obeyed(step.log) if command.name == "error"]
    assert "line 2: invalid JSON" in error.text
    assert step.outputs["status"] == "failed"


def test_an_owner_that_the_token_may_not_create_for(served: Served, workspace: Path) -> None:
    step = start(
        served,
        workspace,
        api_token=OTHER_TOKEN,
        owner="you",
        model_name="not-mine",
        mode="create",
    )
    assert step.end() == 1
    assert "creates models only for the token's own account" in step.log
    assert OTHER_TOKEN not in step.log.replace(f"::add-mask::{OTHER_TOKEN}", "")


def test_the_script_that_runs_a_step(served: Served, workspace: Path) -> None:
    (workspace / "a.txt").write_text("At low water the ferry waits.\n" * 40)
    given = {"api-url": served.url, "api-token": served.token, "mode": "plan", "model-name": "m",
             "hardware": "cpu", "trainer": LM, "dataset": "a.txt",
             "training-input": "steps: 3\nseed: 2"}  # fmt: skip
    command = [ROOT / "scripts/step", *(f"{name}={value}" for name, value in given.items())]
    done = subprocess.run(command, cwd=workspace, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    log, outputs, summary = re.split(r"== .*\n", done.stdout)
    assert "Nothing was changed" in log
    assert "model = you/m\n" in outputs
    assert "no problems found" in summary
    command.append("dataset=nowhere")
    assert subprocess.run(command, cwd=workspace, capture_output=True, check=False).returncode == 1


def test_certificates_that_the_container_does_not_see(served: Served, workspace: Path) -> None:
    env = {"SSL_CERT_FILE": "/etc/of-the-runner/ca.pem"}
    url = "https://127.0.0.1:9/v1"
    step = start(served, workspace, env, model_name="m", mode="create", api_url=url)
    assert step.end() == 1
    (error,) = [command for command in obeyed(step.log) if command.name == "error"]
    assert "the certificates cannot be read: " in error.text
    assert "SSL_CERT_FILE or SSL_CERT_DIR: " in error.text
    assert "/github/workspace/" in error.text
    assert "Traceback" not in step.log


def test_a_proxy_that_cannot_be_used_is_the_jobs_to_fix(served: Served, workspace: Path) -> None:
    env = {"ALL_PROXY": "socks5://u:secret@127.0.0.1:9", "NO_PROXY": "fd00::/8,::1"}
    step = start(served, workspace, env, model_name="m", mode="create")
    assert step.end() == 1
    (error,) = [command for command in obeyed(step.log) if command.name == "error"]
    assert "ALL_PROXY: socks5:// proxies are not supported" in error.text
    assert "defect" not in step.log
    assert "secret" not in step.log.replace("::add-mask::secret\n", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_cancels_the_training(served: Served, workspace: Path, number: int) -> None:
    step = start(
        served,
        workspace,
        model_name="stopped",
        trainer=LM,
        dataset="harbour.jsonl",
        training_input="steps: 20000",
    )
    step.until(lambda: "Alphabet" in step.log)
    sent = time.monotonic()
    step.process.send_signal(number)
    assert step.end(5) == 1
    assert time.monotonic() - sent < 2
    assert signal.Signals(number).name in step.log
    assert step.outputs["status"] == "canceled"
    with served.client() as api:
        assert api.get(f"/trainings/{step.outputs['training-id']}").json()["status"] == "canceled"


def test_a_signal_at_any_moment_leaves_nothing_running(
    capsys: pytest.CaptureFixture[str],
) -> None:
    stopped = signals.stop_many(12)
    with capsys.disabled():
        sys.stdout.write(f"\n[{signals.tell(stopped)}] ")
    cancels = [one.to_cancel for one in stopped if one.to_cancel is not None]
    assert cancels
    assert max(cancels) < 1.0


def test_an_account_with_little_credit_is_served_only_slower(workspace: Path) -> None:
    with sandbox("--rate=120:1") as slow:
        inputs = {"model_name": "slow", "trainer": LM, "dataset": "harbour.jsonl"}
        step = start(slow, workspace, training_input="steps: 5", **inputs)
        assert step.end(60) == 0, step.log
        counted = slow.end()
    assert "0 of them answered with 429" in counted, counted
