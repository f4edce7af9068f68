"""What the image holds, and what it does not."""

import json
import sys

import pytest

from support import engine
from support.engine import docker
from support.runner import Runner

pytestmark = pytest.mark.container

VENV = "/opt/replicate-train"
PYTHON = f"{VENV}/bin/python"
MOST = 35_000_000


def python(image: str, code: str) -> str:
    return docker("run", "--rm", "--network", "none", "--entrypoint", PYTHON, image, "-Ic", code)


def test_it_adds_little_to_its_base(image: str, capsys: pytest.CaptureFixture[str]) -> None:
    added = engine.size(image) - engine.size(engine.BASE)
    with capsys.disabled():
        sys.stdout.write(f"[the image adds {added / 1e6:.1f} MB to {engine.BASE}] ")
    assert 0 < added < MOST


def test_it_starts_the_module_isolated_and_as_root(image: str) -> None:
    (config,) = json.loads(docker("image", "inspect", "--format", "[{{json .Config}}]", image))
    assert config["Entrypoint"] == [PYTHON, "-Ium", "replicate_train"]
    assert not config.get("Cmd")
    assert not config.get("User")
    assert config["Labels"]["org.opencontainers.image.licenses"] == "MIT"


def test_the_part_of_the_toolkit_that_is_used_imports(image: str) -> None:
    assert python(image, "from actions_toolkit import core; print(core.__name__)")


@pytest.mark.parametrize("module", ["github", "cryptography", "pip", "tests", "replicate_sandbox"])
def test_what_nobody_uses_is_not_there(image: str, module: str) -> None:
    code = f"import importlib.util; print(importlib.util.find_spec({module!r}))"
    assert python(image, code) == "None"


def test_all_that_is_installed_has_its_byte_code(image: str) -> None:
    code = f"""
from pathlib import Path
sources = [path for path in Path("{VENV}/lib").rglob("*.py")]
print(len(sources), [
    str(path) for path in sources
    if not (path.parent / "__pycache__" / f"{{path.stem}}.cpython-313.pyc").exists()
])
"""
    count, missing = python(image, code).split(" ", 1)
    assert int(count) > 100
    assert missing == "[]"


def test_it_runs_where_nothing_can_be_written(image: str, runner: Runner) -> None:
    options = ["--read-only", "--network", "none"]
    with runner.container(image, {}, options) as step:
        done = step.done()
    assert done.status == 1
    assert "api-token: required" in done.log
    assert done.errors == ""
