"""Preparing a dataset that was checked: packed as the trainer's input accepts it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from replicate_train.dataset.check import CheckedDataset, refuse_too_large
from replicate_train.dataset.dataset import Dataset, Hosted, Packed
from replicate_train.dataset.format import AcceptedFormats, Packing, mismatch_of, packing
from replicate_train.dataset.pack import pack_file, pack_zip
from replicate_train.dataset.select import Selection
from replicate_train.diagnostics.finding import Finding
from replicate_train.runner.text import shown

_MAX_NAMES, _MAX_FOLDERS = 3, 8  # files and folders of a ZIP that are in the log


@dataclass(frozen=True)
class Prepared:
    """A dataset, None if none is given or it is not valid; `notes` are facts for the log."""

    dataset: Dataset | None = None
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


def prepare(checked: CheckedDataset, accepts: AcceptedFormats, scratch: Path) -> Prepared:
    """Pack a dataset into the folder `scratch`, as the trainer's input accepts it.

    Raises `DatasetError`.
    """
    if checked.url:
        path = urlsplit(checked.url).path
        mismatch = mismatch_of(path, accepts) if PurePosixPath(path).suffix else ""
        findings = _mismatches(Packing(zipped=False, mismatch=mismatch))
        return Prepared(Hosted(checked.url), tuple(findings), checked.notes)
    if checked.selection is None or not checked.valid:
        return Prepared()
    names = [one.name for one in checked.selection.members]
    how = packing(names, accepts, single=checked.selection.single)
    refuse_too_large(checked.selection, zipped=how.zipped)
    notes = (*checked.notes, *_packing_notes(checked.selection, how))
    return Prepared(_packed(checked.selection, how, scratch), tuple(_mismatches(how)), notes)


def _packed(selection: Selection, how: Packing, scratch: Path) -> Packed:
    if not how.zipped:
        (member,) = selection.members
        return pack_file(member, scratch)
    name = PurePosixPath(selection.name).stem if selection.single else selection.name
    return pack_zip(name, selection.members, scratch)


def _mismatches(how: Packing) -> Iterator[Finding]:
    if how.mismatch:
        fix = "Ignore this warning if the trainer accepts more than its description says."
        yield Finding("dataset", how.mismatch, fix, serious=False)


def _packing_notes(selection: Selection, how: Packing) -> Iterator[str]:
    if how.why:
        yield f"{'packed as ZIP' if how.zipped else 'sent unpacked'}: {how.why}"
    if how.zipped and selection.members:
        yield _names_in_zip([member.name for member in selection.members])


def _names_in_zip(names: Sequence[str]) -> str:
    """Return the first names in the ZIP, and how many files its folders have."""
    first = ", ".join(shown(name) for name in names[:_MAX_NAMES]) + (
        ", ..." if names[_MAX_NAMES:] else ""
    )
    folders = Counter(name.partition("/")[0] for name in names if "/" in name)
    largest = folders.most_common(_MAX_FOLDERS)
    counts = ", ".join(f"{count:,} in {shown(name)}/" for name, count in largest)
    more = ", ..." if len(folders) > _MAX_FOLDERS else ""
    return f"names in the ZIP: {first}" + (f" ({counts}{more})" if folders else "")
