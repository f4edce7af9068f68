"""Preparing the dataset: found, checked and packed, without any request to Replicate."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from replicate_train.dataset.dataset import Dataset, Hosted, Packed
from replicate_train.dataset.file_types import is_compressed
from replicate_train.dataset.files import DatasetFile
from replicate_train.dataset.format import AcceptedFormats, Packing, mismatch_of, packing
from replicate_train.dataset.inspection.inspect import inspect
from replicate_train.dataset.pack import MAX_UPLOAD, pack_file, pack_zip, too_large
from replicate_train.dataset.select import Selection, select, single
from replicate_train.diagnostics.errors import DatasetError
from replicate_train.diagnostics.finding import Finding
from replicate_train.net.urls import safe_address
from replicate_train.runner.text import shown
from replicate_train.runner.workspace import Workspace

_MAX_NAMES, _MAX_FOLDERS = 3, 8  # files and folders of a ZIP that are in the log
_ASSET = "release-asset:"
_MAX_RATIO = 1032  # of deflate, for one repeated byte


@dataclass(frozen=True)
class Prepared:
    """A dataset, None if none is given or it is not valid; `notes` are facts for the log."""

    dataset: Dataset | None = None
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckedDataset:
    """The input `dataset`, checked as far as possible without the trainer.

    It is a `url` or a `selection` of files; neither if no dataset is given.
    """

    url: str = ""
    selection: Selection | None = None
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether nothing serious was found."""
        return not any(finding.serious for finding in self.findings)

    def prepare(self, accepts: AcceptedFormats, scratch: Path) -> Prepared:
        """Pack it into the folder `scratch`, as the trainer's input accepts it.

        Raises `DatasetError`.
        """
        if self.url:
            path = urlsplit(self.url).path
            mismatch = mismatch_of(path, accepts) if PurePosixPath(path).suffix else ""
            findings = _mismatches(Packing(zipped=False, mismatch=mismatch))
            return Prepared(Hosted(self.url), tuple(findings), self.notes)
        if self.selection is None or not self.valid:
            return Prepared()
        names = [one.name for one in self.selection.members]
        how = packing(names, accepts, single=self.selection.single)
        _refuse_too_large(self.selection, how)
        notes = (*self.notes, *_packing_notes(self.selection, how))
        return Prepared(_packed(self.selection, how, scratch), tuple(_mismatches(how)), notes)


def check_dataset(
    source: str, workspace: Workspace, download: Callable[[str], Path]
) -> CheckedDataset:
    """Find and check the dataset that `source` names. Raises `DatasetError`.

    `download` downloads an asset of the release.
    """
    if not source:
        return CheckedDataset()
    if source.lower().startswith(("https://", "http://")):
        return _checked_url(source)
    if source.startswith(_ASSET):
        name = source.removeprefix(_ASSET).strip()
        path = download(name)
        member = DatasetFile.found(PurePosixPath(name).name, str(path), path.lstat())
        return _checked_files(single(member))
    return _checked_files(select(source, workspace))


def _checked_url(source: str) -> CheckedDataset:
    try:
        safe_address(source)
    except ValueError as error:
        fix = "Use a URL that the trainer can download without signing in."
        raise DatasetError(f"dataset {error}", fix=fix) from None
    return CheckedDataset(source, notes=("not checked: the trainer downloads it",))


def _checked_files(selection: Selection) -> CheckedDataset:
    """Check the content of the files that were found."""
    if any(finding.serious for finding in selection.findings):
        return CheckedDataset(selection=selection, findings=selection.findings)
    _refuse_too_large(selection, Packing(zipped=True))  # before anything is read
    inspection = inspect(selection.members)
    findings = (*selection.findings, *inspection.findings)
    notes = [*inspection.facts]
    if selection.ignored:
        counts = (f"{count} {label}" for label, count in sorted(selection.ignored.items()))
        notes.append(f"ignored: {', '.join(counts)}")
    return CheckedDataset(selection=selection, findings=findings, notes=tuple(notes))


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


def _refuse_too_large(selection: Selection, how: Packing) -> None:
    """Raise `DatasetError` if that is certain before anything is read.

    Compressed files do not shrink, others to a thousandth of their size at the best.
    """
    members = selection.members
    stored = sum(one.size for one in members if not how.zipped or is_compressed(one.name))
    if stored >= MAX_UPLOAD:
        raise too_large(selection.name, f"{stored / 1e6:,.1f} MB", members)
    total = sum(one.size for one in members)
    if how.zipped and total > MAX_UPLOAD * _MAX_RATIO:
        raise too_large(
            selection.name, f"{total / 1e6:,.1f} MB, more than 100 MB when packed", members
        )
