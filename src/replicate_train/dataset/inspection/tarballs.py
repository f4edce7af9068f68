"""Tars opened so that no record of theirs can fill the memory."""

import bz2
import gzip
import lzma
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import IO, Any, BinaryIO, cast

from replicate_train.dataset.files import DatasetFile

_BLOCK, _PADDING = 1 << 20, 64  # bytes that are read at once, and how often
_OPENERS: Mapping[bytes, Callable[[BinaryIO], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
}


class _Bounded:
    """A stream that is read in pieces of at most `most` bytes: tarfile reads a record at once."""

    def __init__(self, stream: IO[bytes], most: int) -> None:
        self._stream = stream
        self._most = most
        self.seek = stream.seek
        self.tell = stream.tell

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= self._most:
            raise tarfile.ReadError(f"it has a record of {size:,} bytes")
        return self._stream.read(size)


@contextmanager
def opened(member: DatasetFile, most: int) -> Iterator[tarfile.TarFile]:
    """Open a tar, compressed or not; no more than `most` bytes of it are read at once."""
    with member.open() as file:
        head = file.read(6)
        file.seek(0)
        packed = (opener for magic, opener in _OPENERS.items() if head.startswith(magic))
        opener: Callable[[BinaryIO], Any] = next(packed, nullcontext)
        with opener(file) as stream:
            bounded = cast(IO[bytes], _Bounded(stream, most))
            with tarfile.open(fileobj=bounded, mode="r:") as archive:
                yield archive


def drain(archive: tarfile.TarFile) -> None:
    """Read what is left of a tar, if it is no more than padding: its checksum is behind that."""
    for _ in range(_PADDING):
        if not (archive.fileobj and archive.fileobj.read(_BLOCK)):
            return
