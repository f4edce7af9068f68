"""One file of the dataset: where it lies, what it is called in there, and how it is read."""

import errno
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol, Self

# Without following a link, and without waiting for whoever writes into a pipe.
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class ChangedError(OSError):
    """The file is not the one that was checked: replaced, resized, or a link by now."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.ESTALE, "it changed after it was checked", path)


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

    `path` has no links in it. `size`, `device` and `inode` are those of the file that was checked:
    no other file is read in its place, wherever the path leads by then.
    """

    name: str
    path: str
    size: int
    file: str
    device: int
    inode: int

    @classmethod
    def found(cls, name: str, path: str, status: os.stat_result, file: str = "") -> Self:
        """Return the file that has this status, which was taken without following a link."""
        return cls(name, path, status.st_size, file, status.st_dev, status.st_ino)

    @property
    def lined(self) -> bool:
        """A line number in it can be annotated in the file."""
        return True

    def open(self) -> BinaryIO:
        """Open it for reading. Raises `OSError`, `ChangedError` if it is not what was found."""
        try:
            opened = os.open(self.path, _FLAGS)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise ChangedError(self.path) from error
            raise
        status = os.fstat(opened)
        same = (status.st_dev, status.st_ino) == (self.device, self.inode)
        if same and stat.S_ISREG(status.st_mode) and status.st_size == self.size:
            return os.fdopen(opened, "rb")
        os.close(opened)
        raise ChangedError(self.path)


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
