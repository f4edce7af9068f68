"""Bytes, kept by id."""

from replicate_sandbox.store.database import Database


class Blobs:
    """The blobs in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, key: str, content: bytes) -> None:
        """Keep bytes under an id; what was kept under it before is replaced."""
        self._database.execute("INSERT OR REPLACE INTO blobs VALUES (?, ?)", (key, content))

    def get(self, key: str) -> bytes | None:
        """Return the bytes under an id, or None."""
        rows = self._database.query("SELECT content FROM blobs WHERE id = ?", (key,))
        return bytes(rows[0][0]) if rows else None

    def delete(self, key: str) -> None:
        """Delete the bytes under an id, if there are any."""
        self._database.execute("DELETE FROM blobs WHERE id = ?", (key,))
