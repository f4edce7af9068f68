"""Truncated images, found by the structure of their format; nothing is decoded.

Each check takes an open file and its size in bytes, and returns False only if something is surely
missing. Bytes behind the end of an image (a camera's video, a signature) are ignored.
"""

import re
from collections.abc import Callable, Mapping
from typing import BinaryIO, Literal

_MAX_PARTS = 100_000  # chunks, boxes or markers of a file that are checked
# In a JPEG's picture FF is followed by 00, or by the number of a restart.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_END = 0xD9
# Boxes of an ISO base media file that an image needs.
_NEEDED = frozenset({b"ftyp", b"meta", b"mdat", b"moov"})


def _jpeg(file: BinaryIO, size: int) -> bool:
    """Look for the end marker: at the very end, else behind the picture, not in a thumbnail."""
    file.seek(max(0, size - 2))
    if file.read(2) == b"\xff\xd9":
        return True
    file.seek(0)
    data = file.read()
    place = 2
    for _ in range(_MAX_PARTS):
        found = _MARKER.search(data, place)
        if found is None:
            return False
        place, kind = found.end(), data[found.end() - 1]
        if kind == _END:
            return True
        place += int.from_bytes(data[place : place + 2], "big")
    return True


def _png(file: BinaryIO, size: int) -> bool:
    place = 8
    for _ in range(_MAX_PARTS):
        file.seek(place)
        head = file.read(8)
        if len(head) < 8:  # noqa: PLR2004 - a chunk's length and type
            return False
        place += 12 + int.from_bytes(head[:4], "big")
        if place > size:
            return False
        if head[4:] == b"IEND":
            return True
    return True


def _webp(file: BinaryIO, size: int) -> bool:
    file.seek(4)
    return int.from_bytes(file.read(4), "little") + 8 <= size + 1


def _gif(file: BinaryIO, _size: int) -> bool:
    """Go from block to block to the trailer."""
    file.seek(10)
    data = file.read()
    place = 3 + _colours(data[:1])
    while place < len(data):
        kind = data[place : place + 1]
        if kind == b"!":  # an extension, with a label
            place += 2
        elif kind == b",":  # an image, with its place, its colours and the size of its codes
            place += 11 + _colours(data[place + 9 : place + 10])
        else:  # the trailer, or unknown
            return True
        while place < len(data) and data[place]:
            place += 1 + data[place]
        place += 1
    return False


def _colours(flags: bytes) -> int:
    """Return the bytes of a GIF's table of colours, 0 where it has none."""
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 0x80 else 0


def _boxes(file: BinaryIO, size: int) -> bool:
    """Go from box to box, as ISO's base media files (HEIF, AVIF) are made of them."""
    place = 0
    for _ in range(_MAX_PARTS):
        file.seek(place)
        head = file.read(16)
        length, kind = int.from_bytes(head[:4], "big"), head[4:8]
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if length == 0 or not kind.isalnum():  # up to the end, or no box
            return True
        place += length
        if place > size:
            return kind not in _NEEDED
    return True


def _bmp(file: BinaryIO, size: int) -> bool:
    """Compare with the size that its picture has, where it is not packed."""
    file.seek(0)
    head = file.read(34)

    def number(place: int, length: int = 4) -> int:
        return int.from_bytes(head[place : place + length], "little", signed=length == 4)  # noqa: PLR2004

    if len(head) < 34 or number(14) < 40 or number(30):  # noqa: PLR2004 - old, or packed
        return True
    row = (abs(number(18)) * number(28, 2) + 31) // 32 * 4
    return number(10) + row * abs(number(22)) <= size


def _tiff(file: BinaryIO, size: int) -> bool:
    """Look for the first directory, which most programs write behind the picture."""
    file.seek(0)
    head = file.read(16)
    order: Literal["little", "big"] = "little" if head[:1] == b"I" else "big"
    big = head[2:4] in {b"+\0", b"\0+"}
    return int.from_bytes(head[8:16] if big else head[4:8], order) < size


_CHECKS: Mapping[str, tuple[Callable[[BinaryIO, int], bool], str]] = {
    "JPEG": (_jpeg, "no end marker"),
    "PNG": (_png, "ends before its last chunk"),
    "WebP": (_webp, "shorter than its header says"),
    "GIF": (_gif, "ends before its trailer"),
    "BMP": (_bmp, "shorter than its header says"),
    "TIFF": (_tiff, "ends before its directory"),
    "HEIF": (_boxes, "ends inside a box"),
    "AVIF": (_boxes, "ends inside a box"),
}


def truncation(kind: str, file: BinaryIO, size: int) -> str:
    """Return how an image of a format is truncated; empty if it is complete, or not known."""
    complete, reason = _CHECKS.get(kind, (lambda _file, _size: True, ""))
    return "" if complete(file, size) else reason
