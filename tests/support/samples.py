"""Files as programs write them: pictures of every kind, archives of every maker."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterator

from PIL import Image

_NOISE = Image.effect_noise((48, 40), 60)


def _saved(kind: str, picture: Image.Image | None = None, **options: object) -> bytes:
    whole = io.BytesIO()
    (picture or _NOISE.convert("RGB")).save(whole, kind, **options)
    return whole.getvalue()


def _with_thumbnail() -> bytes:
    """Return a JPEG that carries a smaller JPEG in its EXIF data, as cameras write it."""
    small = _saved("JPEG")
    offset = 8 + 2 + 2 * 12 + 4
    entries = b"".join(
        tag.to_bytes(2, "big") + b"\0\4\0\0\0\1" + value.to_bytes(4, "big")
        for tag, value in ((0x201, offset + 18), (0x202, len(small)))
    )
    nothing = b"\0\0" + (14).to_bytes(4, "big")  # no entries, then where the next directory is
    exif = b"Exif\0\0MM\0*\0\0\0\10" + nothing + b"\0\2" + entries + b"\0\0\0\0" + small
    return _saved("JPEG", exif=exif)


def pictures() -> Iterator[tuple[str, bytes]]:
    """Yield sound pictures, by their names."""
    rgb, grey = _NOISE.convert("RGB"), _NOISE
    video = b"\0\0\0\x18ftypmp42" + bytes(300_000)
    yield "baseline.jpg", _saved("JPEG")
    yield "progressive.jpeg", _saved("JPEG", progressive=True)
    yield "print.jpg", _saved("JPEG", rgb.convert("CMYK"))
    yield "grey.JPG", _saved("JPEG", grey)
    yield "camera.jpg", _with_thumbnail()
    yield "motion.jpg", _saved("JPEG", progressive=True) + video
    yield "padded.jpg", _saved("JPEG") + bytes(5000)
    yield "plain.png", _saved("PNG")
    yield "palette.png", _saved("PNG", rgb.convert("P"))
    yield "moving.png", _saved("PNG", save_all=True, append_images=[grey.convert("RGB")])
    yield "told.png", _saved("PNG", dpi=(72, 72))
    yield "still.gif", _saved("GIF", rgb.convert("P"))
    yield "moving.gif", _saved("GIF", save_all=True, append_images=[rgb.rotate(9)], comment=b"hi")
    yield "padded.gif", _saved("GIF", grey) + bytes(5000)
    yield "lossy.webp", _saved("WEBP")
    yield "lossless.webp", _saved("WEBP", lossless=True)
    yield "moving.webp", _saved("WEBP", save_all=True, append_images=[rgb.rotate(9)])
    yield "plain.bmp", _saved("BMP")
    yield "plain.tiff", _saved("TIFF")
    yield "packed.tif", _saved("TIFF", compression="tiff_lzw")
    yield "big.tiff", _saved("TIFF", big_tiff=True)
    yield "plain.avif", _saved("AVIF")
    yield "brand.avif", _saved("AVIF").replace(b"ftypavif", b"ftypmif1", 1)


def zipped(**files: bytes) -> bytes:
    """Return a zip, with a folder's entry as most programs write one."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/", "")
        for name, content in files.items():
            archive.writestr(name, content)
    return whole.getvalue()


def tarred(**files: bytes) -> bytes:
    """Return a tar with a folder, files, and the first file again as a hard link."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as archive:
        folder = tarfile.TarInfo("folder")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        again = tarfile.TarInfo("again")
        again.type, again.linkname = tarfile.LNKTYPE, next(iter(files))
        archive.addfile(again)
    return whole.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".tar": bytes,
    ".tar.gz": gzip.compress,
    ".tgz": gzip.compress,
    ".tar.bz2": bz2.compress,
    ".tar.xz": lzma.compress,
}
