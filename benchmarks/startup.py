"""From the start of the process to its first request, beside `python -c "import replicate"`."""

import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.machine import machine
from benchmarks.section import Section

RUNS = 15
FILES = ("OUTPUT", "STATE", "STEP_SUMMARY")


def ours(folder: Path) -> float:
    """Start a step with a small dataset, and return the seconds until it sends a request."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        environ = inputs(folder, f"http://127.0.0.1:{server.getsockname()[1]}")
        began = time.perf_counter()
        step = subprocess.Popen(
            [sys.executable, "-Ium", "replicate_train"],
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


def theirs(_folder: Path) -> float:
    """Import the official client, which is the least that a script with it does."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import replicate"], check=True)
    return time.perf_counter() - began


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
        times = [(ours(folder), theirs(folder)) for _ in range(RUNS)]
    mine, their = (statistics.median(column) for column in zip(*times, strict=True))
    return Section(
        "To the first request",
        f"`benchmarks/run startup`: seconds, medians of {RUNS}.",
        [
            ["", "the action", "`import replicate`", "ratio"],
            ["first request", f"{mine:.3f}", f"{their:.3f}", f"{mine / their:.2f} : 1"],
        ],
        "The action's time includes the TLS context and the connection.",
    )


if __name__ == "__main__":
    print(section().markdown(machine()))
