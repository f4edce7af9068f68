"""One interface, stated in action.yml, the input model and the README."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from replicate_train.inputs.model import Inputs, Mode
from replicate_train.inputs.read import read_inputs
from replicate_train.scaffold.writer import ACTION as ACTION_IN_WORKFLOWS

ROOT = Path(__file__).resolve().parent.parent.parent
ACTION: dict[str, Any] = YAML(typ="safe", pure=True).load((ROOT / "action.yml").read_text("utf-8"))
ROW = re.compile(r"^\| (`[^|]+`) \|(.*)\|$", re.MULTILINE)


def rows(text: str) -> dict[str, str]:
    """Return the first column's names of a Markdown text's tables, with their second column."""
    return {
        name: rest.split("|")[0].strip()
        for names, rest in ROW.findall(text)
        for name in re.findall(r"`([^`]+)`", names)
    }


def section_of_the_readme(title: str) -> str:
    readme = (ROOT / "README.md").read_text("utf-8")
    return readme.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_the_model_has_exactly_the_declared_inputs() -> None:
    fields = {name.replace("_", "-") for name in Inputs.model_fields}
    assert fields == set(ACTION["inputs"])


def test_the_declared_defaults_are_the_models() -> None:
    declared = {name: entry.get("default", "") for name, entry in ACTION["inputs"].items()}
    given = {f"INPUT_{name.upper()}": value for name, value in declared.items()}
    needed = {"INPUT_API-TOKEN": "t", "INPUT_MODEL-NAME": "m", "INPUT_TRAINER": "a/b"}
    with_defaults = read_inputs({**given, **needed, "INPUT_GITHUB-TOKEN": ""})
    assert with_defaults == read_inputs(needed)


@pytest.mark.parametrize("kind", ["inputs", "outputs"])
def test_the_readme_lists_what_is_declared(kind: str) -> None:
    section = section_of_the_readme(kind.capitalize())
    assert set(rows(section)) == set(ACTION[kind])
    for name, default in rows(section).items() if kind == "inputs" else ():
        declared = ACTION["inputs"][name].get("default", "")
        assert default == f"`{declared}`" if declared else not default.startswith("`"), name


def test_the_readme_begins_with_a_short_workflow_that_uses_the_output() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    workflow = readme.split("```yaml\n", 1)[1].split("```", 1)[0]
    assert readme.index(workflow) < 300
    assert len(workflow.splitlines()) <= 16
    assert "steps.train.outputs.version" in workflow


def test_the_inputs_that_matter_most_are_declared() -> None:
    named = rows(section_of_the_readme("The inputs that matter most"))
    assert len(named) == 8
    assert set(named) <= set(ACTION["inputs"])


def test_every_title_in_the_troubleshooting_is_one_of_the_action() -> None:
    titles = re.findall(
        r"^\| \*\*(.+?)\*\*", section_of_the_readme("Troubleshooting"), re.MULTILINE
    )
    source = "".join(path.read_text("utf-8") for path in ROOT.glob("src/replicate_train/**/*.py"))
    assert len(titles) > 20
    built = {"Training failed"}  # `Training {status}`
    assert [title for title in titles if f'"{title}"' not in source and title not in built] == []


def test_every_promise_of_the_readme_has_its_test() -> None:
    section = section_of_the_readme("What happens when")
    promises = [row for row in section.splitlines() if row.startswith("| ")][2:]
    assert len(promises) >= 7
    for row in promises:
        ((path, named),) = re.findall(r'\[test\]\((\S+) "(test_\w+)"\)', row)
        assert f"def {named}(" in (ROOT / path).read_text("utf-8"), row


def test_the_modes_are_those_of_the_description() -> None:
    described = ACTION["inputs"]["mode"]["description"]
    assert set(re.findall(r"(\w+): ", described)) == set(Mode)
    assert set(rows(section_of_the_readme("Modes"))) == set(Mode)


def workflows() -> list[Any]:
    """Return every workflow that the README, the examples and this repository have."""
    readme = (ROOT / "README.md").read_text("utf-8")
    texts = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    texts += [path.read_text("utf-8") for path in ROOT.glob("examples/*.yml")]
    texts.append((ROOT / ".github/workflows/e2e.yml").read_text("utf-8"))
    return [YAML(typ="safe", pure=True).load(text) for text in texts]


@pytest.mark.parametrize("workflow", workflows())
def test_the_workflows_use_declared_inputs_and_outputs(workflow: Any) -> None:
    (job,) = workflow["jobs"].values()
    ours = {ACTION_IN_WORKFLOWS, "./"}
    steps = [step for step in job["steps"] if step.get("uses") in ours]
    assert steps
    for step in steps:
        assert set(step["with"]) <= set(ACTION["inputs"])
    used = re.findall(r"steps\.train\.outputs\.([\w-]+)", json.dumps(workflow))
    assert set(used) <= set(ACTION["outputs"])
