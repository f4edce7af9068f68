"""The dataset, from what the workflow names to what can be delivered, without any request."""

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

_NAMED, _FOLDERS = 3, 8  # files and folders of a zip that are named
_ASSET = "release-asset:"
_RATIO = 1032  # the most that deflate packs, with a block of one repeated byte


@dataclass(frozen=True)
class Prepared:
    """A dataset, None where none is named or it is not valid; `notes` are facts for the log."""

    dataset: Dataset | None = None
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckedDataset:
    """What the input `dataset` names, checked as far as that goes without the trainer.

    It is a `url`, or a `selection` of files; neither where no dataset is named.
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
        notes = (*self.notes, *_told(self.selection, how))
        return Prepared(_packed(self.selection, how, scratch), tuple(_mismatches(how)), notes)


def check_dataset(
    source: str, workspace: Workspace, download: Callable[[str], Path]
) -> CheckedDataset:
    """Find and check what the input `dataset` names. Raises `DatasetError`.

    `download` fetches an asset of the release.
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
        fix = "Give a URL that the trainer can read without signing in."
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
    if selection.left_out:
        counted = (f"{count} {name}" for name, count in sorted(selection.left_out.items()))
        notes.append(f"left out: {', '.join(counted)}")
    return CheckedDataset(selection=selection, findings=findings, notes=tuple(notes))


def _packed(selection: Selection, how: Packing, scratch: Path) -> Packed:
    if not how.zipped:
        (member,) = selection.members
        return pack_file(member, scratch)
    name = PurePosixPath(selection.name).stem if selection.single else selection.name
    return pack_zip(name, selection.members, scratch)


def _mismatches(how: Packing) -> Iterator[Finding]:
    if how.mismatch:
        fix = "Give it what it takes, unless the trainer takes more than it says."
        yield Finding("dataset", how.mismatch, fix, serious=False)


def _told(selection: Selection, how: Packing) -> Iterator[str]:
    if how.why:
        yield f"{'packed as a zip' if how.zipped else 'as it is'}: {how.why}"
    if how.zipped and selection.members:
        yield _named([member.name for member in selection.members])


def _named(names: Sequence[str]) -> str:
    """Return what the files are called in the zip: the first ones, and the folders."""
    first = ", ".join(shown(name) for name in names[:_NAMED]) + (", ..." if names[_NAMED:] else "")
    folders = Counter(name.partition("/")[0] for name in names if "/" in name)
    told = ", ".join(f"{shown(name)}/ {count:,}" for name, count in folders.most_common(_FOLDERS))
    more = ", ..." if len(folders) > _FOLDERS else ""
    return f"named {first}" + (f" ({told}{more})" if folders else "")


def _refuse_too_large(selection: Selection, how: Packing) -> None:
    """Raise where it is sure before anything is read.

    What is stored takes all of its bytes, what is deflated a thousandth of them at the least.
    """
    members = selection.members
    stored = sum(one.size for one in members if not how.zipped or is_compressed(one.name))
    if stored >= MAX_UPLOAD:
        raise too_large(selection.name, f"{stored / 1e6:,.1f} MB", members)
    total = sum(one.size for one in members)
    if how.zipped and total > MAX_UPLOAD * _RATIO:
        raise too_large(selection.name, f"{total / 1e6:,.1f} MB, too much also packed", members)
