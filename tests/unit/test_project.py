"""Promises about the project itself: its locks, its layers, and who may import what."""

import ast
import importlib.util
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "src"
ACTION = sorted((SOURCE / "replicate_train").rglob("*.py"))
SANDBOX = sorted((SOURCE / "replicate_sandbox").rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Return the modules that a file imports when it is loaded, as far as they are named."""
    found: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def module(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")


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


def test_the_architecture_names_every_module() -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    for package in (ACTION, SANDBOX):
        for path in package:
            inside = path.relative_to(SOURCE).parts[1:]
            folders = ["/".join(inside[:depth]) + "/`" for depth in range(1, len(inside))]
            named = path.name in text or any(f"`{folder}" in text for folder in folders)
            assert named or path.name == "__init__.py", path


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


PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s#]+)", page.read_text("utf-8")):
        assert "://" in link or (page.parent / link).exists(), link


def test_one_module_speaks_to_the_toolkit() -> None:
    users = [path.stem for path in ACTION if "actions_toolkit" in path.read_text("utf-8")]
    assert users == ["commands"]


def test_the_action_and_the_local_replicate_share_nothing() -> None:
    assert not [path for path in ACTION if "replicate_sandbox" in path.read_text("utf-8")]
    assert not [path for path in SANDBOX if "replicate_train" in path.read_text("utf-8")]


def test_only_the_root_touches_the_environment_and_the_exit() -> None:
    for path in ACTION:
        if path.stem != "__main__":
            assert not re.search(r"os\.environ|sys\.exit|os\.getenv", path.read_text("utf-8")), path


def test_the_handlers_stand_before_anything_slow_is_loaded() -> None:
    first = imports(SOURCE / "replicate_train/__main__.py")
    first |= imports(SOURCE / "replicate_train/runner/signals.py")
    assert {name.partition(".")[0] for name in first} <= {
        "os", "sys", "signal", "types", "collections", "contextlib", "replicate_train",
    }  # fmt: skip
    assert {name for name in first if name.startswith("replicate_train.")} <= {
        "replicate_train.runner.signals",
        "replicate_train.runner.signals.Stopped",
        "replicate_train.runner.signals.StopSignals",
    }


@pytest.mark.parametrize("files", [ACTION, SANDBOX], ids=["action", "sandbox"])
def test_no_module_is_in_a_cycle(files: list[Path]) -> None:
    known = {module(path): imports(path) for path in files}
    graph = {name: {other for other in found if other in known} for name, found in known.items()}
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " -> ".join([*above, name])
        if name not in done:
            for other in graph[name] - {name}:
                visit(other, (*above, name))
            done.add(name)

    for name in graph:
        visit(name, ())
