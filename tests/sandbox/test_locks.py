"""What one thread waits for while another one works."""

import sqlite3
import threading
from pathlib import Path

import pytest

from replicate_sandbox.service.trainers import Trainers
from replicate_sandbox.store.database import Database
from replicate_sandbox.store.store import Store
from support.trainers import write_trainer


def test_a_transaction_does_not_wait_for_a_look_at_a_trainer(tmp_path: Path) -> None:
    store, done = Store(), threading.Event()
    trainers = Trainers([write_trainer(tmp_path)], store)
    [model] = [name for name in trainers.names if not name.startswith("sandbox/tiny-")]

    def read() -> None:
        with store.transaction():
            trainers.refresh(model)
        done.set()

    with trainers._trainers[model].lock:
        threading.Thread(target=read, daemon=True).start()
        assert done.wait(10), "the thread with the database waits for the one with the trainer"


def test_a_failed_commit_leaves_no_transaction_open(monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database()

    class Full:
        """A connection whose disk is full when it commits."""

        def __init__(self, real: sqlite3.Connection) -> None:
            self.real = real

        @property
        def in_transaction(self) -> bool:
            return self.real.in_transaction

        def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
            if sql == "COMMIT":
                raise sqlite3.OperationalError("database or disk is full")
            return self.real.execute(sql, *values)

    with monkeypatch.context() as patch:
        patch.setattr(database, "_connection", Full(database._connection))
        with pytest.raises(sqlite3.OperationalError, match="full"), database.transaction():
            database.execute("INSERT INTO blobs VALUES (?, ?)", ("a", b"x"))
    assert not database.in_transaction
    assert database.query("SELECT id FROM blobs", ()) == []
