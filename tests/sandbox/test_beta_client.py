"""The everyday life of the beta of the official Python client, in an environment of its own."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.served import ROOT, TOKEN, Served

VERSION = "2.0.0b4"
DAY = Path(__file__).parent / "python_beta/day.py"
DATA = ROOT / "examples/data/harbour.jsonl"

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The Python of an environment with the client, which does not go with the stable one."""
    folder = tmp_path_factory.mktemp("beta")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    found = str(folder / "bin/python")
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    installed = subprocess.run(
        [uv, "pip", "install", "--quiet", "--python", found, f"replicate=={VERSION}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if installed.returncode:
        pytest.skip(f"replicate {VERSION} cannot be installed: {installed.stderr[-200:]}")
    return found


def test_a_day_with_the_beta(python: str, served: Served) -> None:
    ended = subprocess.run(
        [python, str(DAY), served.url, TOKEN, str(DATA)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    seen = json.loads(ended.stdout)
    assert (seen["account"], seen["model"]) == ("you", "you/beta")
    assert "cpu" in seen["hardware"]
    status, version = seen["training"]
    assert status == "succeeded"
    assert re.fullmatch(r"you/beta:[0-9a-f]{64}", version)
    assert seen["text"].startswith("At low ")
    assert seen["predictions"] >= 1
