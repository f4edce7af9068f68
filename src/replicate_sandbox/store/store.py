"""The documents and the blobs of one database."""

from collections.abc import Iterator
from contextlib import contextmanager

from replicate_sandbox.store.blobs import Blobs
from replicate_sandbox.store.database import Database
from replicate_sandbox.store.documents import Documents


class Store:
    """What the local Replicate remembers, in a SQLite file or in memory."""

    def __init__(self, path: str = ":memory:") -> None:
        """Open the store. Raises `sqlite3.Error` if the file cannot be used."""
        self._database = Database(path)
        self.documents = Documents(self._database)
        self.blobs = Blobs(self._database)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all changes of a block, or none of them."""
        with self._database.transaction():
            yield

    @property
    def in_transaction(self) -> bool:
        """Whether this thread is in a transaction."""
        return self._database.in_transaction

    def close(self) -> None:
        """Close the database; what was kept in memory is gone."""
        self._database.close()
