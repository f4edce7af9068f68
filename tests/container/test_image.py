"""What the image holds, and what it does not."""

import ast
import json
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from support import engine, layers
from support.engine import BASE, ROOT, docker
from support.runner import Runner

pytestmark = pytest.mark.container

VENV = "/opt/replicate-train"
PYTHON = f"{VENV}/bin/python"
MOST = 7_200_000  # bytes that are pulled beside the base
SOURCES = ROOT / "src/replicate_train"
GOLDEN = Path(__file__).parent / "golden" / "action.txt"


def python(image: str, code: str) -> str:
    return docker("run", "--rm", "--network", "none", "--entrypoint", PYTHON, image, "-Ic", code)


@pytest.fixture(scope="module")
def added() -> list[layers.Added]:
    engine.require_engine()
    return layers.added(engine.build(), BASE)


def test_it_adds_little_to_its_base(image: str, capsys: pytest.CaptureFixture[str]) -> None:
    size = layers.compressed(image, BASE)
    with capsys.disabled():
        sys.stdout.write(f"[the image adds {size / 1e6:.2f} MB, gzipped] ")
    assert 0 < size < MOST


def test_it_holds_what_is_listed_and_nothing_else(added: list[layers.Added]) -> None:
    folders = f"{VENV}/lib".removeprefix("/"), "usr/local/lib/python3.13"
    assert layers.outline(added) == GOLDEN.read_text("utf-8").splitlines()
    byte_code = {one.path for one in added if one.path.endswith(".pyc")}
    assert all(path.startswith(folders) for path in byte_code)


def test_nobody_but_root_can_change_it(added: list[layers.Added]) -> None:
    assert {one.owner for one in added} == {(0, 0)}
    assert {one.kind for one in added} == {tarfile.DIRTYPE, tarfile.REGTYPE, tarfile.SYMTYPE}
    modes = {oct(one.mode & 0o7777) for one in added if one.kind != tarfile.SYMTYPE}
    assert modes == {"0o755", "0o644"}  # no setuid, setgid or sticky bit, nothing others may write


def test_licences_are_kept(added: list[layers.Added]) -> None:
    packages = {path for path in layers.outline(added) if path.endswith(".dist-info")}
    licences = {one.path for one in added if "LICEN" in one.path.upper()}
    missing = {
        path.rpartition("/")[2].removesuffix(".dist-info")
        for path in packages
        if not any(one.startswith(path.removesuffix(".dist-info")) for one in licences)
    }
    assert missing == set()


def test_a_second_build_differs_only_in_its_dates(added: list[layers.Added], image: str) -> None:
    date = 1_700_000_000  # a builder's cache knows no dates, so nothing may come from it
    again = "replicate-train:again"
    engine.build_as(again, "--target=action", "--no-cache", f"--build-arg=SOURCE_DATE_EPOCH={date}")
    found = layers.added(again, BASE)
    assert {one.modified for one in added} == {0}
    assert found == [replace(one, modified=date) for one in added]
    assert config(again) == config(image)
    docker("image", "rm", again)


def config(image: str) -> object:
    """Return what an image says of how it is started, without the moment when it was made."""
    said = json.loads(docker("image", "inspect", "--format", "{{json .Config}}", image))
    return {key: value for key, value in said.items() if key not in {"Image", "Hostname"}}


def test_it_starts_the_module_isolated_and_as_root(image: str) -> None:
    (config,) = json.loads(docker("image", "inspect", "--format", "[{{json .Config}}]", image))
    assert config["Entrypoint"] == [PYTHON, "-Ium", "replicate_train"]
    assert not config.get("Cmd")
    assert not config.get("User")
    assert config["Labels"]["org.opencontainers.image.licenses"] == "MIT"


def test_the_part_of_the_toolkit_that_is_used_imports(image: str) -> None:
    code = "from actions_toolkit import command, file_command; print(command.__name__)"
    assert python(image, code) == "actions_toolkit.command"


@pytest.mark.parametrize("module", ["pip", "tests", "requests", "anyio", "replicate_sandbox"])
def test_what_nobody_uses_is_not_there(image: str, module: str) -> None:
    code = f"import importlib.util; print(importlib.util.find_spec({module!r}))"
    assert python(image, code) == "None"


def imported() -> Iterator[str]:
    """Yield every module that the action imports, also in a function; some are names in one."""
    for path in sorted(SOURCES.rglob("*.py")):
        parts = path.relative_to(SOURCES.parent).with_suffix("").parts
        if "scaffold" not in parts:
            yield ".".join(parts).removesuffix(".__init__")
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    yield from (alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom):
                    yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_import_finds_its_byte_code(image: str) -> None:
    """Python, as root in a writable container, writes the byte code that it does not find."""
    code = f"""
import importlib
for name in {sorted(set(imported()))!r}:
    while name:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            assert error.name and name.startswith(error.name), error
            name = name.rpartition(".")[0]
        else:
            break
    assert name
"""
    container = docker("create", "--network", "none", "--entrypoint", PYTHON, image, "-Ic", code)
    try:
        assert docker("start", "--attach", container) == ""
        assert docker("diff", container) == ""
    finally:
        docker("rm", "--force", container)


def test_it_runs_where_nothing_can_be_written(image: str, runner: Runner) -> None:
    options = ["--read-only", "--network", "none"]
    with runner.container(image, {}, options) as step:
        done = step.done()
    assert done.status == 1
    assert "api-token: required" in done.log
    assert done.errors == ""
