"""The Docker engine that the container tests use: found, or started where a script can."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DOCKER = shutil.which("docker") or "docker"
BASE = "python:3.13-slim"
TAGS = {"action": "replicate-train:test", "sandbox": "replicate-sandbox:test"}
# Optional scripts that start an engine where none runs.
SCRIPTS = ROOT.parent / "shared" / "container"


def docker(*arguments: str, check: bool = True, env: dict[str, str] | None = None) -> str:
    """Run a docker command and return what it printed; a failure shows all that it said."""
    ended = subprocess.run(
        [DOCKER, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env={**os.environ, **(env or {})},
    )
    assert ended.returncode == 0 or not check, f"docker {' '.join(arguments)}:\n{ended.stdout}"
    return ended.stdout.strip()


def require_engine() -> None:
    """Make sure that an engine answers and holds the base image; skip the test where none can."""
    with _alone():
        missing = _missing()
    if missing:
        pytest.skip(missing)


@cache
def _missing() -> str:
    """Tell what is missing after all that could be done about it; nothing is the usual."""
    said = "" if _answers("info") else _help("start-docker.sh")
    if not _answers("info"):
        return f"no Docker engine answers `docker info`{said}"
    said = "" if _answers("image", "inspect", BASE) else _help("make-base-image.sh", BASE)
    if not _answers("image", "inspect", BASE) and not _answers("pull", BASE):
        return f"the Docker engine has no image {BASE} and cannot pull it{said}"
    return ""


@cache
def build(target: str = "action") -> str:
    """Build an image, once, with the classic builder, the one that knows least."""
    with _alone():
        build_as(TAGS[target], f"--target={target}")
    return TAGS[target]


def build_as(tag: str, *arguments: str) -> None:
    """Build an image with arguments."""
    command = ("build", "--network", "host", "--tag", tag, *arguments, str(ROOT))
    docker(*command, env={"DOCKER_BUILDKIT": "0"})


@contextmanager
def _alone() -> Iterator[None]:
    """Let no other worker start the engine or build meanwhile: it finds what this one made."""
    with Path(tempfile.gettempdir(), "replicate-train-engine.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _answers(*arguments: str) -> bool:
    try:
        ended = subprocess.run([DOCKER, *arguments], capture_output=True, check=False)
    except OSError:
        return False
    return ended.returncode == 0


def _help(script: str, *arguments: str) -> str:
    """Run a script that may fix what is missing; return what it said, for the skip's reason."""
    path = SCRIPTS / script
    if not path.is_file():
        return ""
    ended = subprocess.run([str(path), *arguments], capture_output=True, text=True, check=False)
    return f"; {script} ended with {ended.returncode}: {ended.stderr[-300:].strip()}"
