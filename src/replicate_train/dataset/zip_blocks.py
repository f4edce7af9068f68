"""Files as a ZIP, a block at a time: the same content gives the same bytes wherever it is packed.

Names are in order, times and modes are fixed. ISA-L's igzip at level 2 deflates in a tenth of the
time of zlib's usual level and is reported to write the same bytes on every x86-64 processor with
SSE4.2. Where they differ, as they may on another architecture, an existing upload is not found and
the dataset is uploaded again.

Each file is read once, and nothing is written twice, so the target need not be able to seek. A file
of up to a block is held: its checksum and sizes are written before it. Those of a larger file are
only known behind it. Programs that read a ZIP as a stream (Java's ZipInputStream, libarchive) need
such a file to be deflated, because only deflate marks where it ends. So a large file that is
already compressed is written as deflate, too, in its stored blocks: 5 bytes for each 64 KB more,
and no work. Other large files are deflated in slices that join to one stream, as pigz does.

Threads read and pack the blocks ahead of whoever writes and hashes them.
"""

import os
import struct
import zlib
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from itertools import groupby

from isal import isal_zlib

from replicate_train.dataset.file_types import is_compressed
from replicate_train.dataset.files import ChangedError, DatasetFile
from replicate_train.dataset.parallel import in_order
from replicate_train.dataset.zip_format import DEFLATED, STORED, Directory, Entry
from replicate_train.diagnostics.errors import DatasetError

BLOCK = 1 << 20  # bytes that are read, packed and sent at once
_MAX_BATCH = 256  # files that are packed at once, if a block holds them
_MIN_PIECE = 1 << 16  # bytes of a piece on average, else the pieces are joined
_MAX_THREADED_BATCH = 16  # files of a batch that threads pack
_STORED_BLOCK = 0xFFFF  # bytes that a stored block of deflate holds at the most
_STORED_HEADER = struct.Struct("<B2H")  # whether it is the last, its length, that length inverted
_THREADS = min(os.cpu_count() or 1, 4)


def zip_blocks(members: Sequence[DatasetFile]) -> Generator[bytes]:
    """Yield a ZIP of files. Raises `DatasetError` for one that changed or cannot be read."""
    directory = Directory()
    with ThreadPoolExecutor(_THREADS) as pool:
        for large, group in groupby(members, lambda member: member.size > BLOCK):
            pack = _large if large else _small
            for pieces, entries in pack(group, pool):
                yield from pieces
                for entry in entries:
                    directory.add(entry)
    yield directory.end()


# Pieces of the zip, and the files that end with them. What is large is not joined: that copies.
Part = tuple[Sequence[bytes], Sequence[Entry]]


def _small(members: Iterable[DatasetFile], pool: Executor) -> Iterator[Part]:
    for many, batches in groupby(_batches(members), lambda batch: len(batch) > _MAX_THREADED_BATCH):
        # Opening small files is most of the work with them: threads would wait for each other.
        ahead = 0 if many else _THREADS + 1
        yield from in_order(pool, _batch, batches, ahead)


def _batches(members: Iterable[DatasetFile]) -> Iterator[list[DatasetFile]]:
    batch: list[DatasetFile] = []
    size = 0
    for member in members:
        if batch and (size + member.size > BLOCK or len(batch) == _MAX_BATCH):
            yield batch
            batch, size = [], 0
        batch.append(member)
        size += member.size
    yield batch


def _batch(members: list[DatasetFile]) -> Part:
    pieces: list[bytes] = []
    entries = []
    for member in members:
        method = STORED if is_compressed(member.name) else DEFLATED
        entry = Entry(member.name.encode("utf-8"), method, member.size)
        data = body = _read(member, 0)
        if entry.method == DEFLATED:
            body = _deflated(data, last=True)
            if len(body) >= len(data):
                entry.method, body = STORED, data
        entry.crc, entry.packed = isal_zlib.crc32(data), len(body)
        pieces += entry.header, body
        entries.append(entry)
    few = len(pieces) * _MIN_PIECE <= sum(map(len, pieces))
    return pieces if few else [b"".join(pieces)], entries


def _large(members: Iterable[DatasetFile], pool: Executor) -> Iterator[Part]:
    for member in members:
        yield from _slices(member, pool)


def _slices(member: DatasetFile, pool: Executor) -> Iterator[Part]:
    entry = Entry(member.name.encode("utf-8"), DEFLATED, member.size, streamed=True)
    packed = _in_stored_blocks if is_compressed(member.name) else _deflated

    def pack(place: int) -> tuple[bytes, bytes]:
        data = _read(member, place)
        return data, packed(data, last=place + BLOCK >= member.size)

    yield [entry.header], ()
    places = range(0, member.size, BLOCK)
    for data, body in in_order(pool, pack, places, _THREADS + 1):
        entry.crc = isal_zlib.crc32(data, entry.crc)
        entry.packed += len(body)
        yield [body], ()
    yield [entry.descriptor], (entry,)


def _deflated(data: bytes, *, last: bool) -> bytes:
    packer = isal_zlib.compressobj(2, zlib.DEFLATED, -15)
    end = isal_zlib.Z_FINISH if last else isal_zlib.Z_SYNC_FLUSH
    return packer.compress(data) + packer.flush(end)


def _in_stored_blocks(data: bytes, *, last: bool) -> bytes:
    """Return bytes in deflate's stored blocks; the very last one is marked as such."""
    view = memoryview(data)
    pieces: list[bytes | memoryview] = []
    for place in range(0, len(data), _STORED_BLOCK):
        part = view[place : place + _STORED_BLOCK]
        final = last and place + len(part) == len(data)
        pieces += _STORED_HEADER.pack(final, len(part), len(part) ^ _STORED_BLOCK), part
    return b"".join(pieces)


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
        raise changed(member) from error
    except OSError as error:
        said = f"The file {member.name} of the dataset cannot be read: {error.strerror}"
        raise DatasetError(said) from error
    if len(data) == wanted:
        return data
    raise changed(member)


def changed(member: DatasetFile) -> DatasetError:
    """Return the error for a file that is no longer the one that was checked."""
    return DatasetError(
        f"The file {member.name} of the dataset changed while it was read",
        why=f"It had {member.size:,} bytes when it was checked.",
        fix="Make sure that nothing writes to the dataset while this step runs.",
    )
