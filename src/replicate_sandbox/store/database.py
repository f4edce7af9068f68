"""One SQLite database, in a file or in memory, shared by many threads.

A file holds everything that was acknowledged, at any moment: each change is a transaction, and
SQLite undoes the one that a killed process has not finished.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

# One process at a time: a second server would mark the runs of the first as failed. A commit
# survives the process without a wait for the disk.
_PRAGMAS = """
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
"""
_TABLES = """
CREATE TABLE IF NOT EXISTS documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, id TEXT NOT NULL, owner TEXT NOT NULL, body TEXT NOT NULL,
    UNIQUE (kind, id)
);
CREATE INDEX IF NOT EXISTS owned ON documents (kind, owner, number);
CREATE TABLE IF NOT EXISTS blobs (id TEXT PRIMARY KEY, content BLOB NOT NULL);
"""


class Database:
    """A connection that one thread uses at a time, and no other process."""

    def __init__(self, path: str = ":memory:") -> None:
        """Open the database, and create its tables if they are missing.

        Raises `sqlite3.Error` if the file cannot be opened, is not a database, or is in use.
        """
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(
            path, timeout=1, check_same_thread=False, isolation_level=None
        )
        try:
            self._connection.executescript(_PRAGMAS)
            self._connection.executescript(f"BEGIN IMMEDIATE; {_TABLES} COMMIT;")
        except sqlite3.Error as error:
            self._connection.close()
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
                raise sqlite3.OperationalError(f"{path} is in use by another process") from None
            raise

    def close(self) -> None:
        """Close the database; a database in memory is gone."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all changes of a block, or none of them, and keep other threads out meanwhile.

        A block inside another one is a part of it.
        """
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # SQLite ends some itself, on a full disk
                    self._connection.execute("ROLLBACK")
                raise

    @property
    def in_transaction(self) -> bool:
        """Whether this thread is in a transaction: others are kept out of one."""
        with self._lock:
            return self._connection.in_transaction

    def query(self, sql: str, values: Sequence[object]) -> list[Any]:
        """Return the rows that a SELECT finds."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def execute(self, sql: str, values: Sequence[object]) -> int:
        """Run a statement that changes something, and return how many rows it changed."""
        with self._lock:
            return self._connection.execute(sql, values).rowcount
