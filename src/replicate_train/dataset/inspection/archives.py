"""Checking archives: their list, and every file in them; nothing is unpacked to disk."""

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
from replicate_train.dataset.inspection.archive_entries import (
    MAX_FILES,
    MAX_UNPACKED,
    TOO_MANY_FILES,
    Entry,
    check_entries,
)
from replicate_train.dataset.inspection.findings import Findings
from replicate_train.dataset.inspection.tar_files import open_tar, read_padding
from replicate_train.dataset.names import is_ignored
from replicate_train.runner.text import counted, shown

_MAX_CHECKED = 2_000_000_000  # bytes of an archive's files that are unpacked and checked
_MAX_HELD = 50_000_000  # bytes of a file that is held in memory to check it
_MAX_RECORD = 1 << 16  # bytes of a record of a tar file, such as a long name
_BLOCK = 1 << 20
_ENTRY = b"PK\1\2"  # begins each entry of a ZIP's directory
# Errors of zipfile and tarfile for hostile content.
_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, NotImplementedError, ValueError, struct.error, EOFError,
    OverflowError, zlib.error, RuntimeError, lzma.LZMAError, KeyError, IndexError, OSError,
)  # fmt: skip
_CHECKED_IN_PART = f"only the first {_MAX_CHECKED / 1e9:g} GB are checked"

Check = Callable[[ArchivedFile], None]


def check_zip(member: DatasetFile, findings: Findings, check: Check) -> str:
    """Check a ZIP: its directory, what it unpacks to, and each file in it."""
    try:
        with member.open() as file, zipfile.ZipFile(_BoundedZip.of(file)) as archive:
            files = [one for one in archive.infolist() if not one.is_dir()]
            entries = [Entry(one.filename, one.file_size, _problem(one)) for one in files]
            if check_entries(member, entries, findings):
                for inside in _unzipped(member, archive, files, findings):
                    _test(inside, findings, check)
    except _TooManyFilesError:
        findings.error(member, TOO_MANY_FILES)
        return ""
    except _BROKEN as error:
        findings.error(member, "not a readable ZIP file", shown(str(error)))
        return ""
    return _fact(member, entries)


class _TooManyFilesError(zipfile.BadZipFile):
    """A ZIP lists more files than are checked."""


class _BoundedZip:
    """A ZIP's bytes. zipfile reads its directory at once and holds half a kilobyte per entry."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    @classmethod
    def of(cls, file: BinaryIO) -> BinaryIO:
        return cast(BinaryIO, cls(file))

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        if data.count(_ENTRY) > 2 * MAX_FILES:  # folders have entries, too
            raise _TooManyFilesError
        return data


def check_tar(member: DatasetFile, findings: Findings, check: Check) -> str:
    """Check a tar file, compressed or not: its list, what it unpacks to, and each file in it."""
    try:
        with open_tar(member, max_read=_MAX_RECORD) as archive:
            entries = list(_listed(archive))
        if check_entries(member, entries, findings):
            with open_tar(member, max_read=_MAX_HELD) as archive:
                for inside in _untarred(member, archive, findings):
                    check(inside)
    except _BROKEN as error:
        findings.error(member, "not a readable tar file", shown(str(error)))
        return ""
    return _fact(member, entries)


def _fact(member: DatasetFile, entries: list[Entry]) -> str:
    left = sum(entry.ignored for entry in entries)
    more = f", and {counted(left, 'system or editor file')}" if left else ""
    return f"{shown(member.name)}: {counted(len(entries) - left, 'file')}{more}"


def _problem(entry: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if entry.flag_bits & 0x1:
        return "encrypted file"
    return "link or device" if kind not in {0, stat.S_IFREG} else ""


def _unzipped(
    member: DatasetFile, archive: zipfile.ZipFile, files: list[zipfile.ZipInfo], findings: Findings
) -> Iterator[ArchivedFile]:
    left = _MAX_CHECKED
    for one in files:
        left -= one.file_size
        if left < 0:
            findings.warning(member, _CHECKED_IN_PART)
            return
        if one.file_size > _MAX_HELD and is_image(one.filename):
            findings.warning(member, "file too large to check", shown(one.filename))
        elif not is_ignored(one.filename):
            name, reader = f"{member.name}/{one.filename}", partial(archive.open, one)
            yield ArchivedFile(
                name, one.file_size, member.file, cast(Callable[[], BinaryIO], reader)
            )


def _test(inside: ArchivedFile, findings: Findings, check: Check) -> None:
    """Unpack a file without keeping it, which tests its checksum, and check it."""
    try:
        with inside.open() as content:
            size = sum(map(len, iter(partial(content.read, _BLOCK), b"")))
        if size != inside.size:
            raise EOFError(f"{size:,} bytes instead of {inside.size:,}")
        check(inside)
    except _BROKEN as error:
        findings.error(inside, "cannot be unpacked", shown(str(error)))


def _listed(archive: tarfile.TarFile) -> Iterator[Entry]:
    total = 0
    names = set()
    for count, one in enumerate(archive, 1):
        archive.members = []  # type: ignore[attr-defined]  # which tarfile would keep
        if count > 2 * MAX_FILES:
            raise tarfile.ReadError(f"more than {2 * MAX_FILES:,} entries")
        if one.isdir():
            continue
        total += one.size
        again = one.islnk() and one.linkname in names  # the same file with another name
        names.add(one.name)
        yield Entry(one.name, one.size, "" if one.isreg() or again else "link or device")
        if total > MAX_UNPACKED or count > MAX_FILES:
            return  # the rest would be unpacked only to be skipped


def _untarred(
    member: DatasetFile, archive: tarfile.TarFile, findings: Findings
) -> Iterator[ArchivedFile]:
    """Yield a tar's files in their order; each is held while it is checked."""
    left = _MAX_CHECKED
    for one in archive:
        left -= one.size
        if left < 0:
            findings.warning(member, _CHECKED_IN_PART)
            return
        if one.size > _MAX_HELD:
            findings.warning(member, "file too large to check", shown(one.name))
        elif one.isreg() and not is_ignored(one.name):
            file = archive.extractfile(one)
            data = file.read() if file else b""
            if len(data) < one.size:
                raise EOFError(f"{one.name} is truncated")
            name, reader = f"{member.name}/{one.name}", partial(io.BytesIO, data)
            yield ArchivedFile(name, one.size, member.file, reader)
    read_padding(archive)
