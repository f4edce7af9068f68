"""Checking an archive by its list of entries, before anything is unpacked: names, and bombs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from replicate_train.dataset.file_types import is_archive
from replicate_train.dataset.files import DatasetFile
from replicate_train.dataset.inspection.findings import Findings
from replicate_train.dataset.names import is_ignored
from replicate_train.runner.text import shown

MAX_FILES = 200_000
MAX_UNPACKED = 10_000_000_000  # bytes of all entries together
_MAX_RATIO = 200  # unpacked to packed bytes
_RATIO_FROM = 100_000_000  # unpacked bytes from which the ratio counts
TOO_MANY_FILES = f"more than {MAX_FILES:,} files"


@dataclass(frozen=True)
class Entry:
    """A file in an archive: its name, its size in bytes as listed, and what is wrong with it."""

    name: str
    size: int
    problem: str = ""

    @property
    def ignored(self) -> bool:
        """Whether it is a file of the system or an editor, not of the dataset."""
        return is_ignored(self.name)


def check_entries(member: DatasetFile, entries: Sequence[Entry], findings: Findings) -> bool:
    """Check an archive's entries; return whether it is safe to read them."""
    total = sum(entry.size for entry in entries)
    if all(entry.ignored for entry in entries):
        findings.error(member, "no files in it")
    if len(entries) > MAX_FILES:
        findings.error(member, TOO_MANY_FILES)
        return False
    if total > MAX_UNPACKED or (total > _RATIO_FROM and total > _MAX_RATIO * max(1, member.size)):
        limit = f"the limit is {MAX_UNPACKED / 1e9:g} GB, and {_MAX_RATIO} times its size"
        findings.error(member, f"unpacks to {total:,} bytes", limit)
        return False
    problems = list(_problems(entries))
    for entry, problem in problems:
        findings.error(member, problem, shown(entry.name))
    seen: set[str] = set()
    for entry in entries:
        key = entry.name.lower()
        if key in seen:
            findings.warning(member, "duplicate name, ignoring case", shown(entry.name))
        seen.add(key)
    return not problems


def _problems(entries: Sequence[Entry]) -> Iterator[tuple[Entry, str]]:
    for entry in entries:
        path = PurePosixPath(entry.name.replace("\\", "/"))
        if entry.problem:
            yield entry, entry.problem
        elif path.is_absolute() or entry.name[1:3] in {":\\", ":/"}:
            yield entry, "absolute path in the archive"
        elif ".." in path.parts:
            yield entry, "path that leads out of the archive"
        elif is_archive(entry.name) and not entry.ignored:
            yield entry, "archive inside the archive; trainers do not unpack it"
