"""Examples whose jobs need each other, step by step against the local Replicate.

The steps of other actions (cache, artifacts) are left out: files lie where they would put them.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from support.entrypoint import Step, start
from support.served import ROOT, Served

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(not shutil.which("jq"), reason="the examples use jq, as runners have it"),
]


def steps_of(example: str, job: str) -> dict[str, Any]:
    """Return a job's steps by their names."""
    workflow = YAML(typ="safe", pure=True).load(ROOT / "examples" / example)
    return {step["name"]: step for step in workflow["jobs"][job]["steps"] if "name" in step}


def action(
    served: Served, folder: Path, step: Any, values: Mapping[str, str], **changed: str
) -> Step:
    """Run a step of the action to its end, with values for its expressions."""
    given = {name: filled(text, values) for name, text in step["with"].items()} | changed
    given |= {"api-token": served.token, "api-url": served.url}
    done = start(served, folder, **{name.replace("-", "_"): text for name, text in given.items()})
    done.end(60)
    return done


def shell(folder: Path, step: Any, values: Mapping[str, str]) -> tuple[int, dict[str, str]]:
    """Run a shell step as a runner does; return its exit status and its outputs."""
    files = {name: folder / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for path in files.values():
        path.write_text("")
    env = {name: filled(text, values) for name, text in step.get("env", {}).items()}
    env |= {"PATH": "/usr/local/bin:/usr/bin:/bin"} | {k: str(path) for k, path in files.items()}
    done = subprocess.run(["bash", "-e", "-c", step["run"]], check=False, cwd=folder, env=env)
    lines = files["GITHUB_OUTPUT"].read_text().splitlines()
    return done.returncode, dict(line.split("=", 1) for line in lines)


def filled(text: object, values: Mapping[str, str]) -> str:
    return re.sub(r"\$\{\{ (.+?) \}\}", lambda found: values.get(found[1], ""), str(text))


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    shutil.copytree(ROOT / "examples", folder / "examples")
    return folder


def deploy(served: Served, name: str, version: str) -> None:
    scaling = {"hardware": "cpu", "min_instances": 0, "max_instances": 1}
    body = {
        "name": name,
        "model": version.split(":", maxsplit=1)[0],
        "version": version.split(":")[1],
    }
    with served.client() as api:
        assert api.post("/deployments", json=body | scaling).status_code == 200


def deployed(served: Served, name: str) -> str:
    with served.client() as api:
        return str(api.get(f"/deployments/you/{name}").json()["current_release"]["version"])


def test_the_sweep_deploys_the_version_with_the_highest_score(
    served: Served, workspace: Path
) -> None:
    train, promote = steps_of("sweep.yml", "train"), steps_of("sweep.yml", "promote")
    score: dict[str, int] = {}
    for rate in ("0.001", "0.016"):
        values = {"matrix.learning-rate": rate}
        done = action(
            served, workspace, train["Fine-tune on Replicate"], values, model_name="sweep"
        )
        target = workspace / "manifests" / f"manifest-{rate}"  # where the artifact is downloaded
        target.mkdir(parents=True)
        written = {"steps.train.outputs.manifest": done.outputs["manifest"]}
        shell(target, train["Write the manifest to a file"], written)
        made = json.loads((target / "manifest.json").read_text())["evaluation"]
        score[done.outputs["version-id"]] = sum(one["held"] for one in made)
    best, worst = sorted(score, key=lambda version: score[version], reverse=True)
    assert score[best] > score[worst]
    deploy(served, "sweep-live", f"you/sweep:{worst}")
    status, outputs = shell(workspace, promote["Choose the best"], {})
    assert status == 0
    values = {"steps.best.outputs.training-id": outputs["training-id"]}
    names = {"model_name": "sweep", "deployment": "you/sweep-live"}
    done = action(served, workspace, promote["Move the deployment"], values, **names)
    assert done.outputs["version-id"] == deployed(served, "sweep-live") == best
    summary = (workspace / "GITHUB_STEP_SUMMARY").read_text()
    assert summary.index("| 0.016 |") < summary.index("| 0.001 |")


def test_a_sweep_without_a_good_version_deploys_none(workspace: Path) -> None:
    (workspace / "manifests/manifest-0").mkdir(parents=True)
    bad = {"evaluation": [{"held": False}], "inputs": {}, "training": {"id": "t"}}
    (workspace / "manifests/manifest-0/manifest.json").write_text(json.dumps(bad))
    status, outputs = shell(workspace, steps_of("sweep.yml", "promote")["Choose the best"], {})
    assert status != 0
    assert outputs == {}


def test_the_schedule_trains_only_on_other_data(served: Served, workspace: Path) -> None:
    steps = steps_of("scheduled.yml", "fine-tune")

    def changed() -> str:
        planned = action(served, workspace, steps["Read the dataset's SHA-256"], {})
        values = {"steps.plan.outputs.dataset-sha256": planned.outputs["dataset-sha256"]}
        return shell(workspace, steps["Compare the dataset with the last one"], values)[1][
            "changed"
        ]

    assert changed() == "true"
    train = steps["Fine-tune on Replicate"]
    done = action(served, workspace, train, {}, model_name="nightly")
    manifest = {"steps.train.outputs.manifest": done.outputs["manifest"]}
    shell(workspace, steps["Write the manifest to a file"], manifest)
    assert changed() == "false"
    with (workspace / "examples/data/harbour.jsonl").open("a") as data:
        data.write('{"text": "A new ship came in."}\n')
    assert changed() == "true"
