"""Pictures as numbers, with nothing but zlib and numpy: PNG and the portable bitmaps."""

import struct
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

SIDE = 16  # pixels: what every picture is brought to
_MOST = 4096 * 4096  # pixels: more is refused before it is unpacked
_PNG = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by PNG's colour type


class ImageError(ValueError):
    """Why a picture cannot be read."""


def features(data: bytes) -> NDArray[np.float32]:
    """Return a picture as SIDE x SIDE x 3 numbers from -1 to 1, in one row.

    Raises `ImageError` for what is no readable PNG, PPM or PGM, whatever it is called.
    """
    pixels = decode(data).astype(np.float32)
    rows, columns = (
        np.linspace(0, size, SIDE + 1).astype(int) for size in (pixels.shape[0], pixels.shape[1])
    )
    small = np.empty((SIDE, SIDE, 3), np.float32)
    for y in range(SIDE):
        for x in range(SIDE):
            bottom, right = max(rows[y] + 1, rows[y + 1]), max(columns[x] + 1, columns[x + 1])
            small[y, x] = pixels[rows[y] : bottom, columns[x] : right].mean(axis=(0, 1))
    return (small / 127.5 - 1).ravel()


def decode(data: bytes) -> NDArray[np.uint8]:
    """Return height x width x 3 bytes of red, green and blue; transparency is dropped."""
    try:
        if data.startswith(_PNG):
            return _png(data)
        if data[:2] in {b"P5", b"P6"}:
            return _portable(data)
    except (struct.error, zlib.error, ValueError, IndexError, KeyError) as error:
        raise ImageError(f"is damaged: {error}") from None
    kind = "a JPEG" if data.startswith(b"\xff\xd8") else "no picture that is known here"
    raise ImageError(f"is {kind}; PNG (8 bits, not interlaced), PPM and PGM can be read")


def _png(data: bytes) -> NDArray[np.uint8]:
    packed, palette = b"", b""
    width = height = channels = 0
    for kind, body in _chunks(data):
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            channels = _CHANNELS[colour]
            if depth != 8 or interlaced:  # noqa: PLR2004 - bits a channel
                raise ImageError("has a depth other than 8 bits, or is interlaced")
            if not 0 < width * height <= _MOST:
                raise ImageError(f"has {width} x {height} pixels, which is too many or none")
        palette = body if kind == b"PLTE" else palette
        packed += body if kind == b"IDAT" else b""
    if not channels:
        raise ImageError("is damaged: it has no header")
    stride = width * channels
    raw = zlib.decompressobj().decompress(packed, height * (stride + 1))
    lines = np.frombuffer(raw, np.uint8).reshape(height, stride + 1)
    pixels = _unfiltered(lines, channels).reshape(height, width, channels)
    if palette:
        return np.frombuffer(palette, np.uint8).reshape(-1, 3)[pixels[..., 0]]
    return pixels[..., :3] if channels > 2 else np.repeat(pixels[..., :1], 3, axis=2)  # noqa: PLR2004 - gray has one channel, or two with transparency


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_PNG)
    while place < len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        body = data[place + 8 : place + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, place + 8 + length)
        if zlib.crc32(kind + body) != checksum:
            raise ImageError(f"is damaged in its part {kind!r}")
        yield kind, body
        place += 12 + length


def _unfiltered(lines: NDArray[np.uint8], step: int) -> NDArray[np.uint8]:
    """Undo PNG's five filters (PNG specification, section 9)."""
    pixels = np.zeros((len(lines), lines.shape[1] - 1), np.uint8)
    above = np.zeros(lines.shape[1] - 1, np.uint8)
    for y, line in enumerate(lines):
        kind, row = int(line[0]), line[1:].copy()
        if kind == 1:
            for x in range(step):
                row[x::step] = np.cumsum(row[x::step], dtype=np.uint8)
        elif kind == 2:  # noqa: PLR2004 - filter Up
            row += above
        elif kind in {3, 4}:
            _undo_by_pixel(row, above, step, paeth=kind == 4)  # noqa: PLR2004 - filter Paeth
        elif kind:
            raise ImageError(f"has an unknown filter {kind}")
        pixels[y] = above = row
    return pixels


def _undo_by_pixel(
    row: NDArray[np.uint8], above: NDArray[np.uint8], step: int, *, paeth: bool
) -> None:
    for x in range(len(row)):
        left = int(row[x - step]) if x >= step else 0
        up = int(above[x])
        corner = int(above[x - step]) if x >= step else 0
        guess = _paeth(left, up, corner) if paeth else (left + up) // 2
        row[x] = (int(row[x]) + guess) & 255


def _paeth(left: int, up: int, corner: int) -> int:
    return min((left, up, corner), key=lambda value: abs(left + up - corner - value))


def _portable(data: bytes) -> NDArray[np.uint8]:
    magic, width, height, most = data.split(maxsplit=4)[:4]
    size = int(width), int(height)
    channels = 3 if magic == b"P6" else 1
    if int(most) != 255 or not 0 < size[0] * size[1] <= _MOST:  # noqa: PLR2004 - one byte a sample
        raise ImageError("has samples of more than 8 bits, or too many pixels, or none")
    pixels = np.frombuffer(data[-size[0] * size[1] * channels :], np.uint8)
    pixels = pixels.reshape(size[1], size[0], channels)
    return pixels if channels == 3 else np.repeat(pixels, 3, axis=2)  # noqa: PLR2004 - red, green, blue
