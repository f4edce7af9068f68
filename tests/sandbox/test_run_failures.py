"""What ends a run: errors of any kind, a stop of the server, a cancel while its engine loads."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Self

import pytest

from replicate_sandbox.engine import cog
from replicate_sandbox.engine.errors import EngineError
from replicate_sandbox.engine.lifecycle import Lifecycle
from replicate_sandbox.engine.runs import Runs
from replicate_sandbox.engine.script import Script
from replicate_sandbox.engine.scripted import ScriptedRuns
from replicate_sandbox.store.documents import Document
from replicate_sandbox.store.store import Store

RUN = {
    "model": "replicate/t",
    "version": "v",
    "status": "starting",
    "created_at": "2026-01-01T00:00:00.000000Z",
    "started_at": None,
    "logs": None,
    "output": None,
}


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store()
    for run_id in ("r", "s"):
        store.documents.add("training", run_id, "you", RUN | {"id": run_id})
    store.documents.add("version", "replicate/t:v", "replicate", {})
    yield store
    store.close()


def made(store: Store, **more: Any) -> Runs:
    return Runs(store, "", lambda *_: None, lambda *_: None, **more)


def ended(store: Store, runs: Runs, run_id: str = "r") -> Document:
    runs.wait("training", run_id, 5)
    return store.documents.get("training", run_id) or {}


class FakeEngine:
    """An engine that loads until it is killed; `made` is called when it is made."""

    def __init__(self, made: Callable[[], object]) -> None:
        made()
        self.loading = threading.Event()
        self._killed = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def kill(self) -> None:
        self._killed.set()

    def wait_until_ready(self) -> None:
        self.loading.set()
        self._killed.wait(10)
        raise EngineError("The model could not be set up.")


def test_an_unexpected_error_fails_the_run(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    store.documents.update("version", "replicate/t:v", lambda one: one | {"simulated": "a/b"})

    def simulate(*_: object) -> Script:
        raise OverflowError("secret")

    runs = made(store, simulate=simulate)
    runs.submit("training", "r", {})
    found = ended(store, runs)
    runs.close()
    assert found["status"] == "failed"
    assert (
        found["error"] == "An internal error of the local Replicate ended this run: OverflowError."
    )
    assert "OverflowError" in caplog.text
    assert "secret" not in caplog.text


def test_an_unexpected_error_in_a_script_fails_the_run(store: Store) -> None:
    def keep_output(*_: object) -> object:
        raise OverflowError

    runs = Runs(store, "", lambda *_: None, keep_output)
    runs.submit("training", "r", {}, Script(status="succeeded"))
    found = ended(store, runs)
    runs.close()
    assert (found["status"], found["error"]) == (
        "failed",
        "An internal error of the local Replicate ended this run: OverflowError.",
    )


def test_an_output_that_cannot_be_read_fails_the_run(store: Store) -> None:
    def keep_output(*_: object) -> object:
        raise OverflowError

    runs = Runs(store, "", lambda *_: None, keep_output)
    runs.report("training", "r", {"status": "succeeded", "output": "x"})
    found = ended(store, runs)
    runs.close()
    assert found["status"] == "failed"


def test_a_stop_while_an_engine_loads_is_named(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = FakeEngine(lambda: None)
    monkeypatch.setattr(cog, "Engine", lambda *_: engine)
    runs = made(store)
    runs.submit("training", "r", {})
    assert engine.loading.wait(5)
    runs.close()
    found = store.documents.get("training", "r") or {}
    assert found["error"] == "The local Replicate was stopped while this was running."


def test_a_run_that_is_cancelled_before_its_engine_is_known_does_not_load_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = made(store)
    engine: FakeEngine | None = None

    def make(*_: object) -> FakeEngine:
        nonlocal engine
        engine = FakeEngine(lambda: runs.cancel("training", "r"))
        return engine

    monkeypatch.setattr(cog, "Engine", make)
    runs.submit("training", "r", {})
    assert ended(store, runs)["status"] == "canceled"
    runs.close()
    assert engine
    assert not engine.loading.is_set()


def test_nothing_is_kept_of_runs_that_have_ended(store: Store) -> None:
    runs = made(store)
    runs.submit("training", "r", {}, Script(log="a line\n", status="failed"))
    runs.submit("training", "s", {}, Script(log="a line\n", queued=60))
    runs.cancel("training", "s")
    ended(store, runs)
    runs.close()
    assert runs._printed == {}


def test_a_script_that_is_played_from_the_queue_can_be_stopped(store: Store) -> None:
    lifecycle = Lifecycle(store.documents, lambda *_: None)
    scripted = ScriptedRuns(lifecycle, lambda *_: None)
    playing = threading.Event()
    done = threading.Event()

    def play() -> None:
        scripted.play("training", "r", Script(status="failed", seconds=60), "")
        done.set()

    def run() -> None:
        """Return when a thread of the pool has begun to play, as it may at once."""
        before = dict(scripted._stops)
        threading.Thread(target=play, daemon=True).start()
        while scripted._stops.get("r") in (None, before.get("r")):
            time.sleep(0.001)
        playing.set()

    scripted.start("training", "r", Script(), run)
    assert playing.wait(5)
    follower = [one for one in threading.enumerate() if "_follow" in one.name]
    for one in follower:
        one.join(5)
    scripted.stop("r")
    assert done.wait(5)
