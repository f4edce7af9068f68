"""One file of the dataset: where it lies, and what it is called in there."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Member:
    """A regular file that was found to belong to the dataset.

    `name` is its place in the dataset ("photos/1.jpg", slashes on every machine), `path` where it
    is read, `size` its bytes when it was found, `file` its path relative to the workspace, for
    annotations; empty where it is not part of the checkout (a downloaded asset).
    """

    name: str
    path: Path
    size: int
    file: str = ""
