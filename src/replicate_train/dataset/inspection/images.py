"""Images by their content, not by their names: what they are, and whether they are whole."""

from replicate_train.dataset.file_types import file_type
from replicate_train.dataset.files import Content
from replicate_train.dataset.inspection.image_structure import WHOLE
from replicate_train.dataset.inspection.notes import Notes

_HEAD = 64  # bytes that tell what a file is
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


def kind_of(head: bytes) -> str:
    """Return what image a file's first bytes begin; empty where it is none."""
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head[4:8] == b"ftyp":
        brands = {head[8:12]} | {head[place : place + 4] for place in range(16, len(head), 4)}
        return "AVIF" if brands & _AVIF else "HEIF" if head[8:12] in _HEIF else ""
    return ""


def look_into(image: Content, notes: Notes) -> str:
    """Check that an image is what its name says, and is all there."""
    named = file_type(image.name).label
    with image.open() as file:
        head = file.read(_HEAD)
        kind = kind_of(head)
        if not head:
            notes.error(image, "is empty")
        elif not kind:
            notes.error(image, "is no image", f"it seems to be {_guess(head)}")
        elif kind != named:
            kind_told = f"is a {kind} image, and its name says {named}"
            notes.warning(image, kind_told, fix="Rename it; some trainers go by the name.")
        whole = WHOLE.get(kind)
        if whole and not whole(file, image.size):
            notes.error(image, f"is a truncated {kind} image")
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
        return "a video"
    for beginning, kind in _OTHERS.items():
        if start.startswith(beginning):
            return kind
    return "text" if start.isascii() and b"\0" not in start else "something else"
