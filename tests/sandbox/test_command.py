"""The command: what it says of an option that it cannot use."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from support.served import sandbox


def refused(*options: str) -> str:
    """Return the last line of a command that must end with 2."""
    command = [sys.executable, "-m", "replicate_sandbox", *options]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2, ended
    return ended.stderr.splitlines()[-1].removeprefix("replicate_sandbox: error: argument ")


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--rate", "6:0", "`6:0` is not a rate. Use REQUESTS or REQUESTS:BURST, such as 6:1"),
        ("--state", "/not/there.sqlite", "unable to open database file"),
        ("--trainers", "/not/there", "/not/there: No such file or directory"),
        ("--account", "a/b", "`a/b` is not a valid name. Use NAME or NAME:TOKEN"),
        ("--organization", ":x", "`` is not a valid name. Use NAME or NAME:TOKEN"),
        ("--port", "80000", "bind(): port must be 0-65535."),
    ],
)
def test_an_option_that_cannot_be_used(option: str, value: str, expected: str) -> None:
    assert refused(option, value) == f"{option}: {expected}"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--account=a:x", "--account=b:x"], "a and b have the same token"),
        (["--account=a:x", "--organization=a:y"], "a is a user and an organization. Choose one"),
    ],
)
def test_accounts_that_cannot_be_told_apart(options: list[str], expected: str) -> None:
    assert refused("--port=0", *options) == f"--account: {expected}"


def test_a_state_that_is_in_use(tmp_path: Path) -> None:
    state = tmp_path / "state.sqlite"
    with sandbox(f"--state={state}"):
        said = refused(f"--state={state}", "--port=0")
    assert said == f"--state: {state} is in use by another process"


def test_a_port_that_is_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = refused(f"--port={taken.getsockname()[1]}")
    assert said.startswith("--port: Address already in use")


def test_a_project_without_a_schema(tmp_path: Path) -> None:
    (tmp_path / "cog.yaml").write_text("train: train.py:train\n")
    said = refused(f"--trainers={tmp_path}", "--port=0")
    assert said.endswith(".cog/openapi_schema.json is missing; inputs are checked against it")
