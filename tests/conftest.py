"""Fixtures that all tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from served import Served, sandbox
from steps import Steps


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """One local Replicate for the whole session; tests keep apart by the names they use."""
    with sandbox() as replicate:
        yield replicate


@pytest.fixture
def steps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Steps:
    """Run steps in this process, over a scripted Replicate."""
    return Steps(tmp_path, capsys)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Where the project's reference material lies, if it is at hand."""
    folder = Path(__file__).resolve().parent.parent.parent / "shared" / "replicate"
    if not folder.is_dir():
        pytest.skip("the reference material (../shared/replicate) is not at hand")
    return folder
