"""A dataset that is ready to be uploaded: bytes that can be read again, their number and digest."""

import hashlib
import mimetypes
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from replicate_train.dataset.files import ChangedError, DatasetFile
from replicate_train.dataset.zip_writer import BLOCK, Zip, changed
from replicate_train.diagnostics.errors import DatasetError
from replicate_train.runner.text import counted

LIMIT = 100 * 1024 * 1024  # bytes; the service answers 413: files must be less than 100MB in size
_NAME = 255  # bytes of an upload's name (likewise)
_LARGEST = 3  # files that are named where all are too large
_TYPES = {
    "jsonl": "application/jsonl",
    "ndjson": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "tgz": "application/gzip",
    "gz": "application/gzip",
}

Blocks = Callable[[], Generator[bytes]]


@dataclass(frozen=True)
class Packed:
    """What is uploaded; `described` says what it is, for the log.

    `blocks` reads it, as often as it is called; `files` is how many files it holds, and `done` how
    many of them were read.
    """

    name: str
    media_type: str
    blocks: Blocks
    size: int
    sha256: str
    described: str
    files: int
    done: Callable[[], int]


def pack_file(member: DatasetFile) -> Packed:
    """Return a file as it is. Raises `DatasetError` where it cannot be read or is too large."""
    blocks: Blocks = partial(_as_it_is, member)
    size, sha256 = _measured(blocks(), member.name, [member])
    name = upload_name(member.name)
    suffix = name.rpartition(".")[2]
    kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Packed(name, kind, blocks, size, sha256, member.name, 1, lambda: 0)


def pack_zip(name: str, members: Sequence[DatasetFile]) -> Packed:
    """Return files as a zip that is called `name`. Raises `DatasetError` likewise."""
    archive = Zip(members)
    size, sha256 = _measured(archive.blocks(), name, members)
    described = f"{name}.zip ({counted(len(members), 'file')})"
    return Packed(
        upload_name(f"{name}.zip"), "application/zip", archive.blocks, size, sha256, described,
        len(members), lambda: archive.done,
    )  # fmt: skip


def upload_name(name: str) -> str:
    """Return a name as uploads may have it: trainers look at its suffix, in lower case."""
    path = PurePosixPath(name)
    suffix = path.suffix.lower()
    stem = path.stem.encode("utf-8", "replace")[: _NAME - len(suffix.encode("utf-8", "replace"))]
    return stem.decode("utf-8", "ignore") + suffix


def too_large(name: str, size: str, members: Sequence[DatasetFile] = ()) -> DatasetError:
    """Return the error for a dataset that no upload takes; `size` says how large it is."""
    largest = sorted(members, key=lambda one: -one.size)[:_LARGEST] if members[1:] else []
    details = [f"{one.name}: {one.size / 1e6:,.1f} MB" for one in largest]
    return DatasetError(
        f"The dataset {name} has {size}",
        why="Replicate takes uploads of less than 100 MB.",
        fix="Host it elsewhere and pass its https:// URL as dataset.",
        details=details,
    )


def _measured(
    blocks: Generator[bytes], name: str, members: Sequence[DatasetFile]
) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    with closing(blocks):
        for block in blocks:
            size += len(block)
            if size >= LIMIT:
                raw = sum(member.size for member in members)
                raise too_large(name, f"{raw / 1e6:,.1f} MB, too much also when packed", members)
            digest.update(block)
    return size, digest.hexdigest()


def _as_it_is(member: DatasetFile) -> Generator[bytes]:
    try:
        with member.open() as file:
            while block := file.read(BLOCK):
                yield block
    except ChangedError as error:
        raise changed(member, "uploaded") from error
    except OSError as error:
        raise DatasetError(f"The dataset {member.name} cannot be read: {error}") from error
