"""One file of the dataset: its path, its name in the dataset, and how it is opened."""

import errno
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol, Self

# Do not follow a link, and do not wait for the writer of a pipe.
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class ChangedError(OSError):
    """The file is no longer the one that was checked: replaced, resized, or now a link."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.ESTALE, "changed after it was checked", path)


class Content(Protocol):
    """A file whose content can be checked.

    `name` is its path in the dataset ("photos/1.jpg", with slashes), `size` is in bytes. `file` is
    the path of the file to annotate, relative to the workspace: for a file in an archive, that of
    the archive; empty if it is not part of the checkout (a release asset). `has_file_lines` tells
    whether its line numbers are those of `file`.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - see above
    @property
    def size(self) -> int: ...  # noqa: D102
    @property
    def file(self) -> str: ...  # noqa: D102
    @property
    def has_file_lines(self) -> bool: ...  # noqa: D102

    def open(self) -> BinaryIO:
        """Open it for reading. Raises `OSError`."""


@dataclass(frozen=True, slots=True)
class DatasetFile:
    """A regular file of the dataset, which is read at `path`.

    `path` has no links in it. `size`, `device` and `inode` are those of the file that was checked:
    no other file is read instead, wherever the path leads later.
    """

    name: str
    path: str
    size: int
    file: str
    device: int
    inode: int

    @classmethod
    def found(cls, name: str, path: str, status: os.stat_result, file: str = "") -> Self:
        """Return the file with a status that was read without following a link."""
        return cls(name, path, status.st_size, file, status.st_dev, status.st_ino)

    @property
    def has_file_lines(self) -> bool:
        """True: it is the file."""
        return True

    def open(self) -> BinaryIO:
        """Open it for reading. Raises `OSError`, and `ChangedError` if it is another file."""
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
    """A file in an archive, which `reader` opens."""

    name: str
    size: int
    file: str
    reader: Callable[[], BinaryIO]

    @property
    def has_file_lines(self) -> bool:
        """False: its lines are not the archive's."""
        return False

    def open(self) -> BinaryIO:
        """Open it for reading. Raises `OSError`."""
        return self.reader()
