"""What the local Replicate remembers: documents and blobs in SQLite, in a file or in memory.

Knows no HTTP and no rules. Documents are kept by kind and id, in the order of their making.
"""

import json
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]

_TABLES = """
CREATE TABLE IF NOT EXISTS documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, id TEXT NOT NULL, owner TEXT NOT NULL, body TEXT NOT NULL,
    UNIQUE (kind, id)
);
CREATE TABLE IF NOT EXISTS blobs (id TEXT PRIMARY KEY, content BLOB NOT NULL);
"""


@dataclass(frozen=True)
class Page:
    """Some documents, newest first, and where the next and previous pages begin."""

    documents: list[Document]
    next: int | None
    previous: int | None


class Store:
    """One database, used by many threads in turn."""

    def __init__(self, path: str = ":memory:") -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Close the database; what was kept in memory is gone."""
        with self._lock:
            self._db.close()

    def add(self, kind: str, key: str, owner: str, document: Document) -> bool:
        """Keep a new document; False if there is one of that id already."""
        with self._lock:
            made = self._db.execute(
                "INSERT OR IGNORE INTO documents (kind, id, owner, body) VALUES (?, ?, ?, ?)",
                (kind, key, owner, json.dumps(document)),
            )
            return made.rowcount == 1

    def get(self, kind: str, key: str) -> Document | None:
        """Return a document, or None."""
        with self._lock:
            row = self._db.execute(
                "SELECT body FROM documents WHERE kind = ? AND id = ?", (kind, key)
            ).fetchone()
        return json.loads(row[0]) if row else None

    def change(
        self, kind: str, key: str, change: Callable[[Document], Document | None]
    ) -> Document | None:
        """Replace a document by what `change` makes of it; nothing happens where that is None.

        Returns the document as it is then. No other change comes in between.
        """
        with self._lock:
            document = self.get(kind, key)
            if document is None:
                return None
            changed = change(dict(document))
            if changed is None:
                return document
            self._db.execute(
                "UPDATE documents SET body = ? WHERE kind = ? AND id = ?",
                (json.dumps(changed), kind, key),
            )
            return changed

    def remove(self, kind: str, key: str) -> bool:
        """Forget a document; False if there was none."""
        with self._lock:
            gone = self._db.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, key))
            return gone.rowcount == 1

    def count(self, kind: str, owner: str) -> int:
        """Return how many documents of a kind an owner has."""
        with self._lock:
            row = self._db.execute(
                "SELECT COUNT(*) FROM documents WHERE kind = ? AND owner = ?", (kind, owner)
            ).fetchone()
        return int(row[0])

    def page(self, kind: str, owner: str | None, offset: int = 0, size: int = 100) -> Page:
        """Return a page of an owner's documents (or of everybody's), newest first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT body FROM documents WHERE kind = ? AND (? IS NULL OR owner = ?) "
                "ORDER BY number DESC LIMIT ? OFFSET ?",
                (kind, owner, owner, size + 1, offset),
            ).fetchall()
        documents = [json.loads(row[0]) for row in rows[:size]]
        return Page(
            documents,
            next=offset + size if len(rows) > size else None,
            previous=max(0, offset - size) if offset else None,
        )

    def every(self, kind: str) -> list[Document]:
        """Return all documents of a kind, oldest first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT body FROM documents WHERE kind = ? ORDER BY number", (kind,)
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def keep_blob(self, key: str, content: bytes) -> None:
        """Keep bytes under an id."""
        with self._lock:
            self._db.execute("INSERT OR REPLACE INTO blobs VALUES (?, ?)", (key, content))

    def blob(self, key: str) -> bytes | None:
        """Return bytes, or None."""
        with self._lock:
            row = self._db.execute("SELECT content FROM blobs WHERE id = ?", (key,)).fetchone()
        return bytes(row[0]) if row else None

    def remove_blob(self, key: str) -> None:
        """Forget bytes."""
        with self._lock:
            self._db.execute("DELETE FROM blobs WHERE id = ?", (key,))
