"""From the start of the process to its first request, beside `python -c "import replicate"`.

Each is measured in an environment with only its own packages, as in the image and after
`pip install replicate`, and in the development environment, where both find more to import.
"""

import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.machine import machine
from benchmarks.section import Section

ROOT = Path(__file__).resolve().parent.parent
RUNS = 15
FILES = ("OUTPUT", "STATE", "STEP_SUMMARY")


def ours(python: str, folder: Path) -> float:
    """Start a step with a small dataset, and return the seconds until it sends a request."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        environ = inputs(folder, f"http://127.0.0.1:{server.getsockname()[1]}")
        began = time.perf_counter()
        step = subprocess.Popen(
            [python, "-Ium", "replicate_train"],
            cwd=folder,
            env=environ,
            stdout=subprocess.DEVNULL,
        )
        with server.accept()[0] as asked:
            assert asked.recv(4096).startswith(b"GET /v1/")
            seconds = time.perf_counter() - began
    step.kill()
    step.wait()
    return seconds


def theirs(python: str) -> float:
    """Import the official client, which is the least that a script with it does."""
    began = time.perf_counter()
    subprocess.run([python, "-c", "import replicate"], check=True)
    return time.perf_counter() - began


def environment(folder: Path, *packages: str) -> str:
    """Make an environment with the packages that pip's arguments name; return its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = str(folder / "bin/python")
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    options = ("--quiet", "--compile-bytecode", "--python", python)
    subprocess.run([uv, "pip", "install", *options, *packages], check=True, cwd=ROOT)
    return python


def own_environments(folder: Path) -> tuple[str, str]:
    """Return the Pythons of an environment of the action, and of one of the client."""
    mine = environment(folder / "ours", "--no-deps", "--requirement", "locks/image.txt")
    (site,) = (folder / "ours/lib").glob("python*/site-packages")
    (site / "action.pth").write_text(f"{ROOT / 'src'}\n", "utf-8")
    return mine, environment(folder / "theirs", f"replicate=={version('replicate')}")


def inputs(folder: Path, url: str) -> Mapping[str, str]:
    """Return the step's environment."""
    given = {
        "api-token": "r8_benchmark",
        "api-url": f"{url}/v1",
        "trainer": "sandbox/tiny-lm-trainer",
        "owner": "you",
        "model-name": "m",
        "dataset": "data.jsonl",
        "training-input": "steps: 100",
    }
    files = {f"GITHUB_{name}": str(folder / name) for name in FILES}
    return {**files, **{f"INPUT_{name.upper()}": value for name, value in given.items()}}


def section() -> Section:
    """Run both in turns, and return the section."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "data.jsonl").write_text('{"text": "a line"}\n', "utf-8")
        for name in FILES:
            (folder / name).touch()
        rows = [
            row("only its own packages", *own_environments(folder), folder),
            row("the development environment", sys.executable, sys.executable, folder),
        ]
    return Section(
        "To the first request",
        f"`benchmarks/run startup`: seconds, medians of {RUNS}.",
        [["", "the action", "`import replicate`", "ratio"], *rows],
        "The action's time includes its connection. Of the client it is only the import, which in "
        "the development environment finds numpy.",
    )


def row(name: str, mine: str, their: str, folder: Path) -> list[str]:
    """Run the action with one Python and the client with another; return a line of the table."""
    ours(mine, folder), theirs(their)  # the byte code of the sources
    times = [(ours(mine, folder), theirs(their)) for _ in range(RUNS)]
    first, second = (statistics.median(column) for column in zip(*times, strict=True))
    return [name, f"{first:.3f}", f"{second:.3f}", f"{first / second:.2f} : 1"]


if __name__ == "__main__":
    print(section().markdown(machine()))
