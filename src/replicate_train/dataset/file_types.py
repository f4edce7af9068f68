"""File types by name: one table of suffixes for the whole package. Pure.

`inspection/` checks the content.
"""

import mimetypes
from dataclasses import dataclass
from enum import Enum


class Group(Enum):
    """What a file type is for."""

    DATA = "data"
    IMAGE = "image"
    ARCHIVE = "archive"  # holds files
    PACKED = "packed"  # one compressed file
    OTHER = "other"


@dataclass(frozen=True)
class FileType:
    """A type of files; `label` is its name in messages.

    `media_type` is empty where Python's `mimetypes` knows it. `compressed`: deflating it again
    costs time and gains nothing.
    """

    label: str
    group: Group = Group.OTHER
    media_type: str = ""
    compressed: bool = True


_DATA, _IMAGE, _ARCHIVE, _PACKED = Group.DATA, Group.IMAGE, Group.ARCHIVE, Group.PACKED
_TYPES = {
    "jsonl": FileType("JSONL", _DATA, "application/jsonl", compressed=False),
    "ndjson": FileType("JSONL", _DATA, "application/x-ndjson", compressed=False),
    "json": FileType("JSON", _DATA, compressed=False),
    "csv": FileType("CSV", _DATA, compressed=False),
    "txt": FileType("text", _DATA, compressed=False),
    "parquet": FileType("Parquet", _DATA, "application/vnd.apache.parquet"),
    "jpg": FileType("JPEG", _IMAGE),
    "jpeg": FileType("JPEG", _IMAGE),
    "jfif": FileType("JPEG", _IMAGE, "image/jpeg"),
    "png": FileType("PNG", _IMAGE),
    "webp": FileType("WebP", _IMAGE, "image/webp"),
    "gif": FileType("GIF", _IMAGE),
    "bmp": FileType("BMP", _IMAGE, compressed=False),
    "tif": FileType("TIFF", _IMAGE, compressed=False),
    "tiff": FileType("TIFF", _IMAGE, compressed=False),
    "heic": FileType("HEIF", _IMAGE, "image/heic"),
    "heif": FileType("HEIF", _IMAGE, "image/heif"),
    "avif": FileType("AVIF", _IMAGE, "image/avif"),
    "zip": FileType("ZIP", _ARCHIVE),
    "tar": FileType("tar", _ARCHIVE, compressed=False),
    "tgz": FileType("tar", _ARCHIVE, "application/gzip"),
    "tbz": FileType("tar", _ARCHIVE, "application/x-bzip2"),
    "tbz2": FileType("tar", _ARCHIVE, "application/x-bzip2"),
    "txz": FileType("tar", _ARCHIVE, "application/x-xz"),
    "7z": FileType("7z", _ARCHIVE),
    "rar": FileType("RAR", _ARCHIVE),
    "gz": FileType("gzip", _PACKED, "application/gzip"),
    "bz2": FileType("bzip2", _PACKED, "application/x-bzip2"),
    "xz": FileType("xz", _PACKED, "application/x-xz"),
    "zst": FileType("Zstandard", _PACKED, "application/zstd"),
    **{
        suffix: FileType(suffix.upper())
        for suffix in (
            "aac", "flac", "jxl", "m4a", "m4v", "mkv", "mov", "mp3", "mp4", "mpeg", "npz", "ogg",
            "opus", "pdf", "safetensors", "webm", "whl", "xlsx",
        )
    },
}  # fmt: skip
_UNKNOWN = FileType("", compressed=False)
_TARBALLS = {"gz": "tgz", "bz2": "tbz2", "xz": "txz"}  # by the suffix behind .tar


def file_type(name: str) -> FileType:
    """Return the type of a file by its name; one without a label if the suffix is not known."""
    stem, _, suffix = name.lower().rpartition("/")[2].rpartition(".")
    if stem.endswith(".tar"):
        suffix = _TARBALLS.get(suffix, suffix)
    return _TYPES.get(suffix, _UNKNOWN) if stem else _UNKNOWN


def is_image(name: str) -> bool:
    """Tell whether a file is named like an image."""
    return file_type(name).group is Group.IMAGE


def is_archive(name: str) -> bool:
    """Tell whether a file is named like an archive."""
    return file_type(name).group is Group.ARCHIVE


def is_compressed(name: str) -> bool:
    """Tell by a file's name whether deflating it would gain nothing."""
    return file_type(name).compressed


def media_type(name: str) -> str:
    """Return the media type of a file for its upload."""
    guessed = mimetypes.guess_type(name)[0]
    return file_type(name).media_type or guessed or "application/octet-stream"
