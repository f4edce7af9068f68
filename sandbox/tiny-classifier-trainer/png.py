"""PNG, by its specification: 8 bits a channel, not interlaced."""

import struct
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
_UP, _AVERAGE, _PAETH = 2, 3, 4  # filter types
_GRAY_ALPHA = 2  # channels


class ImageError(ValueError):
    """Why an image cannot be read."""


def decode_png(data: bytes, most: int) -> NDArray[np.uint8]:
    """Return height x width x 3 bytes of red, green and blue, without transparency.

    Raises `ImageError` for an image of more than `most` pixels, before it is unpacked, and for
    one that is damaged or of another kind; `KeyError`, `ValueError`, `IndexError`, `struct.error`
    or `zlib.error` for one whose structure is invalid.
    """
    packed, palette = b"", b""
    width = height = channels = 0
    for kind, body in _chunks(data):
        if kind == b"IHDR":
            width, height, channels = _header(body, most)
        palette = body if kind == b"PLTE" else palette
        packed += body if kind == b"IDAT" else b""
    if not channels:
        raise ImageError("damaged image: no header")
    stride = width * channels
    raw = zlib.decompressobj().decompress(packed, height * (stride + 1))
    lines = np.frombuffer(raw, np.uint8).reshape(height, stride + 1)
    pixels = _unfiltered(lines, channels).reshape(height, width, channels)
    if palette:
        return np.frombuffer(palette, np.uint8).reshape(-1, 3)[pixels[..., 0]]
    return pixels[..., :3] if channels > _GRAY_ALPHA else np.repeat(pixels[..., :1], 3, axis=2)


def _header(body: bytes, most: int) -> tuple[int, int, int]:
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
    if depth != 8 or interlaced:  # noqa: PLR2004 - bits a channel
        raise ImageError(f"{depth} bits a channel, or interlaced. Use 8 bits, not interlaced")
    if not 0 < width * height <= most:
        raise ImageError(f"{width} x {height} pixels: empty or too large")
    return width, height, _CHANNELS[colour]


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(SIGNATURE)
    while place < len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        body = data[place + 8 : place + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, place + 8 + length)
        if zlib.crc32(kind + body) != checksum:
            raise ImageError(f"damaged image: wrong checksum of the chunk {kind!r}")
        yield kind, body
        place += 12 + length


def _unfiltered(lines: NDArray[np.uint8], step: int) -> NDArray[np.uint8]:
    """Return the pixels of filtered lines (PNG specification, section 9)."""
    pixels = np.zeros((len(lines), lines.shape[1] - 1), np.uint8)
    above = np.zeros(lines.shape[1] - 1, np.uint8)
    for y, line in enumerate(lines):
        kind, row = int(line[0]), line[1:].copy()
        if kind == 1:
            for x in range(step):
                row[x::step] = np.cumsum(row[x::step], dtype=np.uint8)
        elif kind == _UP:
            row += above
        elif kind in {_AVERAGE, _PAETH}:
            _undo_by_pixel(row, above, step, paeth=kind == _PAETH)
        elif kind:
            raise ImageError(f"damaged image: unknown filter {kind}")
        pixels[y] = above = row
    return pixels


def _undo_by_pixel(
    row: NDArray[np.uint8], above: NDArray[np.uint8], step: int, *, paeth: bool
) -> None:
    for x in range(len(row)):
        left = int(row[x - step]) if x >= step else 0
        up = int(above[x])
        corner = int(above[x - step]) if x >= step else 0
        prediction = _paeth(left, up, corner) if paeth else (left + up) // 2
        row[x] = (int(row[x]) + prediction) & 255


def _paeth(left: int, up: int, corner: int) -> int:
    return min((left, up, corner), key=lambda value: abs(left + up - corner - value))
