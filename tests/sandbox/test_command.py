"""The command: what it says of an option that it cannot use."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from replicate_sandbox import __main__
from replicate_sandbox.environment import PREFIX, arguments
from replicate_sandbox.options import parser
from support.projects import write_sleeper
from support.served import sandbox


def refused(*options: str, **variables: str) -> str:
    """Return the last line of a command that must end with 2."""
    command = [sys.executable, "-m", "replicate_sandbox", *options]
    environ = {**os.environ, **{f"REPLICATE_SANDBOX_{k}": v for k, v in variables.items()}}
    ended = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env=environ
    )
    assert ended.returncode == 2, ended
    return ended.stderr.splitlines()[-1].removeprefix("replicate_sandbox: error: argument ")


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--rate", "6:0", "`6:0` is not a rate. Use REQUESTS or REQUESTS:BURST, such as 6:1"),
        ("--state", "/not/there.sqlite", "unable to open database file"),
        ("--trainer", "/not/there", "/not/there is not a Cog project: it has no cog.yaml"),
        ("--spend-limit", "nan", "`nan` is not valid. Use a number from 0 to 100,000"),
        ("--run-minutes", "0", "`0` is not valid. Use a number greater than 0, at most 100,000"),
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


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("RATE", "6:0", "--rate: `6:0` is not a rate. Use REQUESTS or REQUESTS:BURST, such as 6:1"),
        ("NO_VALIDATION", "1", "--no-validation: ignored explicit argument '1'"),
        (
            "ACOUNT",
            "you:r8_secret",
            "replicate_sandbox: error: REPLICATE_SANDBOX_ACOUNT: unknown option `--acount`",
        ),
    ],
)
def test_a_variable_that_cannot_be_used(variable: str, value: str, expected: str) -> None:
    assert refused("--port=0", **{variable: value}) == expected


def test_a_default_token_is_refused_where_others_can_connect() -> None:
    said = refused("--host=0.0.0.0", "--port=0", ACCOUNT="you")
    assert said.startswith("--account: the default token is public")
    assert "REPLICATE_SANDBOX_ACCOUNT" in said


def test_a_variable_is_named_by_the_whole_option_and_keeps_its_spaces() -> None:
    assert refused("--port=0", RUN="x").endswith("REPLICATE_SANDBOX_RUN: unknown option `--run`")
    given = arguments({f"{PREFIX}STATE": "/my state/db", f"{PREFIX}TRAINER": "a b"}, parser())
    assert given == ["--state=/my state/db", "--trainer=a", "--trainer=b"]


def test_options_from_the_environment() -> None:
    command = parser()
    environ = {
        "PATH": "/bin",
        "REPLICATE_SANDBOX_ACCOUNT": "you:r8_a other:r8_b",
        "REPLICATE_SANDBOX_CREATED_AT_SKEW": "0",
        "REPLICATE_SANDBOX_HARDWARE": "",
        "REPLICATE_SANDBOX_NO_VALIDATION": "true",
        "REPLICATE_SANDBOX_PORT": "8000",
    }
    given = command.parse_args([*arguments(environ, command), "--port=9000"])
    assert [(one.name, one.token) for one in given.account] == [("you", "r8_a"), ("other", "r8_b")]
    assert (given.created_at_skew, given.hardware, given.no_validation) == (0, [], True)
    assert given.port == 9000


def test_every_option_can_be_given_by_a_variable() -> None:
    command = parser()
    for action in command._actions[1:]:
        (option,) = action.option_strings
        variable = PREFIX + option.removeprefix("--").replace("-", "_").upper()
        word = "x" if action.nargs is None else "true"
        assert arguments({variable: word}, command) == [option if word == "true" else f"{option}=x"]


def test_a_signal_before_the_server_listens_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ending = []

    def run(server: uvicorn.Server, **_more: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            server.should_exit = False
            os.kill(os.getpid(), number)
            ending.append(server.should_exit)

    monkeypatch.setattr(uvicorn.Server, "run", run)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            __main__._serve(Starlette(), listener)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert ending == [True, True]


def test_two_trainers_of_the_same_name(tmp_path: Path) -> None:
    folders = [write_sleeper(tmp_path / one) for one in ("one", "two")]
    said = refused(*(f"--trainer={folder}" for folder in folders), "--port=0")
    assert said == (
        f"--trainer: {folders[1]}: there is another trainer sandbox/sleeper. Rename the folder"
    )
