"""A run's status, without an engine: what changes it, and what no longer can."""

import pytest

from replicate_sandbox.engine.errors import EngineError
from replicate_sandbox.engine.lifecycle import Lifecycle
from replicate_sandbox.engine.runs import Runs
from replicate_sandbox.store.documents import Document
from replicate_sandbox.store.store import Store

RUN = {
    "id": "r",
    "model": "replicate/t",
    "version": "v",
    "status": "starting",
    "created_at": "2026-01-01T00:00:00.000000Z",
    "started_at": None,
    "logs": None,
    "output": None,
}


@pytest.fixture
def store():
    store = Store()
    store.documents.add("training", "r", "you", RUN)
    yield store
    store.close()


@pytest.fixture
def events() -> list[str]:
    return []


@pytest.fixture
def lifecycle(store: Store, events: list[str]) -> Lifecycle:
    return Lifecycle(store.documents, lambda _kind, _run, event: events.append(event))


def test_a_run_starts_logs_and_ends(lifecycle: Lifecycle, store: Store, events: list[str]) -> None:
    assert lifecycle.start("training", "r")
    lifecycle.log("training", "r", "")
    lifecycle.log("training", "r", "one line\n")
    lifecycle.end("training", "r", "succeeded", keep=lambda _: {"a": 1}, predict_time=2.5)
    ended = store.documents.get("training", "r")
    assert ended
    assert (ended["status"], ended["output"], ended["logs"]) == (
        "succeeded",
        {"a": 1},
        "one line\n",
    )
    assert ended["metrics"]["predict_time"] == 2.5
    assert events == ["start", "logs", "completed"]


def test_an_output_is_told_when_it_changes(lifecycle: Lifecycle, events: list[str]) -> None:
    outputs = iter([[], ["a"], ["a"], ["a", "b"]])
    for _ in range(4):
        lifecycle.output("training", "r", lambda _: next(outputs))
    lifecycle.end("training", "r", "canceled")
    lifecycle.output("training", "r", lambda _: ["late"])
    assert events == ["output", "output", "output", "completed"]


def test_an_aborted_run_has_not_started(lifecycle: Lifecycle, store: Store) -> None:
    lifecycle.end("training", "r", "aborted")
    ended = store.documents.get("training", "r")
    assert ended
    assert (ended["status"], ended["started_at"], set(ended["metrics"])) == (
        "aborted",
        None,
        {"total_time"},
    )


def test_a_run_that_has_ended_changes_no_more(
    lifecycle: Lifecycle, store: Store, events: list[str]
) -> None:
    lifecycle.end("training", "r", "canceled")
    ended = store.documents.get("training", "r")
    assert lifecycle.get("training", "r") is None
    assert not lifecycle.start("training", "r")
    lifecycle.log("training", "r", "late")
    lifecycle.end("training", "r", "succeeded")
    lifecycle.fail_unfinished("was stopped")
    assert store.documents.get("training", "r") == ended
    assert events == ["completed"]


def test_a_run_whose_output_cannot_be_kept_fails(lifecycle: Lifecycle, store: Store) -> None:
    def keep(run: Document) -> object:
        store.documents.add("version", "v", "you", {"model": run["model"]})
        raise EngineError("no room")

    lifecycle.end("training", "r", "succeeded", keep=keep)
    ended = store.documents.get("training", "r")
    assert ended
    assert (ended["status"], ended["output"], ended["error"]) == ("failed", None, "no room")


def test_a_run_whose_version_was_deleted_fails(store: Store) -> None:
    runs = Runs(store, "", lambda *_: None, lambda *_: None)
    runs.submit("training", "r", {})
    runs.wait("training", "r", 5)
    ended = store.documents.get("training", "r")
    runs.close()
    assert ended
    assert ended["status"] == "failed"
    assert "replicate/t:v was deleted" in ended["error"]
