"""Fixtures that all tests share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support import workers
from support.browser import Browser, chromium
from support.served import Served, sandbox
from support.steps import Steps


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Share the tests between the workers by file."""
    return workers.ByFile(config, log)


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """One local Replicate for the whole session; tests keep apart by the names they use."""
    with sandbox() as replicate:
        yield replicate


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the whole session; each test opens pages of its own."""
    with chromium() as started:
        yield started


@pytest.fixture
def steps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Steps:
    """Run steps in this process, over a scripted Replicate."""
    return Steps(tmp_path, capsys)
