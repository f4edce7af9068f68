"""Archives that are given as they are: listed, tested and looked into, never unpacked to disk."""

import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO, cast

from replicate_train.dataset.file_types import is_image
from replicate_train.dataset.files import ArchivedFile, DatasetFile
from replicate_train.dataset.inspection.notes import Notes
from replicate_train.dataset.inspection.tarballs import drain, opened
from replicate_train.dataset.inspection.zip_directory import ENTRIES, UNPACKED, Entry, judge
from replicate_train.dataset.names import is_left_out
from replicate_train.runner.text import counted, shown

_READ = 2_000_000_000  # bytes that are unpacked to be looked into; what is left then is not
_HELD = 50_000_000  # bytes of a tar's entry that is held to be looked into
_RECORD = 1 << 16  # bytes of a tar's record, such as a long name
_BLOCK = 1 << 20
_ENTRY = b"PK\1\2"  # with which each entry of a zip's list begins
# What zipfile and tarfile raise for hostile content.
_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, NotImplementedError, ValueError, struct.error, EOFError,
    OverflowError, zlib.error, RuntimeError, lzma.LZMAError, KeyError, IndexError, OSError,
)  # fmt: skip

Look = Callable[[ArchivedFile], None]


def look_into_zip(member: DatasetFile, notes: Notes, look: Look) -> str:
    """Check a zip: its list, what its entries would unpack to, and that they can be."""
    try:
        with member.open() as file, zipfile.ZipFile(_Listed.of(file)) as archive:
            files = [one for one in archive.infolist() if not one.is_dir()]
            entries = [Entry(one.filename, one.file_size, _unfit(one)) for one in files]
            if judge(member, entries, notes):
                for inside in _unzipped(member, archive, files, notes):
                    _test(inside, notes, look)
    except _TooLongError:
        notes.error(member, f"holds more than {ENTRIES:,} files")
        return ""
    except _BROKEN as error:
        notes.error(member, "is no zip that can be read", shown(str(error)))
        return ""
    return _fact(member, entries)


class _TooLongError(zipfile.BadZipFile):
    """A zip lists more than is looked at."""


class _Listed:
    """A zip's bytes. zipfile reads its list at once and holds half a kilobyte for each entry."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    @classmethod
    def of(cls, file: BinaryIO) -> BinaryIO:
        return cast(BinaryIO, cls(file))

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        if data.count(_ENTRY) > 2 * ENTRIES:  # folders are listed, too
            raise _TooLongError
        return data


def look_into_tar(member: DatasetFile, notes: Notes, look: Look) -> str:
    """Check a tar, compressed or not: its list, what its entries would unpack to, and its end."""
    try:
        with opened(member, most=_RECORD) as archive:
            entries = list(_listed(archive))
        if judge(member, entries, notes):
            with opened(member, most=_HELD) as archive:
                for inside in _untarred(member, archive, notes):
                    look(inside)
    except _BROKEN as error:
        notes.error(member, "is no tar that can be read", shown(str(error)))
        return ""
    return _fact(member, entries)


def _fact(member: DatasetFile, entries: list[Entry]) -> str:
    left = sum(entry.left_out for entry in entries)
    more = f", and {counted(left, 'file')} that a system or an editor left" if left else ""
    return f"{shown(member.name)}: {counted(len(entries) - left, 'file')} inside{more}"


def _unfit(entry: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if entry.flag_bits & 0x1:
        return "is encrypted"
    return "is a link or a device" if kind not in {0, stat.S_IFREG} else ""


def _unzipped(
    member: DatasetFile, archive: zipfile.ZipFile, files: list[zipfile.ZipInfo], notes: Notes
) -> Iterator[ArchivedFile]:
    left = _READ
    for one in files:
        left -= one.file_size
        if left < 0:
            notes.warning(member, f"is looked into up to {_READ / 1e9:g} GB only")
            return
        if one.file_size > _HELD and is_image(one.filename):
            notes.warning(member, "holds a file too large to be looked into", shown(one.filename))
        elif not is_left_out(one.filename):
            name, reader = f"{member.name}/{one.filename}", partial(archive.open, one)
            yield ArchivedFile(
                name, one.file_size, member.file, cast(Callable[[], BinaryIO], reader)
            )


def _test(inside: ArchivedFile, notes: Notes, look: Look) -> None:
    """Unpack a file to nowhere, which shows that its checksum is right, and look into it."""
    try:
        with inside.open() as content:
            size = sum(map(len, iter(partial(content.read, _BLOCK), b"")))
        if size != inside.size:
            raise EOFError(f"it says {inside.size:,} bytes, and has {size:,}")
        look(inside)
    except _BROKEN as error:
        notes.error(inside, "cannot be unpacked", shown(str(error)))


def _listed(archive: tarfile.TarFile) -> Iterator[Entry]:
    total = 0
    names = set()
    for count, one in enumerate(archive, 1):
        archive.members = []  # type: ignore[attr-defined]  # which tarfile would keep
        if count > 2 * ENTRIES:
            raise tarfile.ReadError(f"it has more than {2 * ENTRIES:,} entries")
        if one.isdir():
            continue
        total += one.size
        again = one.islnk() and one.linkname in names  # the same file under another name
        names.add(one.name)
        yield Entry(one.name, one.size, "" if one.isreg() or again else "is a link or a device")
        if total > UNPACKED or count > ENTRIES:
            return  # what follows would be unpacked to be skipped


def _untarred(
    member: DatasetFile, archive: tarfile.TarFile, notes: Notes
) -> Iterator[ArchivedFile]:
    """Yield a tar's files in their order: each is held while it is looked into."""
    left = _READ
    for one in archive:
        left -= one.size
        if left < 0:
            notes.warning(member, f"is looked into up to {_READ / 1e9:g} GB only")
            return
        if one.size > _HELD:
            notes.warning(member, "holds a file too large to be looked into", shown(one.name))
        elif one.isreg() and not is_left_out(one.name):
            file = archive.extractfile(one)
            data = file.read() if file else b""
            if len(data) < one.size:
                raise EOFError(f"{one.name} is cut off")
            name, reader = f"{member.name}/{one.name}", partial(io.BytesIO, data)
            yield ArchivedFile(name, one.size, member.file, reader)
    drain(archive)
