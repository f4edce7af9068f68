"""JSON documents, kept by kind and id, in the order in which they were added."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from replicate_sandbox.store.database import Database

Document = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """Some documents, newest first, and the offsets of the next and the previous page."""

    documents: list[Document]
    next: int | None
    previous: int | None


class Documents:
    """The documents in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, kind: str, key: str, owner: str, document: Document) -> bool:
        """Add a document; return False, and change nothing, if one with that id exists."""
        added = self._database.execute(
            "INSERT OR IGNORE INTO documents (kind, id, owner, body) VALUES (?, ?, ?, ?)",
            (kind, key, owner, json.dumps(document)),
        )
        return added == 1

    def get(self, kind: str, key: str) -> Document | None:
        """Return a document, or None."""
        rows = self._database.query(
            "SELECT body FROM documents WHERE kind = ? AND id = ?", (kind, key)
        )
        return json.loads(rows[0][0]) if rows else None

    def update(
        self, kind: str, key: str, change: Callable[[Document], Document | None]
    ) -> Document | None:
        """Replace a document by what `change` returns for it, unless that is None.

        Returns the document as it is afterwards, or None if there is none. All that `change` does
        to the store is part of the same transaction.
        """
        with self._database.transaction():
            document = self.get(kind, key)
            if document is None:
                return None
            changed = change(dict(document))
            if changed is None:
                return document
            self._database.execute(
                "UPDATE documents SET body = ? WHERE kind = ? AND id = ?",
                (json.dumps(changed), kind, key),
            )
            return changed

    def delete(self, kind: str, key: str) -> bool:
        """Delete a document; return False if there was none."""
        deleted = self._database.execute(
            "DELETE FROM documents WHERE kind = ? AND id = ?", (kind, key)
        )
        return deleted == 1

    def count(self, kind: str, owner: str) -> int:
        """Return how many documents of a kind an owner has."""
        rows = self._database.query(
            "SELECT COUNT(*) FROM documents WHERE kind = ? AND owner = ?", (kind, owner)
        )
        return int(rows[0][0])

    def page(
        self,
        kind: str,
        owner: str,
        offset: int = 0,
        size: int = 100,
        created: tuple[str, str] | None = None,
    ) -> Page:
        """Return a page of an owner's documents, newest first.

        With `created`, only those whose `created_at` is at or after the first time and before the
        last.
        """
        if created is None:
            rows = self._database.query(
                "SELECT body FROM documents WHERE kind = ? AND owner = ? "
                "ORDER BY number DESC LIMIT ? OFFSET ?",
                (kind, owner, size + 1, offset),
            )
        else:
            rows = self._database.query(
                "SELECT body FROM documents WHERE kind = ? AND owner = ? "
                "AND json_extract(body, '$.created_at') >= ? "
                "AND json_extract(body, '$.created_at') < ? "
                "ORDER BY number DESC LIMIT ? OFFSET ?",
                (kind, owner, *created, size + 1, offset),
            )
        return Page(
            [json.loads(row[0]) for row in rows[:size]],
            next=offset + size if len(rows) > size else None,
            previous=max(0, offset - size) if offset else None,
        )

    def list_of(self, kind: str, owner: str) -> list[Document]:
        """Return all documents of a kind that an owner has, oldest first."""
        rows = self._database.query(
            "SELECT body FROM documents WHERE kind = ? AND owner = ? ORDER BY number", (kind, owner)
        )
        return [json.loads(row[0]) for row in rows]

    def with_value(self, kind: str, field: str, value: str) -> list[Document]:
        """Return all documents of a kind in which a field has this value, oldest first."""
        rows = self._database.query(
            "SELECT body FROM documents WHERE kind = ? AND json_extract(body, ?) = ? "
            "ORDER BY number",
            (kind, f"$.{field}", value),
        )
        return [json.loads(row[0]) for row in rows]

    def list_all(self, kind: str) -> list[Document]:
        """Return all documents of a kind, oldest first."""
        rows = self._database.query(
            "SELECT body FROM documents WHERE kind = ? ORDER BY number", (kind,)
        )
        return [json.loads(row[0]) for row in rows]
