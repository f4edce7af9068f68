"""The records of a zip file, as PKWARE's APPNOTE has them. Names are UTF-8, times are fixed."""

import struct
from dataclasses import dataclass

STORED, DEFLATED = 0, 8
LARGEST = 0xFFFFFFFF  # bytes of a file in a zip without Zip64
_UTF8, _BEHIND = 0x800, 0x8
_TIME, _DATE = 0, 0x21  # 1980-01-01, the oldest that a zip can hold
_MODE = 0o100644 << 16
_MOST = 0xFFFF  # entries that a zip without Zip64 can say it has

_LOCAL = struct.Struct("<4s5H3L2H")
_AFTER = struct.Struct("<4s3L")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_FIND64 = struct.Struct("<4sLQL")


@dataclass(slots=True)
class Entry:
    """A file in a zip. `behind`: its checksum and sizes are written behind its bytes."""

    name: bytes
    method: int
    crc: int = 0
    packed: int = 0
    size: int = 0
    behind: bool = False

    @property
    def header(self) -> bytes:
        """What stands before its bytes."""
        crc, packed, size = (0, 0, 0) if self.behind else (self.crc, self.packed, self.size)
        return (
            _LOCAL.pack(
                b"PK\3\4", 20, self._flags, self.method, _TIME, _DATE,
                crc, packed, size, len(self.name), 0,
            )
            + self.name
        )  # fmt: skip

    @property
    def descriptor(self) -> bytes:
        """What stands behind its bytes, if anything does."""
        if not self.behind:
            return b""
        return _AFTER.pack(b"PK\7\b", self.crc, self.packed, self.size)

    @property
    def length(self) -> int:
        """How many bytes of the zip it takes, before the directory."""
        after = _AFTER.size if self.behind else 0
        return _LOCAL.size + len(self.name) + self.packed + after

    def listed(self, offset: int) -> bytes:
        """Return what the directory says of a file that begins at a place of the zip."""
        return (
            _CENTRAL.pack(
                b"PK\1\2", 0x314, 20, self._flags, self.method, _TIME, _DATE,
                self.crc, self.packed, self.size, len(self.name), 0, 0, 0, 0, _MODE, offset,
            )
            + self.name
        )  # fmt: skip

    @property
    def _flags(self) -> int:
        return _UTF8 | (_BEHIND if self.behind else 0)


class Directory:
    """The list at a zip's end, which grows with the files before it."""

    def __init__(self) -> None:
        self._listed = bytearray()
        self._count = 0
        self._offset = 0

    def add(self, entry: Entry) -> None:
        """Note the next file."""
        self._listed += entry.listed(self._offset)
        self._offset += entry.length
        self._count += 1

    def end(self) -> bytes:
        """Return what stands behind the last file."""
        count, size = self._count, len(self._listed)
        end64 = b""
        if count >= _MOST:
            end64 = _END64.pack(b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, self._offset)
            end64 += _FIND64.pack(b"PK\6\7", 0, self._offset + size, 1)
            count = _MOST
        last = _END.pack(b"PK\5\6", 0, 0, count, count, size, self._offset, 0)
        return bytes(self._listed) + end64 + last
