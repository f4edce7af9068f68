"""One interface: the input model, action.yml, its types, the README, the scaffold, all workflows.

`scripts/interface` writes the files; here they are compared.
"""

import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ruamel.yaml import YAML

from replicate_sandbox.pages.snippets import Training, workflow_step
from replicate_train.inputs.model import Inputs, Mode
from replicate_train.inputs.read import read_inputs
from replicate_train.scaffold.writer import ACTION as ACTION_IN_WORKFLOWS
from support.scaffolds import files
from support.scripts import script

ROOT = Path(__file__).resolve().parent.parent.parent
ACTION: dict[str, Any] = YAML(typ="safe", pure=True).load((ROOT / "action.yml").read_text("utf-8"))
STATED = ("action.yml", "action-types.yml", "README.md", "src/replicate_train/inputs/model.py")
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


@pytest.fixture(scope="module")
def interface() -> ModuleType:
    return script("interface")


def test_every_file_is_as_the_model_says(interface: ModuleType) -> None:
    texts = {name: (ROOT / name).read_text("utf-8") for name in STATED}
    assert set(texts) == {*interface.WRITTEN, interface.MODEL}
    current = interface.written(texts)
    stale = [name for name, text in current.items() if text != texts[name]]
    assert stale == [], "run scripts/interface"


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("action.yml", "webhook-events"),
        ("action-types.yml", "webhook-events"),
        ("action-types.yml", "model-url"),
        ("README.md", "| `webhook-events` |"),
        ("README.md", "| `model-url` |"),
    ],
)
def test_a_file_that_says_something_else_is_found(
    interface: ModuleType, name: str, word: str
) -> None:
    texts = {one: (ROOT / one).read_text("utf-8") for one in STATED}
    assert word in texts[name]
    changed = texts | {name: texts[name].replace(word, "x")}
    assert interface.written(changed)[name] == texts[name]


def test_what_the_model_says_of_an_input_is_said_everywhere(interface: ModuleType) -> None:
    texts = {name: (ROOT / name).read_text("utf-8") for name in STATED}
    before = "Longest time between two polls of the training. Default: `15s`."
    assert before in texts[interface.MODEL]
    now = "A *time*: [see](#run), [this](docs/x.md). Default: `7`."
    texts[interface.MODEL] = texts[interface.MODEL].replace(before, now)
    files = interface.written(texts)
    text = '      A *time*: "see" in the README, docs/x.md.\n    default: 7\n'
    assert f"  max-poll-interval:\n    description: >-\n{text}" in files["action.yml"]
    row = "| `max-poll-interval` | `7` | A *time*: [see](#run), [this](docs/x.md). |"
    assert row in files["README.md"]


def test_an_input_without_a_text_is_refused(interface: ModuleType) -> None:
    with pytest.raises(ValueError, match="write what `timeout` means"):
        interface.groups("class Inputs:\n    # Group\n    timeout: int = 1\n    mode: int = 2")


def test_the_model_has_exactly_the_declared_inputs() -> None:
    fields = [name.replace("_", "-") for name in Inputs.model_fields]
    assert fields == list(ACTION["inputs"])


def test_the_declared_defaults_are_the_models() -> None:
    declared = {name: entry.get("default", "") for name, entry in ACTION["inputs"].items()}
    given = {f"INPUT_{name.upper()}": value for name, value in declared.items()}
    needed = {"INPUT_API-TOKEN": "t", "INPUT_MODEL-NAME": "m", "INPUT_TRAINER": "a/b"}
    with_defaults = read_inputs({**given, **needed, "INPUT_GITHUB-TOKEN": ""})
    assert with_defaults == read_inputs(needed)


def test_the_texts_say_which_inputs_a_mode_requires(interface: ModuleType) -> None:
    source = (ROOT / interface.MODEL).read_text("utf-8")
    said = {one.name: one.default for group in interface.groups(source) for one in group.inputs}
    required = {name: text for name, text in said.items() if text.startswith("required")}
    for mode in Mode:
        wrong = {finding.subject for finding in read_inputs({"INPUT_MODE": mode}).wrong}
        for name, text in required.items():
            named = f"`{mode}`" in text
            assert (name in wrong) == (named != ("except" in text) or text == "required"), name
        assert wrong <= set(required)


@pytest.mark.parametrize("kind", ["inputs", "outputs"])
def test_the_readme_lists_what_is_declared(kind: str) -> None:
    section = section_of_the_readme(kind.capitalize())
    assert list(rows(section)) == list(ACTION[kind])


def test_the_declared_outputs_are_those_that_the_step_sets() -> None:
    source = "".join(path.read_text("utf-8") for path in ROOT.glob("src/replicate_train/**/*.py"))
    names = re.findall(r'\.(?:_set|set_output)\(\s*"([^"]+)"', source)
    assert set(names) == set(ACTION["outputs"])


def test_the_scaffold_and_the_local_pages_use_declared_inputs() -> None:
    training = Training("http://localhost/v1", "a/b", "c", "d/e", {"x": 1}, {"data": "f.zip"})
    step = {"jobs": {"one": {"steps": YAML(typ="safe", pure=True).load(workflow_step(training))}}}
    assert undeclared(step) == []
    for text in files().values():
        assert undeclared(YAML(typ="safe", pure=True).load(text)) == []


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
        r"^\| .*?\*\*(.+?)\*\*", section_of_the_readme("Troubleshooting"), re.MULTILINE
    )
    source = "".join(path.read_text("utf-8") for path in ROOT.glob("src/replicate_train/**/*.py"))
    assert len(titles) > 20
    built = {f"Training {status}" for status in ("failed", "canceled", "aborted")}
    assert [title for title in titles if f'"{title}"' not in source and title not in built] == []


