"""Opening tar files so that none of their records can fill the memory."""

import bz2
import gzip
import lzma
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import IO, Any, BinaryIO, cast

from replicate_train.dataset.files import DatasetFile

_BLOCK = 1 << 20  # bytes that are read at once
_MAX_PADDING_BLOCKS = 64
_OPENERS: Mapping[bytes, Callable[[BinaryIO], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
}


class _Bounded:
    """A stream that refuses to read more than `max_read` bytes: tarfile reads a record at once."""

    def __init__(self, stream: IO[bytes], max_read: int) -> None:
        self._stream = stream
        self._max_read = max_read
        self.seek = stream.seek
        self.tell = stream.tell

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= self._max_read:
            raise tarfile.ReadError(f"record of {size:,} bytes")
        return self._stream.read(size)


@contextmanager
def open_tar(member: DatasetFile, max_read: int) -> Iterator[tarfile.TarFile]:
    """Open a tar file, compressed or not; at most `max_read` bytes are read at once."""
    with member.open() as file:
        head = file.read(6)
        file.seek(0)
        packed = (opener for magic, opener in _OPENERS.items() if head.startswith(magic))
        opener: Callable[[BinaryIO], Any] = next(packed, nullcontext)
        with opener(file) as stream:
            bounded = cast(IO[bytes], _Bounded(stream, max_read))
            with tarfile.open(fileobj=bounded, mode="r:") as archive:
                yield archive


def read_padding(archive: tarfile.TarFile) -> None:
    """Read the padding at the end of a tar file: the checksum of its compression is behind it."""
    for _ in range(_MAX_PADDING_BLOCKS):
        if not (archive.fileobj and archive.fileobj.read(_BLOCK)):
            return
