"""One file of the dataset: where it lies, and what it is called in there."""

from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Member:
    """A regular file that was found to belong to the dataset.

    `name` is its place in the dataset ("photos/1.jpg", slashes on every machine), `path` where it
    is read, `size` its bytes when it was found, `file` its path relative to the workspace, for
    annotations; empty where it is not part of the checkout (a downloaded asset).
    """

    name: str
    path: str
    size: int
    file: str = ""

    def open(self) -> BinaryIO:
        """Open it for reading. Raises `OSError`."""
        return open(self.path, "rb")  # noqa: PTH123 - a Path for each of many files costs memory