def test_every_promise_of_the_readme_has_its_test() -> None:
    section = section_of_the_readme("What happens when")
    promises = [row for row in section.splitlines() if row.startswith("| ")][2:]
    assert len(promises) >= 7
    for row in promises:
        ((path, named),) = re.findall(r'\[test\]\((\S+) "(test_\w+)"\)', row)
        assert f"def {named}(" in (ROOT / path).read_text("utf-8"), row


def test_the_marketplace_takes_the_description() -> None:
    assert len(ACTION["description"]) < 125


def test_the_modes_are_those_of_the_description() -> None:
    described = ACTION["inputs"]["mode"]["description"]
    assert set(re.findall(r"`(\w+)`: ", described)) == set(Mode)


YAML_FILES = [*sorted(ROOT.glob("examples/*.yml")), ROOT / ".github/workflows/e2e.yml"]
OURS = {ACTION_IN_WORKFLOWS, "./"}


def workflows() -> dict[str, Any]:
    """Return every workflow that the README, the examples and this repository have."""
    readme = (ROOT / "README.md").read_text("utf-8")
    found = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    texts = {f"README-{number}": text for number, text in enumerate(found)}
    texts |= {path.name: path.read_text("utf-8") for path in YAML_FILES}
    return {name: YAML(typ="safe", pure=True).load(text) for name, text in texts.items()}


WORKFLOWS = workflows()
REUSABLE = WORKFLOWS["reusable.yml"]["on"]["workflow_call"]


def used_outputs(source: str, of: object) -> set[str]:
    """Return the outputs that a part of a workflow uses of `source`, such as `steps.train`."""
    return set(re.findall(rf"\b{re.escape(source)}\.outputs\.([\w-]+)", json.dumps(of)))


def undeclared(workflow: Any) -> list[str]:
    """Return what the jobs of a workflow use and the action, or reusable.yml, does not declare."""
    found: set[str] = set()
    for name, job in workflow["jobs"].items():
        if job.get("uses", "").endswith("/reusable.yml"):
            found |= set(job["with"]) - set(REUSABLE["inputs"])
            found |= set(job["secrets"]) - set(REUSABLE["secrets"])
            found |= used_outputs(f"needs.{name}", workflow) - set(REUSABLE["outputs"])
        else:
            found |= used_outputs(f"needs.{name}", workflow) - set(job.get("outputs", {}))
        for step in job.get("steps", []):
            if step.get("uses") in OURS:
                found |= set(step["with"]) - set(ACTION["inputs"])
                used = used_outputs(f"steps.{step['id']}", job) if "id" in step else set()
                found |= used - set(ACTION["outputs"])
    return sorted(found)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_workflows_use_declared_inputs_and_outputs(name: str) -> None:
    workflow = WORKFLOWS[name]
    assert undeclared(workflow) == []
    jobs = workflow["jobs"].values()
    steps = [step for job in jobs for step in job.get("steps", []) if step.get("uses") in OURS]
    assert steps or any("uses" in job for job in jobs)


def test_what_is_not_declared_is_found_in_every_job() -> None:
    step = {"id": "go", "uses": "./", "with": {"model-nam": "x"}}
    run = {"run": "${{ steps.go.outputs.versio }} ${{ steps.other.outputs.x }}"}
    call = {"uses": "./x/reusable.yml", "with": {"dat": ""}, "secrets": {"token": ""}}
    after = {"steps": [{"run": "${{ needs.called.outputs.v }} ${{ needs.first.outputs.w }}"}]}
    workflow = {"jobs": {"first": {"steps": [step, run]}, "called": call, "after": after}}
    assert undeclared(workflow) == ["dat", "model-nam", "token", "v", "versio", "w"]


def test_the_table_of_the_examples_has_them_all() -> None:
    page = (ROOT / "examples/README.md").read_text("utf-8")
    listed = re.findall(r"^\| .+ \| \[(.+?)\]\((.+?)\) \|", page, re.MULTILINE)
    assert all(name == target for name, target in listed)
    assert sorted(name for name, _ in listed) == sorted(
        path.name for path in ROOT.glob("examples/*.yml")
    )


@pytest.mark.parametrize("path", sorted(ROOT.glob("examples/*.yml")), ids=lambda path: path.name)
def test_an_example_says_what_to_replace(path: Path) -> None:
    text = path.read_text("utf-8")
    comment = text[: text.index("name:")].splitlines()
    assert 2 <= len(comment) <= 4
    assert all(line.startswith("# ") for line in comment)
    assert "Replace" in " ".join(comment)
    assert not re.findall(
        rf"uses: (?!{re.escape(ACTION_IN_WORKFLOWS)}|\./)\S+(?<!@[0-9a-f]{{40}}) ", text
    )
    assert not re.findall(r"uses: .+@[0-9a-f]{40}(?! # v\d+\.\d+\.\d+\n)", text)
