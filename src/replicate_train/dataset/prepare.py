"""The dataset, from what the workflow names to what can be delivered, without any request."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from replicate_train.dataset.files import DatasetFile
from replicate_train.dataset.format import AcceptedFormats, Packing, doubt_of, packing
from replicate_train.dataset.inspection.inspect import inspect
from replicate_train.dataset.packed import LIMIT, Packed, pack_file, pack_zip, too_large
from replicate_train.dataset.select import Selection, select, single
from replicate_train.dataset.zip_format import LARGEST
from replicate_train.dataset.zip_writer import is_compressed
from replicate_train.diagnostics.errors import DatasetError
from replicate_train.diagnostics.finding import Finding
from replicate_train.net.urls import safe_address
from replicate_train.runner.text import shown
from replicate_train.runner.workspace import Workspace

_NAMED, _FOLDERS = 3, 8  # files and folders of a zip that are named
_ASSET = "release-asset:"
_RATIO = 1032  # the most that deflate packs, with a block of one repeated byte


@dataclass(frozen=True)
class Hosted:
    """A dataset that the trainer can download.

    `uploaded_at` is when it was uploaded, by the service's own clock, where that is known.
    """

    url: str
    sha256: str = ""
    uploaded_at: datetime | None = None


Dataset = Hosted | Packed


@dataclass(frozen=True)
class Prepared:
    """A dataset, None where none is named or it cannot be used, and what is to be said of it."""

    dataset: Dataset | None = None
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


def prepare(
    source: str, workspace: Workspace, asset: Callable[[str], Path], takes: AcceptedFormats
) -> Prepared:
    """Read, check and pack the dataset. Raises `DatasetError`.

    `asset` downloads one of the release, `takes` is what the trainer says of its input.
    """
    if not source:
        return Prepared()
    if source.lower().startswith(("https://", "http://")):
        return _elsewhere(source, takes)
    if source.startswith(_ASSET):
        name = source.removeprefix(_ASSET).strip()
        path = asset(name)
        member = DatasetFile.found(PurePosixPath(name).name, str(path), path.lstat())
        return _looked_into(single(member), takes)
    return _looked_into(select(source, workspace), takes)


def _looked_into(selection: Selection, takes: AcceptedFormats) -> Prepared:
    """Check the files that were found, and measure what they become. Raises `DatasetError`."""
    if any(finding.serious for finding in selection.findings):
        return Prepared(findings=selection.findings)
    how = packing([one.name for one in selection.members], takes, single=selection.single)
    _refuse_too_large(selection, how)
    looked = inspect(selection.members)
    findings = (*selection.findings, *looked.findings, *_doubts(how))
    notes = (*looked.facts, *_told(selection, how))
    if any(finding.serious for finding in findings):
        return Prepared(findings=findings, notes=notes)
    return Prepared(_packed(selection, how), findings, notes)


def _elsewhere(source: str, takes: AcceptedFormats) -> Prepared:
    try:
        path = safe_address(source).path
    except ValueError as error:
        fix = "Give an address that the trainer can read without signing in."
        raise DatasetError(f"dataset {error}", fix=fix) from None
    how = Packing(zipped=False, doubt=doubt_of(path, takes) if PurePosixPath(path).suffix else "")
    notes = ("it is not looked into: the trainer fetches it",)
    return Prepared(Hosted(source), tuple(_doubts(how)), notes)


def _packed(selection: Selection, how: Packing) -> Packed:
    if not how.zipped:
        (member,) = selection.members
        return pack_file(member)
    name = PurePosixPath(selection.name).stem if selection.single else selection.name
    return pack_zip(name, selection.members)


def _doubts(how: Packing) -> Iterator[Finding]:
    if how.doubt:
        fix = "Give it what it takes, unless the trainer takes more than it says."
        yield Finding("dataset", how.doubt, fix, serious=False)


def _told(selection: Selection, how: Packing) -> Iterator[str]:
    if how.why:
        yield f"{'packed as a zip' if how.zipped else 'as it is'}: {how.why}"
    if how.zipped and selection.members:
        yield _named([member.name for member in selection.members])
    if selection.left_out:
        counted = (f"{count} {name}" for name, count in sorted(selection.left_out.items()))
        yield f"left out: {', '.join(counted)}"


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
    if stored >= LIMIT:
        raise too_large(selection.name, f"{stored / 1e6:,.1f} MB", members)
    total = sum(one.size for one in members)
    largest = max(one.size for one in members)
    if how.zipped and (largest > LARGEST or total > LIMIT * _RATIO):
        raise too_large(
            selection.name, f"{total / 1e6:,.1f} MB, too much also when packed", members
        )
