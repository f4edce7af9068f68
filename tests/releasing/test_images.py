"""The base image's digest, and the first start of a published image, with docker as a script."""

import os
import subprocess
from pathlib import Path

import pytest

from support.served import ROOT

DIGEST = "sha256:" + "5d" * 32


def run(folder: Path, docker: str, *command: str) -> subprocess.CompletedProcess[str]:
    tool = folder / "docker"
    tool.write_text(f"#!/bin/sh\n{docker}\n")
    tool.chmod(0o755)
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
    return subprocess.run(
        command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )


def test_the_digest_of_the_base_is_an_output(tmp_path: Path) -> None:
    docker = f'echo "$*" >&2; [ "$1" = pull ] || echo "python@{DIGEST}"'
    done = run(tmp_path, docker, "scripts/base-image")
    assert (done.returncode, done.stdout) == (0, f"digest={DIGEST}\n")
    assert "pull --quiet python:3.13-slim\n" in done.stderr


@pytest.mark.parametrize("answer", ["", "python:3.13-slim", "python@sha256:5d\\ndigest=x"])
def test_a_base_without_a_digest_is_an_error(tmp_path: Path, answer: str) -> None:
    done = run(tmp_path, f'[ "$1" = pull ] || printf "{answer}"', "scripts/base-image")
    assert (done.returncode, done.stdout) == (1, "")
    assert "python:3.13-slim: could not determine its digest." in done.stderr


ANSWER = """
case "$*" in
  *"linux/arm64 "*) echo {arm} ;;
  run*) echo 1.2.3 ;;
  *) echo '{sbom}' ;;
esac
"""


@pytest.mark.parametrize(
    ("arm", "sbom", "problem"),
    [
        ("1.2.3", '{"spdxVersion": "SPDX-2.3"}', ""),
        ("1.2.2", '{"spdxVersion": "SPDX-2.3"}', "version 1.2.2 on linux/arm64, but must be 1.2.3"),
        ("1.2.3", "null", "found no SBOM for linux/amd64"),
    ],
)
def test_an_image_is_started_on_each_platform(
    tmp_path: Path, arm: str, sbom: str, problem: str
) -> None:
    written = tmp_path / "sbom.json"
    docker = ANSWER.replace("{arm}", arm).replace("{sbom}", sbom)
    done = run(tmp_path, docker, "scripts/try-image", f"x@{DIGEST}", "1.2.3", str(written))
    assert done.returncode == bool(problem)
    assert problem in done.stderr
    assert "linux/amd64: 1.2.3\n" in done.stdout
    if not problem:
        assert written.read_text() == sbom + "\n"


@pytest.mark.parametrize(("arm", "status"), [("healthy", 0), ("unhealthy", 1)])
def test_the_local_replicate_is_started_on_each_platform(
    tmp_path: Path, arm: str, status: int
) -> None:
    docker = f"""
case "$*" in
  run*linux/arm64*) echo arm ;;
  run*) echo amd ;;
  inspect*arm) echo {arm} ;;
  inspect*) echo healthy ;;
  logs*) echo "the log of $2" ;;
esac
"""
    done = run(tmp_path, docker, "env", "PAUSE=0", "scripts/try-sandbox", f"x@{DIGEST}")
    assert done.returncode == status, done.stderr
    assert done.stdout == f"linux/amd64: healthy\nlinux/arm64: {arm}\n"
    assert ("is not healthy on linux/arm64" in done.stderr) == bool(status)
