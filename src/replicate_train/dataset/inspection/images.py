"""Images by their content, not by their names: what they are, and whether they are whole."""

from collections.abc import Callable, Mapping
from typing import BinaryIO

from replicate_train.dataset.inspection.notes import Notes
from replicate_train.dataset.members import Member

SUFFIXES: Mapping[str, str] = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".png": "PNG",
    ".webp": "WebP",
    ".gif": "GIF",
    ".bmp": "BMP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".heic": "HEIF",
    ".avif": "AVIF",
}
HEAD = 64  # bytes that tell what a file is
_TAIL = 4096  # bytes in which a JPEG ends; cameras write behind its end
_CHUNKS = 10_000  # of a PNG that are looked at


def kind_of(head: bytes) -> str:
    """Return what image a file's first bytes begin; empty where it is none."""
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head[4:8] == b"ftyp":
        return "AVIF" if head[8:12] in {b"avif", b"avis"} else "HEIF"
    return ""


def judge_head(member: Member, head: bytes, notes: Notes) -> str:
    """Note where a file that is named as an image is none, or another; return what it is."""
    named = SUFFIXES["." + member.name.rpartition(".")[2].lower()]
    kind = kind_of(head)
    if not head:
        notes.error(member, "is empty")
    elif not kind:
        notes.error(member, "is no image", f"it seems to be {_guess(head)}")
    elif kind != named:
        notes.warning(member, f"is a {kind} image, and its name says {named}")
    return kind


def look_into(member: Member, notes: Notes) -> str:
    """Check that an image is what its name says, and is all there."""
    with member.open() as file:
        kind = judge_head(member, file.read(HEAD), notes)
        whole = _WHOLE.get(kind)
        if whole and not whole(file, member.size):
            notes.error(member, f"is a truncated {kind} image")
    return ""


_MAGIC = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
}


def _guess(head: bytes) -> str:
    start = head.lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head")):
        return "an HTML page"
    if start.startswith((b"<?xml", b"<svg", b"<")):
        return "XML or SVG"
    if start.startswith((b"{", b"[")):
        return "JSON"
    if start.startswith(b"version https://git-lfs"):
        return "a Git LFS pointer: let actions/checkout fetch with lfs: true"
    if start.startswith(b"%pdf"):
        return "a PDF"
    return "text" if start.isascii() and b"\0" not in start else "something else"


def _jpeg(file: BinaryIO, size: int) -> bool:
    file.seek(max(0, size - _TAIL))
    return b"\xff\xd9" in file.read(_TAIL)


def _png(file: BinaryIO, size: int) -> bool:
    place = 8
    for _ in range(_CHUNKS):
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


def _gif(file: BinaryIO, size: int) -> bool:
    file.seek(max(0, size - _TAIL))
    return b"\x3b" in file.read(_TAIL)


_WHOLE: Mapping[str, Callable[[BinaryIO, int], bool]] = {
    "JPEG": _jpeg,
    "PNG": _png,
    "WebP": _webp,
    "GIF": _gif,
}
