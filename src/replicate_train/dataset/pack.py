"""Packing: a dataset becomes a ZIP, or one file, in the scratch folder, hashed on the way."""

import hashlib
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path, PurePosixPath

from replicate_train.dataset.dataset import Packed
from replicate_train.dataset.file_types import media_type
from replicate_train.dataset.files import ChangedError, DatasetFile
from replicate_train.dataset.limits import MAX_UPLOAD, too_large
from replicate_train.dataset.zip_blocks import BLOCK, changed, zip_blocks
from replicate_train.diagnostics.errors import DatasetError

_MAX_NAME = 255  # bytes of an upload's name (likewise)


def pack_file(member: DatasetFile, scratch: Path) -> Packed:
    """Return one file, uploaded as it is. Raises `DatasetError` if it changed or is too large.

    It is copied, so that the upload has exactly the bytes that were hashed, whatever writes to the
    file meanwhile. Copying 100 MB takes less than a tenth of a second.
    """
    path = scratch / "dataset"
    size, sha256 = _save(_content(member), path, member.name, [member])
    name = upload_name(member.name)
    return Packed(name, media_type(name), path, size, sha256)


def pack_zip(name: str, members: Sequence[DatasetFile], scratch: Path) -> Packed:
    """Return files as a ZIP that is called `name`. Raises `DatasetError` likewise."""
    path = scratch / "dataset"
    size, sha256 = _save(zip_blocks(members), path, name, members)
    return Packed(upload_name(f"{name}.zip"), "application/zip", path, size, sha256, len(members))


def upload_name(name: str) -> str:
    """Return a valid name for an upload; its suffix, which trainers check, in lower case."""
    path = PurePosixPath(name)
    suffix = path.suffix.lower()
    stem = path.stem.encode("utf-8", "replace")[
        : _MAX_NAME - len(suffix.encode("utf-8", "replace"))
    ]
    return stem.decode("utf-8", "ignore") + suffix


def _save(
    blocks: Generator[bytes], path: Path, name: str, members: Sequence[DatasetFile]
) -> tuple[int, str]:
    """Write blocks to a file; return their size in bytes and their SHA-256.

    Raises `DatasetError` as soon as they are too large for an upload, or the disk is full.
    """
    size, digest = 0, hashlib.sha256()
    try:
        with closing(blocks), path.open("wb") as file:
            for block in blocks:
                size += len(block)
                if size >= MAX_UPLOAD:
                    raw = sum(member.size for member in members)
                    raise too_large(
                        name, f"{raw / 1e6:,.1f} MB, more than 100 MB when packed", members
                    )
                digest.update(block)
                file.write(block)
    except OSError as error:
        raise DatasetError(
            f"The dataset {name} cannot be packed: {error.strerror}",
            fix="Free some space on the runner's disk: up to 100 MB are needed.",
        ) from error
    return size, digest.hexdigest()


def _content(member: DatasetFile) -> Generator[bytes]:
    """Yield a file's bytes, as many as it had when it was checked."""
    read = 0
    try:
        with member.open() as file:
            while block := file.read(BLOCK):
                read += len(block)
                yield block
    except ChangedError as error:
        raise changed(member) from error
    except OSError as error:
        raise DatasetError(f"The dataset {member.name} cannot be read: {error.strerror}") from error
    if read != member.size:
        raise changed(member)
