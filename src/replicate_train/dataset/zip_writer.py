"""Files as a zip, a block at a time: the same content gives the same bytes wherever it is packed.

Names are in order, times and modes are fixed. Deflated by ISA-L's igzip at level 2, which takes a
tenth of the time of zlib's usual level and is reported to write the same bytes on every x86-64
processor with SSE4.2. Where they differ, as they may on another architecture, an upload is not
found again and is sent once more.

Threads pack the blocks ahead of their reader, who hashes or sends meanwhile. What is large is not
held: a stored file is read once for its checksum and once for its bytes; a deflated one is packed
in slices that join to one stream, as pigz does, with its checksum and sizes behind it.
"""

import os
import zlib
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby

from isal import isal_zlib

from replicate_train.dataset.files import ChangedError, DatasetFile
from replicate_train.dataset.parallel import in_order
from replicate_train.dataset.zip_format import DEFLATED, STORED, Directory, Entry
from replicate_train.diagnostics.errors import DatasetError

BLOCK = 1 << 20  # bytes that are read, packed and sent at once
_BATCH = 256  # files that are packed at once, as far as a block holds them
_LEAST = 1 << 16  # bytes that pieces have on the average, or they are joined
_FEW = 16  # files in a block that are packed by threads
_THREADS = min(os.cpu_count() or 1, 4)
# Compressed already: deflating them again costs time and gains nothing.
_PACKED = frozenset(
    ["7z", "aac", "avif", "bz2", "flac", "gif", "gz", "heic", "heif", "jpeg", "jpg", "jxl",
     "m4a", "m4v", "mkv", "mov", "mp3", "mp4", "mpeg", "npz", "ogg", "opus", "parquet", "pdf",
     "png", "rar", "safetensors", "tgz", "webm", "webp", "whl", "xlsx", "xz", "zip", "zst"]
)  # fmt: skip


@dataclass
class Zip:
    """A zip of files; it may be read more than once. `done` counts the files that were read."""

    members: Sequence[DatasetFile]
    done: int = field(default=0, init=False)

    def blocks(self) -> Generator[bytes]:
        """Yield the zip's bytes. Raises `DatasetError` for what changed or cannot be read."""
        self.done, directory = 0, Directory()
        with ThreadPoolExecutor(_THREADS) as pool:
            for large, members in groupby(self.members, lambda member: member.size > BLOCK):
                pack = _large if large else _small
                for pieces, entries in pack(members, pool):
                    yield from pieces
                    for entry in entries:
                        directory.add(entry)
                    self.done += len(entries)
        yield directory.end()


def is_compressed(name: str) -> bool:
    """Tell by a file's name whether deflating it would gain nothing."""
    return name.rpartition(".")[2].lower() in _PACKED


# Pieces of the zip, and the files that end with them. What is large is not joined: that copies.
Part = tuple[Sequence[bytes], Sequence[Entry]]


def _small(members: Iterable[DatasetFile], pool: Executor) -> Iterator[Part]:
    for many, batches in groupby(_batches(members), lambda batch: len(batch) > _FEW):
        # Opening small files is most of the work with them: threads would wait for each other.
        ahead = 0 if many else _THREADS + 1
        yield from in_order(pool, _batch, batches, ahead)


def _batches(members: Iterable[DatasetFile]) -> Iterator[list[DatasetFile]]:
    batch: list[DatasetFile] = []
    size = 0
    for member in members:
        if batch and (size + member.size > BLOCK or len(batch) == _BATCH):
            yield batch
            batch, size = [], 0
        batch.append(member)
        size += member.size
    yield batch


def _batch(members: list[DatasetFile]) -> Part:
    pieces: list[bytes] = []
    entries = []
    for member in members:
        entry = _entry(member)
        data = body = _read(member, 0)
        if entry.method == DEFLATED:
            body = _deflated(data, last=True)
            if len(body) >= len(data):
                entry.method, body = STORED, data
        entry.crc, entry.packed = isal_zlib.crc32(data), len(body)
        pieces += entry.header, body
        entries.append(entry)
    few = len(pieces) * _LEAST <= sum(map(len, pieces))
    return pieces if few else [b"".join(pieces)], entries


def _large(members: Iterable[DatasetFile], pool: Executor) -> Iterator[Part]:
    for member in members:
        entry = _entry(member)
        yield from (
            _stored(member, entry) if entry.method == STORED else _slices(member, entry, pool)
        )


def _stored(member: DatasetFile, entry: Entry) -> Iterator[Part]:
    places = range(0, member.size, BLOCK)
    for place in places:
        entry.crc = isal_zlib.crc32(_read(member, place), entry.crc)
    entry.packed = member.size
    yield [entry.header], ()
    for place in places:
        yield [_read(member, place)], ()
    yield [], (entry,)


def _slices(member: DatasetFile, entry: Entry, pool: Executor) -> Iterator[Part]:
    entry.behind = True
    yield [entry.header], ()

    def pack(place: int) -> tuple[bytes, bytes]:
        data = _read(member, place)
        return data, _deflated(data, last=place + BLOCK >= member.size)

    places = range(0, member.size, BLOCK)
    for data, body in in_order(pool, pack, places, _THREADS + 1):
        entry.crc = isal_zlib.crc32(data, entry.crc)
        entry.packed += len(body)
        yield [body], ()
    yield [entry.descriptor], (entry,)


def _entry(member: DatasetFile) -> Entry:
    method = STORED if is_compressed(member.name) else DEFLATED
    return Entry(member.name.encode("utf-8"), method, size=member.size)


def _deflated(data: bytes, *, last: bool) -> bytes:
    packer = isal_zlib.compressobj(2, zlib.DEFLATED, -15)
    end = isal_zlib.Z_FINISH if last else isal_zlib.Z_SYNC_FLUSH
    return packer.compress(data) + packer.flush(end)


def _read(member: DatasetFile, place: int) -> bytes:
    """Return a block of a file, as it was when the file was found."""
    left = member.size - place
    wanted = min(BLOCK, left)
    try:
        with member.open() as file:
            if place:
                file.seek(place)
            data = file.read(wanted + (wanted == left))  # at the end, one more: it may have grown
    except ChangedError as error:
        raise changed(member, "packed") from error
    except OSError as error:
        raise DatasetError(f"{member.name} in the dataset cannot be read: {error}") from error
    if len(data) == wanted:
        return data
    raise changed(member, "packed")


def changed(member: DatasetFile, done: str) -> DatasetError:
    """Return the error for a file that is no longer the one that was checked."""
    return DatasetError(
        f"The file {member.name} of the dataset changed while it was {done}",
        why=f"It had {member.size:,} bytes when it was checked.",
        fix="Wait for the program that writes it before this step begins.",
    )
