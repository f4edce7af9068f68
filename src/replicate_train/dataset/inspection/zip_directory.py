"""What an archive's list tells before anything of it is unpacked: what is unfit, and bombs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from replicate_train.dataset.file_types import is_archive
from replicate_train.dataset.files import DatasetFile
from replicate_train.dataset.inspection.notes import Notes
from replicate_train.dataset.names import is_left_out
from replicate_train.runner.text import shown

ENTRIES = 200_000
UNPACKED = 10_000_000_000  # bytes that all entries may unpack to
_RATIO, _SMALL = 200, 100_000_000  # how much more than its own size, above so many bytes


@dataclass(frozen=True)
class Entry:
    """A file in an archive: its name, the bytes it says it has, and what makes it unfit."""

    name: str
    size: int
    unfit: str = ""

    @property
    def left_out(self) -> bool:
        """Whether it is what a system or an editor left, and no part of the dataset."""
        return is_left_out(self.name)


def judge(member: DatasetFile, entries: Sequence[Entry], notes: Notes) -> bool:
    """Note what is wrong with an archive's entries; tell whether it is safe to read them."""
    total = sum(entry.size for entry in entries)
    if all(entry.left_out for entry in entries):
        notes.error(member, "holds no files")
    if len(entries) > ENTRIES:
        notes.error(member, f"holds more than {ENTRIES:,} files")
        return False
    if total > UNPACKED or (total > _SMALL and total > _RATIO * max(1, member.size)):
        notes.error(member, f"would unpack to {total:,} bytes, which no dataset does")
        return False
    found = list(_unfit(entries))
    for entry, why in found:
        notes.error(member, why, shown(entry.name))
    seen: set[str] = set()
    for entry in entries:
        key = entry.name.lower()
        if key in seen:
            notes.warning(member, "holds a name twice (case ignored)", shown(entry.name))
        seen.add(key)
    return not found


def _unfit(entries: Sequence[Entry]) -> Iterator[tuple[Entry, str]]:
    for entry in entries:
        path = PurePosixPath(entry.name.replace("\\", "/"))
        if entry.unfit:
            yield entry, f"holds an entry that {entry.unfit}"
        elif path.is_absolute() or entry.name[1:3] in {":\\", ":/"}:
            yield entry, "holds an absolute name"
        elif ".." in path.parts:
            yield entry, "holds a name that leads out of it"
        elif is_archive(entry.name) and not entry.left_out:
            yield entry, "holds another archive, which trainers do not unpack"
