"""Files as a zip, a block at a time: the same content gives the same bytes wherever it is packed.

Names are in order, times and modes are fixed. Deflated by ISA-L's igzip at level 2, which takes a
tenth of the time of zlib's usual level and is reported to write the same bytes on every x86-64
processor with SSE4.2. Where they differ, as they may on another architecture, an upload is not
found again and is sent once more.

What is large is not held: a stored file is read once for its checksum and once for its bytes, a
deflated one has its checksum and sizes written behind it (a data descriptor).
"""

import struct
import zlib
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field

from isal import isal_zlib

from replicate_train.dataset.members import Member
from replicate_train.errors import DatasetError

BLOCK = 1 << 20  # bytes that are read at once
_WHOLE = 4 * BLOCK  # a file of up to so many bytes is held while it is packed
_STORED, _DEFLATED = 0, 8
_UTF8, _DESCRIPTOR = 0x800, 0x8
_TIME, _DATE = 0, 0x21  # 1980-01-01, the oldest that a zip can hold
_MODE = 0o100644 << 16
# Compressed already: deflating them again costs time and gains nothing.
_PACKED = frozenset(
    ["7z", "aac", "avif", "bz2", "flac", "gif", "gz", "heic", "heif", "jpeg", "jpg", "jxl",
     "m4a", "m4v", "mkv", "mov", "mp3", "mp4", "mpeg", "npz", "ogg", "opus", "parquet", "pdf",
     "png", "rar", "safetensors", "tgz", "webm", "webp", "whl", "xlsx", "xz", "zip", "zst"]
)  # fmt: skip
_MOST = 0xFFFF  # entries that a zip without Zip64 can say it has

_LOCAL = struct.Struct("<4s5H3L2H")
_AFTER = struct.Struct("<4s3L")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_FIND64 = struct.Struct("<4sLQL")


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the directory at the zip's end says of a file."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int

    @property
    def length(self) -> int:
        """How many bytes of the zip it takes, before the directory."""
        after = _AFTER.size if self.flags & _DESCRIPTOR else 0
        return _LOCAL.size + len(self.name) + self.packed + after


Part = Generator[bytes, None, _Entry]  # a file's bytes of the zip, and then its entry


@dataclass
class Zip:
    """A zip of files; it may be read more than once. `done` counts the files that were read."""

    members: Sequence[Member]
    done: int = field(default=0, init=False)

    def blocks(self) -> Generator[bytes]:
        """Yield the zip's bytes. Raises `DatasetError` for what changed or cannot be read."""
        self.done, offset = 0, 0
        entries: list[_Entry] = []
        for member in self.members:
            entry = yield from _packed(member, offset)
            entries.append(entry)
            offset += entry.length
            self.done += 1
        yield _directory(entries, offset)


def is_compressed(name: str) -> bool:
    """Tell by a file's name whether deflating it would gain nothing."""
    return name.rpartition(".")[2].lower() in _PACKED


def _packed(member: Member, offset: int) -> Part:
    """Yield a file's part of the zip, and return what the directory says of it."""
    method = _STORED if is_compressed(member.name) else _DEFLATED
    try:
        if member.size <= _WHOLE:
            return (yield from _whole(member, method, offset))
        if method == _STORED:
            return (yield from _stored(member, offset))
        return (yield from _deflated(member, offset))
    except OSError as error:
        raise DatasetError(f"{member.name} in the dataset cannot be read: {error}") from error


def _whole(member: Member, method: int, offset: int) -> Part:
    data = b"".join(_read(member))
    body = data
    if method == _DEFLATED:
        packer = isal_zlib.compressobj(2, zlib.DEFLATED, -15)
        body = packer.compress(data) + packer.flush()
        if len(body) >= len(data):
            method, body = _STORED, data
    crc = isal_zlib.crc32(data)
    entry = _Entry(_name(member), _UTF8, method, crc, len(body), len(data), offset)
    yield _header(entry) + body
    return entry


def _stored(member: Member, offset: int) -> Part:
    crc = 0
    for block in _read(member):
        crc = isal_zlib.crc32(block, crc)
    entry = _Entry(_name(member), _UTF8, _STORED, crc, member.size, member.size, offset)
    yield _header(entry)
    yield from _read(member)
    return entry


def _deflated(member: Member, offset: int) -> Part:
    flags = _UTF8 | _DESCRIPTOR
    name = _name(member)
    yield _header(_Entry(name, flags, _DEFLATED, 0, 0, 0, offset))
    packer = isal_zlib.compressobj(2, zlib.DEFLATED, -15)
    crc = packed = 0
    for block in _read(member):
        crc = isal_zlib.crc32(block, crc)
        body = packer.compress(block)
        packed += len(body)
        yield body
    body = packer.flush()
    packed += len(body)
    yield body + _AFTER.pack(b"PK\7\b", crc, packed, member.size)
    return _Entry(name, flags, _DEFLATED, crc, packed, member.size, offset)


def _read(member: Member) -> Iterator[bytes]:
    """Yield a file's bytes, exactly as many as it had when it was found."""
    left = member.size
    with member.path.open("rb", buffering=0) as file:
        while block := file.read(BLOCK):
            left -= len(block)
            if left < 0:
                break
            yield block
    if left:
        raise DatasetError(
            f"{member.name} in the dataset changed while it was packed",
            why=f"It had {member.size:,} bytes when it was found.",
            mend="Let what writes it end before this step begins.",
        )


def _name(member: Member) -> bytes:
    return member.name.encode("utf-8")


def _header(entry: _Entry) -> bytes:
    return (
        _LOCAL.pack(
            b"PK\3\4", 20, entry.flags, entry.method, _TIME, _DATE,
            entry.crc, entry.packed, entry.size, len(entry.name), 0,
        )
        + entry.name
    )  # fmt: skip


def _directory(entries: Sequence[_Entry], offset: int) -> bytes:
    listed = b"".join(
        _CENTRAL.pack(
            b"PK\1\2", 0x314, 20, entry.flags, entry.method, _TIME, _DATE,
            entry.crc, entry.packed, entry.size, len(entry.name), 0, 0, 0, 0, _MODE, entry.offset,
        )
        + entry.name
        for entry in entries
    )  # fmt: skip
    count = len(entries)
    end64 = b""
    if count >= _MOST:
        size = len(listed)
        end64 = _END64.pack(b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, offset)
        end64 += _FIND64.pack(b"PK\6\7", 0, offset + size, 1)
        count = _MOST
    return listed + end64 + _END.pack(b"PK\5\6", 0, 0, count, count, len(listed), offset, 0)
