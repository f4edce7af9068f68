"""Promises about the project itself: its locks, its hooks and its pages."""

import importlib.util
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize("lock", ["image", "sandbox", "demo", "dev"])
def test_the_locks_fit_the_project(lock: str) -> None:
    spec = importlib.util.spec_from_file_location("digest", ROOT / "scripts/lock_digest.py")
    assert spec
    assert spec.loader
    digest = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(digest)
    text = (ROOT / f"locks/{lock}.txt").read_text("utf-8")
    made_from = text.partition("\n")[0].rpartition(" ")[2]
    assert made_from == digest.digest(ROOT / "pyproject.toml"), "run scripts/lock"
    assert "://" not in text
    pinned = re.findall(r"^[a-z0-9][\w.-]*==", text, re.MULTILINE)
    assert len(pinned) <= text.count("--hash=sha256:")
    assert "pygithub" not in text


def test_the_commit_hooks_are_the_checks_of_the_test_script() -> None:
    script = (ROOT / "scripts/test").read_text("utf-8")
    config = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    (local,) = YAML(typ="safe", pure=True).load(config)["repos"]
    assert local["repo"] == "local"
    hooks = [
        re.sub(r"bash -c '\S+ dev\)/bin/(\w+)\"(.*)'", r"\1\2", hook["entry"])
        for hook in local["hooks"]
    ]
    assert hooks == re.findall(r"^(?:ruff|mypy).*$", script, re.MULTILINE)


def test_the_image_holds_nothing_of_the_local_replicate() -> None:
    text = (ROOT / "locks/image.txt").read_text("utf-8")
    assert not re.search(r"^(starlette|uvicorn|cog|numpy)==", text, re.MULTILINE)


def test_the_locks_of_the_images_leave_out_what_they_never_import() -> None:
    image = (ROOT / "locks/image.txt").read_text("utf-8")
    sandbox = (ROOT / "locks/sandbox.txt").read_text("utf-8")
    assert not re.search(r"^(anyio|requests|urllib3)==", image, re.MULTILINE)
    assert not re.search(r"^(actions-toolkit|isal|tenacity)==", sandbox, re.MULTILINE)


def first_column(page: str) -> list[str]:
    return re.findall(r"^\| `(.+?)` \|", (ROOT / page).read_text("utf-8"), re.MULTILINE)


def test_the_page_of_the_simulation_names_every_promise_and_every_guard() -> None:
    folder = ROOT / "tests/support/simulated"
    promises = re.findall(r'yield "(.+?)", ', (folder / "truth.py").read_text("utf-8"))
    guards = re.findall(r'\n    "(.+?)": Switch', (folder / "switches.py").read_text("utf-8"))
    named = first_column("docs/simulation.md")
    assert set(promises) | set(guards) == set(named)
    assert len(promises) + len(guards) == len(named) > 20


def test_the_decisions_are_listed_and_short() -> None:
    listed = (ROOT / "docs/decisions/README.md").read_text("utf-8")
    pages = [page for page in ROOT.glob("docs/decisions/*.md") if page.stem != "README"]
    assert len(pages) == listed.count("\n| 20")
    for page in pages:
        title, _, date, *text = page.read_text("utf-8").splitlines()
        assert f"| {date[6:]} | [{title[2:]}]({page.name}) |" in listed
        assert [line for line in text if line.startswith("## ")] == [
            "## Context",
            "## Decision",
            "## Consequences",
        ]
        assert len(text) < 38
