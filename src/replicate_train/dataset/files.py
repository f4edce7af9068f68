"""One file of the dataset: where it lies, what it is called in there, and how it is read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol


class Content(Protocol):
    """A file that can be looked into.

    `name` is its place in the dataset ("photos/1.jpg", slashes on every machine), `size` its bytes,
    `file` the path, relative to the workspace, of the file that it lies in, for annotations; empty
    where that is not part of the checkout (a downloaded asset). `lined` tells whether its lines are
    that file's lines.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - see above
    @property
    def size(self) -> int: ...  # noqa: D102
    @property
    def file(self) -> str: ...  # noqa: D102
    @property
    def lined(self) -> bool: ...  # noqa: D102

    def open(self) -> BinaryIO:
        """Open it for reading. Raises `OSError`."""


@dataclass(frozen=True, slots=True)
class DatasetFile:
    """A regular file that was found to belong to the dataset; `path` is where it is read.

    `size` is what it had when it was found.
    """

    name: str
    path: str
    size: int
    file: str = ""

    @property
    def lined(self) -> bool:
        """A line number in it can be annotated in the file."""
        return True

    def open(self) -> BinaryIO:
        """Open it for reading. Raises `OSError`."""
        return open(self.path, "rb")  # noqa: PTH123 - a Path for each of many files costs memory


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """A file in an archive, which is opened by `reader`."""

    name: str
    size: int
    file: str
    reader: Callable[[], BinaryIO]

    @property
    def lined(self) -> bool:
        """A line in it is no line of the archive."""
        return False

    def open(self) -> BinaryIO:
        """Open it for reading. Raises `OSError`."""
        return self.reader()
