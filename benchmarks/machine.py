"""On what the figures were measured."""

import os
import platform
import subprocess
from pathlib import Path


def machine() -> str:
    """Return the processor, its cores, the interpreter and the commit, in one line."""
    cores = len(os.sched_getaffinity(0))
    return f"{_processor()}, {cores} cores, Python {platform.python_version()}, {_commit()}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=10"]
    ended = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent
    )
    return f"commit {ended.stdout.strip() or 'unknown'}"
