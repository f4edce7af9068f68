"""The dataset, from what the workflow names to what can be delivered, without any request."""

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from replicate_train.dataset.archive import Zip, is_compressed
from replicate_train.dataset.inspection.looking import inspect
from replicate_train.dataset.members import Member
from replicate_train.dataset.packed import LIMIT, Blocks, Packed, as_it_is, measured
from replicate_train.dataset.selection import Selection, select
from replicate_train.errors import DatasetError
from replicate_train.findings import Finding
from replicate_train.hosts import safe_address
from replicate_train.plain_text import counted
from replicate_train.workspace import Workspace

_ASSET = "release-asset:"
_TYPES = {
    "jsonl": "application/jsonl",
    "ndjson": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "tgz": "application/gzip",
    "gz": "application/gzip",
}
_LARGEST = 3  # files that are named where all are too large


@dataclass(frozen=True)
class Hosted:
    """A dataset that is on the web already; the trainer fetches it."""

    url: str
    sha256: str = ""


Dataset = Hosted | Packed


@dataclass(frozen=True)
class Prepared:
    """A dataset, None where none is named or it cannot be used, and what is to be said of it."""

    dataset: Dataset | None = None
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


def prepare(source: str, workspace: Workspace, asset: Callable[[str], Path]) -> Prepared:
    """Read and check the dataset. `asset` downloads one of the release. Raises `DatasetError`."""
    if not source:
        return Prepared()
    if source.startswith(("https://", "http://")):
        return Prepared(_hosted(source))
    if source.startswith(_ASSET):
        name = source.removeprefix(_ASSET).strip()
        path = asset(name)
        member = Member(PurePosixPath(name).name, str(path), path.stat().st_size)
        return _looked_into(Selection(member.name, (member,), single=True))
    return _looked_into(select(source, workspace))


def _looked_into(selection: Selection) -> Prepared:
    """Check the files that were found, and measure what they become. Raises `DatasetError`."""
    if any(finding.serious for finding in selection.findings):
        return Prepared(findings=selection.findings)
    _refuse_too_large(selection)
    looked = inspect(selection.members)
    findings = (*selection.findings, *looked.findings)
    notes = looked.facts
    if selection.left_out:
        counted = (f"{count} {name}" for name, count in sorted(selection.left_out.items()))
        notes = (*notes, f"left out: {', '.join(counted)}")
    if any(finding.serious for finding in findings):
        return Prepared(findings=findings, notes=notes)
    return Prepared(_packed(selection), findings, notes)


def _hosted(source: str) -> Hosted:
    try:
        safe_address(source)
    except ValueError as error:
        raise DatasetError(f"dataset {error}") from None
    return Hosted(source)


def _packed(selection: Selection) -> Packed:
    members = selection.members
    if selection.single:
        (member,) = members
        blocks: Blocks = partial(as_it_is, member)
        name, described, done = member.name, member.name, lambda: 0
        suffix = member.name.rpartition(".")[2].lower()
        media_type = _TYPES.get(suffix) or mimetypes.guess_type(member.name)[0]
    else:
        archive = Zip(members)
        blocks, done = archive.blocks, lambda: archive.done
        name, media_type = f"{selection.name}.zip", "application/zip"
        count = counted(len(members), "file")
        described = f"{selection.name}/ ({count}, zipped)"
    size, sha256 = measured(blocks())
    if size > LIMIT:
        raise _too_large(selection, f"more than {LIMIT:,} bytes")
    kind = media_type or "application/octet-stream"
    return Packed(name, kind, blocks, size, sha256, described, len(members), done)


def _refuse_too_large(selection: Selection) -> None:
    """Raise where it is sure before anything is read: what is stored takes all of its bytes."""
    members = selection.members
    stored = sum(one.size for one in members if selection.single or is_compressed(one.name))
    if stored > LIMIT:
        raise _too_large(selection, f"{stored / 1e6:,.1f} MB")


def _too_large(selection: Selection, size: str) -> DatasetError:
    by_size = sorted(selection.members, key=lambda member: -member.size)
    return DatasetError(
        f"The dataset {selection.name} has {size}",
        why="Replicate takes uploads of up to 100 MB.",
        mend="Host it elsewhere and pass its https:// URL as dataset.",
        details=[_sized(member) for member in by_size[:_LARGEST]] if by_size[1:] else [],
    )


def _sized(member: Member) -> str:
    return f"{member.name}: {member.size / 1e6:,.1f} MB"
