"""The official JavaScript client, from npm: installed once into a cache folder."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from support.served import ROOT

PACKAGE = "replicate@1.4.0"
SCRIPTS = ROOT / "tests/sandbox/javascript"
_FOLDER = ROOT / ".cache" / "javascript"


def client_folder() -> Path:
    """Return the folder that holds the client; skips the test, with the reason, without one."""
    if missing := _missing():
        pytest.skip(missing)
    return _FOLDER


def node(script: str, *arguments: str, text: str = "") -> str:
    """Run a script with Node and return what it printed."""
    command = ["node", str(SCRIPTS / script), *arguments]
    ended = subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@cache
def _missing() -> str:
    """Install the client; return why there is none, or nothing."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "Node.js and npm are not installed"
    stamp = _FOLDER / PACKAGE
    if stamp.is_file():
        return ""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-save"]
    command = ["npm", "install", f"--prefix={_FOLDER}", *quiet, PACKAGE]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        return f"npm did not install {PACKAGE} within two minutes"
    if ended.returncode:
        return f"npm could not install {PACKAGE}: {ended.stderr[-300:].strip()}"
    stamp.touch()
    return ""
