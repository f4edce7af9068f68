"""Checking the dataset as far as that goes without the trainer: its files, and what is in them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from replicate_train.dataset.file_types import is_compressed
from replicate_train.dataset.files import DatasetFile
from replicate_train.dataset.inspection.inspect import inspect
from replicate_train.dataset.limits import MAX_UPLOAD, too_large
from replicate_train.dataset.select import Selection, select, single
from replicate_train.diagnostics.errors import DatasetError
from replicate_train.diagnostics.finding import Finding
from replicate_train.net.urls import safe_address
from replicate_train.runner.workspace import Workspace

_ASSET = "release-asset:"
_MAX_RATIO = 1032  # of deflate, for one repeated byte


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
    refuse_too_large(selection, zipped=True)  # before anything is read
    inspection = inspect(selection.members)
    findings = (*selection.findings, *inspection.findings)
    notes = [*inspection.facts]
    if selection.ignored:
        counts = (f"{count} {label}" for label, count in sorted(selection.ignored.items()))
        notes.append(f"ignored: {', '.join(counts)}")
    return CheckedDataset(selection=selection, findings=findings, notes=tuple(notes))


def refuse_too_large(selection: Selection, *, zipped: bool) -> None:
    """Raise `DatasetError` if that is certain before anything is read.

    Compressed files do not shrink, others to a thousandth of their size at the best.
    """
    members = selection.members
    stored = sum(one.size for one in members if not zipped or is_compressed(one.name))
    if stored >= MAX_UPLOAD:
        raise too_large(selection.name, f"{stored / 1e6:,.1f} MB", members)
    total = sum(one.size for one in members)
    if zipped and total > MAX_UPLOAD * _MAX_RATIO:
        raise too_large(
            selection.name, f"{total / 1e6:,.1f} MB, more than 100 MB when packed", members
        )
