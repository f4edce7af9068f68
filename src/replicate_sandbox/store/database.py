"""One SQLite database, in a file or in memory, shared by many threads."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

_TABLES = """
CREATE TABLE IF NOT EXISTS documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, id TEXT NOT NULL, owner TEXT NOT NULL, body TEXT NOT NULL,
    UNIQUE (kind, id)
);
CREATE TABLE IF NOT EXISTS blobs (id TEXT PRIMARY KEY, content BLOB NOT NULL);
"""


class Database:
    """A connection that one thread uses at a time."""

    def __init__(self, path: str = ":memory:") -> None:
        """Open the database, and create its tables if they are missing.

        Raises `sqlite3.Error` if the file cannot be opened or is not a database.
        """
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.executescript(_TABLES)

    def close(self) -> None:
        """Close the database; a database in memory is gone."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep other threads out for the length of a block."""
        with self._lock:
            yield

    def query(self, sql: str, values: Sequence[object]) -> list[Any]:
        """Return the rows that a SELECT finds."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def execute(self, sql: str, values: Sequence[object]) -> int:
        """Run a statement that changes something, and return how many rows it changed."""
        with self._lock:
            return self._connection.execute(sql, values).rowcount
