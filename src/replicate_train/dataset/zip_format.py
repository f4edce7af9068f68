"""The records of a ZIP file, as PKWARE's APPNOTE defines them. Names are UTF-8, times are fixed.

Sizes and offsets of 4 GB and more, and 65,535 files and more, are written as Zip64. Whoever reads
the ZIP as a stream must know the width of the sizes behind a file: 8 bytes if the file's header has
a Zip64 field, else 4. So that is decided by the file's size before it is read.
"""

import struct
from dataclasses import dataclass

STORED, DEFLATED = 0, 8
_ZIP64_BYTES = _IN_ZIP64_FIELD = 0xFFFFFFFF  # the limit; its mark in a 32-bit field
_ZIP64_FILES = 0xFFFF  # the limit, and its mark
_UTF8_NAME, _HAS_DESCRIPTOR = 0x800, 0x8  # flags
_TIME, _DATE = 0, 0x21  # 1980-01-01, the oldest that a ZIP can hold
_MODE = 0o100644 << 16
_VERSION, _VERSION_ZIP64, _UNIX = 20, 45, 3 << 8

_HEADER = struct.Struct("<4s5H3L2H")
_DESCRIPTOR, _DESCRIPTOR64 = struct.Struct("<4s3L"), struct.Struct("<4sL2Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")


@dataclass(slots=True)
class Entry:
    """A file in a ZIP; its name and its size in bytes are known before its content is read.

    `streamed`: checksum and packed size are not, and are written behind the content.
    """

    name: bytes
    method: int
    size: int
    crc: int = 0
    packed: int = 0
    streamed: bool = False

    @property
    def header(self) -> bytes:
        """The bytes before the content."""
        crc, packed, size = (0, 0, 0) if self.streamed else (self.crc, self.packed, self.size)
        extra = b""
        if self._zip64:
            packed = size = _IN_ZIP64_FIELD
            extra = _zip64_field(0, 0)
        return (
            _HEADER.pack(
                b"PK\3\4", self._version, self._flags, self.method, _TIME, _DATE,
                crc, packed, size, len(self.name), len(extra),
            )
            + self.name
            + extra
        )  # fmt: skip

    @property
    def descriptor(self) -> bytes:
        """The bytes behind the content; none if it is not streamed."""
        if not self.streamed:
            return b""
        record = _DESCRIPTOR64 if self._zip64 else _DESCRIPTOR
        return record.pack(b"PK\7\b", self.crc, self.packed, self.size)

    @property
    def length(self) -> int:
        """The bytes that it takes in the ZIP, without its record in the directory."""
        return len(self.header) + self.packed + len(self.descriptor)

    def record(self, offset: int) -> bytes:
        """Return its record in the directory; `offset` is where it begins in the ZIP, in bytes."""
        large = [one for one in (self.size, self.packed, offset) if one >= _ZIP64_BYTES]
        extra = _zip64_field(*large) if large else b""
        version = _VERSION_ZIP64 if large else self._version
        return (
            _CENTRAL.pack(
                b"PK\1\2", _UNIX | version, version, self._flags, self.method, _TIME, _DATE,
                self.crc, _narrow(self.packed), _narrow(self.size), len(self.name), len(extra),
                0, 0, 0, _MODE, _narrow(offset),
            )
            + self.name
            + extra
        )  # fmt: skip

    @property
    def _zip64(self) -> bool:
        """Whether it may take 4 GB, also if packing makes it a little larger."""
        return self.streamed and self.size + self.size // 1000 >= _ZIP64_BYTES

    @property
    def _version(self) -> int:
        return _VERSION_ZIP64 if self._zip64 else _VERSION

    @property
    def _flags(self) -> int:
        return _UTF8_NAME | (_HAS_DESCRIPTOR if self.streamed else 0)


class Directory:
    """The list of files at the end of a ZIP, which grows with the files before it."""

    def __init__(self) -> None:
        self._records = bytearray()
        self._count = 0
        self._offset = 0

    def add(self, entry: Entry) -> None:
        """Add the next file."""
        self._records += entry.record(self._offset)
        self._offset += entry.length
        self._count += 1

    def end(self) -> bytes:
        """Return the bytes behind the last file."""
        count, size, offset = self._count, len(self._records), self._offset
        end64 = b""
        if count >= _ZIP64_FILES or max(size, offset) >= _ZIP64_BYTES:
            version = _VERSION_ZIP64
            end64 = _END64.pack(
                b"PK\6\6", 44, _UNIX | version, version, 0, 0, count, count, size, offset
            ) + _LOCATOR64.pack(b"PK\6\7", 0, offset + size, 1)
        count = min(count, _ZIP64_FILES)
        end = _END.pack(b"PK\5\6", 0, 0, count, count, _narrow(size), _narrow(offset), 0)
        return bytes(self._records) + end64 + end


def _zip64_field(*numbers: int) -> bytes:
    return struct.pack(f"<2H{len(numbers)}Q", 1, 8 * len(numbers), *numbers)


def _narrow(number: int) -> int:
    return number if number < _ZIP64_BYTES else _IN_ZIP64_FIELD
