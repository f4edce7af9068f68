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
from support.projects import write_sleeper


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
        ("--trainer", "/not/there", "/not/there is not a Cog project: it has no cog.yaml"),
        ("--run-minutes", "0", "`0` is not valid. Use a number greater than 0, at most 100,000"),
        ("--port", "80000", "bind(): port must be 0-65535."),
    ],
)
def test_an_option_that_cannot_be_used(option: str, value: str, expected: str) -> None:
    assert refused(option, value) == f"{option}: {expected}"


def test_a_port_that_is_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = refused(f"--port={taken.getsockname()[1]}")
    assert said.startswith("--port: Address already in use")


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
