"""Whole workflows through a real workflow runner (nektos/act), against the local Replicate."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from replicate_train.scaffold.__main__ import main as scaffold
from replicate_train.scaffold.writer import ACTION, CHECKOUT
from support.engine import BASE, TAGS, build, require_engine
from support.entrypoint import start
from support.served import LM, ROOT, Served

pytestmark = [pytest.mark.container, pytest.mark.engine]
ACT = Path(sys.executable).parent / "act"
OURS = {
    "uses: OWNER/REPO@v1": "uses: ./",
    "          repository: OWNER/REPO\n          ref: v1\n": "",  # act copies the checkout
    # A job that needs no files of the repository; here the action is one of them.
    "steps:\n      - name: Wait": f"steps:\n      - uses: {CHECKOUT}\n      - name: Wait",
    # The image of this commit. act reaches services from jobs in containers only.
    "image: ghcr.io/OWNER/REPO/sandbox:1": f"image: {TAGS['sandbox']}",
    "    services:\n": f"    container: {BASE}\n    services:\n",
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clone of the project as it stands, with an origin, as act wants it."""
    require_engine()
    folder = tmp_path_factory.mktemp("act") / "project"
    listed = git("ls-files", "-co", "--exclude-standard", "-z", cwd=ROOT).split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
            target.chmod((ROOT / name).stat().st_mode)
    git("init", "--quiet", "--initial-branch=main", cwd=folder)
    git("remote", "add", "origin", "https://github.com/acme/project", cwd=folder)
    git("add", "-A", cwd=folder)
    author = ("-c", "user.name=Tests", "-c", "user.email=tests@example.com")
    git(*author, "commit", "--quiet", "-m", "Project", cwd=folder)
    return folder


def git(*arguments: str, cwd: Path) -> str:
    done = subprocess.run(["git", *arguments], check=True, capture_output=True, text=True, cwd=cwd)
    return done.stdout


def act(checkout: Path, event: str, workflow: str, *arguments: str) -> str:
    """Run a workflow and return its log; it has to succeed."""
    command = [str(ACT), event, f"--workflows={workflow}", f"--platform=ubuntu-latest={BASE}"]
    command += ["--pull=false", "--action-offline-mode", "--rm", *arguments]
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd=checkout,
        env={**os.environ, "DOCKER_BUILDKIT": "0"},
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def example(checkout: Path, name: str) -> str:
    """Put an example among the workflows, with this checkout for the action's repository."""
    text = (ROOT / "examples" / name).read_text("utf-8")
    assert f"uses: {ACTION}" in text
    for theirs, ours in OURS.items():
        text = text.replace(theirs, ours)
    if "services:" in text:
        build("sandbox")
    assert "OWNER/REPO" not in re.sub("#.*", "", text)
    target = checkout / "examples" / f"act-{name}"
    target.write_text(text)
    return str(target.relative_to(checkout))


def on(served: Served, *arguments: str) -> list[str]:
    return [
        f"--var=REPLICATE_API_URL={served.url}",
        f"--secret=REPLICATE_API_TOKEN={served.token}",
        *arguments,
    ]


def newest(served: Served, model: str) -> str:
    with served.client() as api:
        return str(api.get(f"/models/you/{model}").json()["latest_version"]["id"])


def test_the_end_to_end_workflow(checkout: Path, served: Served) -> None:
    variables = [f"--var=SANDBOX_URL={served.url}", f"--var=SANDBOX_TOKEN={served.token}"]
    job = ["--job=fine-tune", "--matrix=runner:ubuntu-latest"]
    log = act(checkout, "push", ".github/workflows/e2e.yml", *job, *variables)
    version = newest(served, "end-to-end")
    assert f"The new version is you/end-to-end:{version} (succeeded)" in log
    with served.client() as api:
        description = api.get("/models/you/end-to-end").json()["description"]
    assert description == "A model that this workflow made,\ndescribed in two lines."


def test_the_release_example(checkout: Path, served: Served, tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"action": "published", "release": {"tag_name": "v1.2.3"}}))
    workflow = example(checkout, "release.yml")
    log = act(checkout, "release", workflow, *on(served, f"--eventpath={event}"))
    assert f"Release v1.2.3 is you/harbour-log:{newest(served, 'harbour-log')}" in log


def test_the_form_example(checkout: Path, served: Served) -> None:
    fields = {
        "model-name": "by-hand",
        "trainer": "sandbox/tiny-lm-trainer",
        "dataset": "examples/data/harbour.jsonl",
        "training-input": "{steps: 60, seed: 5}",
        "visibility": "public",
        "hardware": "cpu",
    }
    given = [f"--input={name}={value}" for name, value in fields.items()]
    workflow = example(checkout, "run-workflow.yml")
    log = act(checkout, "workflow_dispatch", workflow, *on(served, *given))
    assert f"The new version is you/by-hand:{newest(served, 'by-hand')}" in log
    with served.client() as api:
        assert api.get("/models/you/by-hand").json()["visibility"] == "public"


