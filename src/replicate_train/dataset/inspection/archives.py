"""Archives that are given as they are: listed and read through, never unpacked to disk."""

import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from replicate_train.dataset.inspection.images import HEAD, SUFFIXES, judge_head
from replicate_train.dataset.inspection.notes import Notes
from replicate_train.dataset.members import Member
from replicate_train.plain_text import counted, shown

_ENTRIES = 200_000
_UNPACKED = 10_000_000_000  # bytes that all entries may unpack to
_RATIO, _SMALL = 200, 100_000_000  # how much more than its own size, above so many bytes
_READ = 2_000_000_000  # bytes that are unpacked to see whether they can be
_BLOCK = 1 << 20
_NESTED = (".zip", ".tar", ".tgz", ".tar.gz", ".7z", ".rar")
# What zipfile and tarfile raise for hostile content.
_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, NotImplementedError, ValueError, struct.error, EOFError,
    OverflowError, zlib.error, RuntimeError, lzma.LZMAError, KeyError, IndexError,
)  # fmt: skip


@dataclass(frozen=True)
class _Inside:
    """An entry: its name, the bytes it says it has, and what makes it unfit."""

    name: str
    size: int
    unfit: str


def look_into_zip(member: Member, notes: Notes) -> str:
    """Check a zip: its list, what its entries would unpack to, and that they can be."""
    try:
        with zipfile.ZipFile(member.path) as archive:
            listed = archive.infolist()
            files = [one for one in listed if not one.is_dir()]
            entries = [_Inside(one.filename, one.file_size, _unfit_in_zip(one)) for one in files]
            if _judge(member, entries, notes):
                _read_through(member, archive, files, notes)
    except _BROKEN as error:
        notes.error(member, "is no zip that can be read", shown(str(error)))
        return ""
    return f"{shown(member.name)}: {counted(len(files), 'file')} inside"


def look_into_tar(member: Member, notes: Notes) -> str:
    """Check a tar, compressed or not: its list, and what its entries would unpack to."""
    entries: list[_Inside] = []
    total = 0
    try:
        with tarfile.open(member.path) as archive:
            for one in archive:
                if one.isdir():
                    continue
                total += one.size
                unfit = "" if one.isreg() else "is a link or a device"
                entries.append(_Inside(one.name, one.size, unfit))
                if total > _UNPACKED or len(entries) > _ENTRIES:
                    break  # what follows would be unpacked to be skipped
    except (*_BROKEN, OSError) as error:
        notes.error(member, "is no tar that can be read", shown(str(error)))
        return ""
    _judge(member, entries, notes)
    return f"{shown(member.name)}: {counted(len(entries), 'file')} inside"


def _judge(member: Member, entries: list[_Inside], notes: Notes) -> bool:
    """Note what is wrong with a list of entries; tell whether it is safe to read them."""
    total = sum(entry.size for entry in entries)
    if not entries:
        notes.error(member, "holds no files")
    if len(entries) > _ENTRIES:
        notes.error(member, f"holds more than {_ENTRIES:,} files")
        return False
    if total > _UNPACKED or (total > _SMALL and total > _RATIO * max(1, member.size)):
        notes.error(member, f"would unpack to {total:,} bytes, which no dataset does")
        return False
    for entry, why in _unfit(entries):
        notes.error(member, why, shown(entry.name))
    seen: set[str] = set()
    for entry in entries:
        key = entry.name.lower()
        if key in seen:
            notes.warning(member, "holds a name twice, but for its case", shown(entry.name))
        seen.add(key)
    return not any(entry.unfit for entry in entries)


def _unfit(entries: list[_Inside]) -> Iterator[tuple[_Inside, str]]:
    for entry in entries:
        path = PurePosixPath(entry.name.replace("\\", "/"))
        if entry.unfit:
            yield entry, f"holds an entry that {entry.unfit}"
        elif path.is_absolute() or entry.name[1:3] in {":\\", ":/"}:
            yield entry, "holds an absolute name"
        elif ".." in path.parts:
            yield entry, "holds a name that leads out of it"
        elif entry.name.lower().endswith(_NESTED):
            yield entry, "holds another archive, which trainers do not unpack"


def _unfit_in_zip(entry: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if entry.flag_bits & 0x1:
        return "is encrypted"
    return "is a link or a device" if kind not in {0, stat.S_IFREG} else ""


def _read_through(
    member: Member, archive: zipfile.ZipFile, files: list[zipfile.ZipInfo], notes: Notes
) -> None:
    """Unpack every entry to nowhere: its checksum is right, and an image is one."""
    read = 0
    for entry in files:
        if read > _READ:
            return
        inside = Member(
            f"{member.name}/{entry.filename}", member.path, entry.file_size, member.file
        )
        try:
            with archive.open(entry) as content:
                head = content.read(HEAD)
                if PurePosixPath(entry.filename).suffix.lower() in SUFFIXES:
                    judge_head(inside, head, notes)
                while block := content.read(_BLOCK):
                    read += len(block)
        except _BROKEN as error:
            notes.error(inside, "cannot be unpacked", shown(str(error)))
