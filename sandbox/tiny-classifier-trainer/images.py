"""Images as numbers, with nothing but zlib and numpy: PNG, PPM and PGM."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from png import SIGNATURE, ImageError, decode_png

SIDE = 16  # pixels, to which every image is resized
_MOST = 4096 * 4096  # pixels


def features(data: bytes) -> NDArray[np.float32]:
    """Return an image as SIDE x SIDE x 3 numbers from -1 to 1, in one row.

    Raises `ImageError` if the bytes are not a readable PNG, PPM or PGM, whatever the file's name.
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
    """Return height x width x 3 bytes of red, green and blue, without transparency.

    Raises `ImageError`.
    """
    try:
        if data.startswith(SIGNATURE):
            return decode_png(data, _MOST)
        if data[:2] in {b"P5", b"P6"}:
            return _portable(data)
    except ImageError:
        raise
    except (struct.error, zlib.error, ValueError, IndexError, KeyError) as error:
        raise ImageError(f"damaged image: {error}") from None
    kind = "a JPEG image" if data.startswith(b"\xff\xd8") else "not an image in a known format"
    raise ImageError(f"{kind}. Use PNG (8 bits, not interlaced), PPM or PGM")


def _portable(data: bytes) -> NDArray[np.uint8]:
    magic, width, height, most = data.split(maxsplit=4)[:4]
    size = int(width), int(height)
    channels = 3 if magic == b"P6" else 1
    if int(most) != 255:  # noqa: PLR2004 - one byte a sample
        raise ImageError("more than 8 bits a sample. Use 8 bits")
    if not 0 < size[0] * size[1] <= _MOST:
        raise ImageError(f"{size[0]} x {size[1]} pixels: empty or too large")
    pixels = np.frombuffer(data[-size[0] * size[1] * channels :], np.uint8)
    pixels = pixels.reshape(size[1], size[0], channels)
    return pixels if channels == 3 else np.repeat(pixels, 3, axis=2)  # noqa: PLR2004 - red, green, blue
