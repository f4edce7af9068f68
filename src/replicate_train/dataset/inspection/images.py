"""Checking images by their content: the format, and whether the file is complete."""

from replicate_train.dataset.file_types import file_type
from replicate_train.dataset.files import Content
from replicate_train.dataset.inspection.findings import Findings
from replicate_train.dataset.inspection.image_structure import truncation

_HEAD = 64  # bytes that tell the format of a file
_MAGIC = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL ": "JPEG XL",
    b"\0\0\0\x0cjP  ": "JPEG 2000",
}
_AVIF = frozenset({b"avif", b"avis"})
_HEIF = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1", b"miaf"}
)


def image_format(head: bytes) -> str:
    """Return the image format of a file by its first bytes; empty if it is not an image."""
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head[4:8] == b"ftyp":
        brands = {head[8:12]} | {head[place : place + 4] for place in range(16, len(head), 4)}
        return "AVIF" if brands & _AVIF else "HEIF" if head[8:12] in _HEIF else ""
    return ""


def check(image: Content, findings: Findings) -> str:
    """Check that an image has the format of its name, and is complete."""
    named = file_type(image.name).label
    with image.open() as file:
        head = file.read(_HEAD)
        kind = image_format(head)
        if not head:
            findings.error(image, "empty")
        elif not kind:
            findings.error(image, "not an image", _guess(head))
        elif kind != named:
            other = f"{kind} image, but the name says {named}"
            findings.warning(image, other, fix="Rename it: some trainers go by the name.")
        if missing := truncation(kind, file, image.size):
            findings.error(image, f"truncated {kind}", missing)
    return ""


_OTHERS = {
    b"<!doctype html": "an HTML page",
    b"<html": "an HTML page",
    b"<head": "an HTML page",
    b"<": "XML or SVG",
    b"{": "JSON",
    b"[": "JSON",
    b"%pdf": "a PDF",
}


def _guess(head: bytes) -> str:
    start = head.lstrip().lower()
    if head[4:8] == b"ftyp":
        return "looks like a video"
    for beginning, kind in _OTHERS.items():
        if start.startswith(beginning):
            return f"looks like {kind}"
    return "looks like text" if start.isascii() and b"\0" not in start else ""
