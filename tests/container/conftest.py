"""An engine, and the action's image on it, once a session."""

from pathlib import Path

import pytest

from support import engine
from support.runner import Runner


@pytest.fixture(autouse=True)
def _engine() -> None:
    engine.require_engine()


@pytest.fixture
def image(_engine: None) -> str:
    return engine.build()


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path / "work")
