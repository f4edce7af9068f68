"""The media type of a file by its first bytes: neither its name nor a header is believed. Pure."""

import re
from collections.abc import Mapping

from replicate_train.dataset.inspection.images import image_format

HEAD = 4096  # bytes that tell the type
UNKNOWN = "application/octet-stream"
_TEXT = "text/plain"

_IMAGES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
    "JPEG XL": "image/jxl",
    "JPEG 2000": "image/jp2",
    "WebP": "image/webp",
    "AVIF": "image/avif",
    "HEIF": "image/heic",
}
_RIFF = {b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_MPEG_4 = {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime"}
_MAGIC = {
    b"%PDF-": "application/pdf",
    b"PK\3\4": "application/zip",
    b"PK\5\6": "application/zip",
    b"\x1f\x8b": "application/gzip",
    b"fLaC": "audio/flac",
    b"ID3": "audio/mpeg",
    b"glTF": "model/gltf-binary",
}
_MPEG_SYNC = re.compile(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa\xfb]")  # a frame of MPEG audio
_AAC_SYNC = re.compile(rb"\xff[\xf0\xf1\xf8\xf9]")
_SVG = re.compile(
    rb"\s*(<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE svg[^>]*>\s*){0,5}<svg\b", re.DOTALL
)
_EXTENSIONS: Mapping[str, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "image/tiff": "tiff",
    "image/jxl": "jxl",
    "image/jp2": "jp2",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/heic": "heic",
    "image/svg+xml": "svg",
    "audio/aac": "aac",
    "audio/flac": "flac",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "video/mp4": "mp4",
    "video/ogg": "ogv",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "video/x-matroska": "mkv",
    "video/x-msvideo": "avi",
    "application/gzip": "gz",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "model/gltf-binary": "glb",
    _TEXT: "txt",
    UNKNOWN: "bin",
}
KNOWN = frozenset(_EXTENSIONS) - {UNKNOWN}


def media_type(head: bytes) -> str:
    """Return the media type of a file by its first `HEAD` bytes; `UNKNOWN` where they tell none."""
    found = (tell(head) for tell in (_image, _container, _magic, _audio_stream, _text))
    return next(filter(None, found), UNKNOWN)


def extension(kind: str) -> str:
    """Return the suffix of a file's name, without a dot, for its media type."""
    return _EXTENSIONS.get(kind, "bin")


def fits(kind: str, pattern: str) -> bool:
    """Tell whether a media type is the one of a pattern, or of its group: `image/*`."""
    group, _, name = pattern.partition("/")
    return kind == pattern or (name == "*" and kind.startswith(f"{group}/"))


def _image(head: bytes) -> str:
    kind = image_format(head[:64])
    if kind == "BMP" and head[6:10] != bytes(4):  # a text may begin with BM, too
        return ""
    return _IMAGES.get(kind, "")


def _container(head: bytes) -> str:
    """Return the type of a file whose format has a type inside: RIFF, MPEG-4, Matroska or Ogg."""
    begin, brand = head[:64], head[8:12]
    if head[4:8] == b"ftyp":
        return _MPEG_4.get(brand, "video/mp4")
    if begin.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"webm" in begin else "video/x-matroska"
    if begin.startswith(b"OggS"):
        return "video/ogg" if b"theora" in begin else "audio/ogg"
    return _RIFF.get(brand, "") if begin.startswith(b"RIFF") else ""


def _magic(head: bytes) -> str:
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "")


def _audio_stream(head: bytes) -> str:
    if _MPEG_SYNC.match(head):
        return "audio/mpeg"
    return "audio/aac" if _AAC_SYNC.match(head) else ""


def _text(head: bytes) -> str:
    if not head or b"\0" in head:
        return ""
    if _SVG.match(head):
        return "image/svg+xml"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(head) < HEAD or error.start < len(head) - 4:  # a character that HEAD cut is fine
            return ""
    return _TEXT