def test_the_promotion_example(checkout: Path, served: Served) -> None:
    inputs = {"model_name": "harbour-log", "trainer": LM, "dataset": "examples/data/harbour.jsonl"}
    first = start(served, checkout, training_input="steps: 60", hardware="cpu", **inputs)
    assert first.end(60) == 0, first.log
    before = first.outputs["version-id"]
    scaling = {"hardware": "cpu", "min_instances": 0, "max_instances": 1}
    body = {"name": "harbour-live", "model": "you/harbour-log", "version": before, **scaling}
    with served.client() as api:
        assert api.post("/deployments", json=body).status_code == 200
    log = act(checkout, "push", example(checkout, "promote.yml"), *on(served))
    version = newest(served, "harbour-log")
    assert f"you/harbour-live runs you/harbour-log:{version}" in log
    assert f"It ran {before} before" in log
    with served.client() as api:
        release = api.get("/deployments/you/harbour-live").json()["current_release"]
        card = api.get("/models/you/harbour-log/readme").text
    assert release["version"] == version != before
    begin, _, _ = (ROOT / "examples/model-card.md").read_text("utf-8").partition("`{{version_id}}`")
    assert card.startswith(f"{begin}`{version.rpartition(':')[2]}`, made from commit `")
    assert "{{" not in card


def test_the_example_that_starts_and_collects(checkout: Path, served: Served) -> None:
    workflow = example(checkout, "start-and-collect.yml")
    started = act(checkout, "workflow_dispatch", workflow, *on(served))
    (training_id,) = set(re.findall(r"start-and-collect[.]yml -f training-id=(\w+)", started))
    given = f"--input=training-id={training_id}"
    collected = act(checkout, "workflow_dispatch", workflow, *on(served, given))
    assert f"The new version is you/harbour-log:{newest(served, 'harbour-log')}" in collected
    with served.client() as api:
        training = api.get(f"/trainings/{training_id}").json()
    assert training["output"]["version"].endswith(newest(served, "harbour-log"))


def opened(tmp_path: Path) -> str:
    """Write the event of a pull request from this repository; return the option that gives it."""
    head = {"ref": "topic", "repo": {"full_name": "acme/project"}}
    request = {"number": 7, "head": head, "base": {"ref": "main"}}
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"action": "opened", "number": 7, "pull_request": request}))
    return f"--eventpath={event}"


def test_the_pull_request_example(checkout: Path, served: Served, tmp_path: Path) -> None:
    workflow = example(checkout, "pull-request.yml")
    plan = on(served, opened(tmp_path), "--job=plan")
    log = act(checkout, "pull_request", workflow, *plan)
    assert re.search(r"/Plan *\].*Destination +you/harbour-log", log)
    rehearsed = act(checkout, "pull_request", workflow, opened(tmp_path), "--job=rehearse")
    assert re.search("The rehearsal made you/rehearsal:[0-9a-f]{64}", rehearsed)


def test_the_service_container_example(checkout: Path, served: Served, tmp_path: Path) -> None:
    workflow = example(checkout, "service-container.yml")
    tried = act(checkout, "pull_request", workflow, opened(tmp_path))
    assert re.search("The pull request makes you/harbour-log:[0-9a-f]{64}", tried)
    assert "Release" not in tried
    event = tmp_path / "release.json"
    event.write_text(json.dumps({"action": "published", "release": {"tag_name": "v1.2.3"}}))
    log = act(checkout, "release", workflow, *on(served, f"--eventpath={event}"))
    assert f"Release v1.2.3 is you/harbour-log:{newest(served, 'harbour-log')}" in log
    assert "The pull request makes" not in log


def test_a_scaffolded_workflow(
    checkout: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPLICATE_API_TOKEN", served.token)
    target = checkout / "scaffolded.yml"
    arguments = ["scaffold", LM, f"--api-url={served.url}", f"--output={target}"]
    assert scaffold(arguments) == 0
    target.write_text(target.read_text("utf-8").replace(f"uses: {ACTION}", "uses: ./"), "utf-8")
    fields = {"model-name": "by-form", "dataset": "examples/data/harbour.jsonl", "steps": "60"}
    given = [f"--input={name}={value}" for name, value in fields.items()]
    log = act(checkout, "workflow_dispatch", target.name, *on(served, *given))
    assert f"The new version is you/by-form:{newest(served, 'by-form')}" in log
