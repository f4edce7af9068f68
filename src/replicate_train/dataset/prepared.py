"""The dataset, from what the workflow names to what the trainer is given."""

import hashlib
import mimetypes
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, cast

from replicate_train.dataset.archive import pack
from replicate_train.errors import DatasetError, NotSupportedYet
from replicate_train.hosts import safe_address
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import Garbled
from replicate_train.workspace import Workspace

LIMIT = 100 * 1024 * 1024  # bytes; the service answers 413 above (OpenAPI document)
_TYPES = {".jsonl": "application/jsonl", ".parquet": "application/vnd.apache.parquet"}


@dataclass(frozen=True)
class Hosted:
    """A dataset that is on the web already; the trainer fetches it."""

    url: str
    sha256: str = ""


@dataclass(frozen=True)
class Packed:
    """A dataset that is ready to be uploaded; `described` says what it is, for the log."""

    name: str
    media_type: str
    content: BinaryIO
    size: int
    sha256: str
    described: str


Dataset = Hosted | Packed


@contextmanager
def prepared(source: str, workspace: Workspace) -> Iterator[Dataset | None]:
    """Read and check the dataset, without any request; None where none is named.

    Raises `DatasetError` and `NotSupportedYet`.
    """
    with ExitStack() as stack:
        yield _prepare(source, workspace, stack) if source else None


def deliver(dataset: Dataset, replicate: Replicate, marks: Mapping[str, str]) -> Hosted:
    """Upload the dataset if it has to be, and return where it is.

    `marks` are kept with the upload, for whoever compares it later.

    Raises a `ReplicateError`; `Garbled` where the service received other bytes than were sent.
    """
    if isinstance(dataset, Hosted):
        return dataset
    dataset.content.seek(0)
    file = replicate.upload(dataset.name, dataset.content, dataset.media_type, marks)
    received = file.checksums.sha256
    if received and received != dataset.sha256:
        raise Garbled(
            "The dataset arrived damaged",
            why=f"SHA-256 {dataset.sha256} was sent, and {received} arrived.",
            mend="Run the job again.",
        )
    if not file.urls.get:
        raise Garbled("The dataset was uploaded, and the answer does not say where it is")
    return Hosted(file.urls.get, dataset.sha256)


def _prepare(source: str, workspace: Workspace, stack: ExitStack) -> Dataset:
    if source.startswith(("https://", "http://")):
        return _hosted(source)
    if source.startswith("release-asset:"):
        raise NotSupportedYet("dataset: release-asset: does not work in this release")
    path = _find(source, workspace)
    if path.is_dir():
        return _zipped(path, stack)
    content = stack.enter_context(path.open("rb"))
    media_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    return _measured(path.name, media_type or "application/octet-stream", content, path.name)


def _hosted(source: str) -> Hosted:
    try:
        safe_address(source)
    except ValueError as error:
        raise DatasetError(f"dataset {error}") from None
    return Hosted(source)


def _find(source: str, workspace: Workspace) -> Path:
    try:
        path = workspace.path(source)
        kind = path.is_file() or path.is_dir()
    except (ValueError, OSError) as error:
        raise DatasetError(f"The dataset's path {source!r} cannot be used: {error}") from None
    if kind:
        return path
    if "\n" in source or set(source) & set("*?["):
        raise NotSupportedYet(
            "dataset: globs do not work in this release",
            mend="Name one file or one directory.",
        )
    raise DatasetError(
        f"The dataset {source!r} is not in the workspace",
        why="It is read as a path relative to the repository's root, and nothing is there.",
        mend="Check the spelling, and that actions/checkout (or a download) ran before this step.",
    )


def _zipped(directory: Path, stack: ExitStack) -> Packed:
    content = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - it lives as long as the stack
    count = pack(directory, content)
    name = directory.resolve().name or "dataset"
    files = "1 file" if count == 1 else f"{count:,} files"
    return _measured(f"{name}.zip", "application/zip", content, f"{name}/ ({files}, zipped)")


def _measured(name: str, media_type: str, content: BinaryIO, described: str) -> Packed:
    content.seek(0)
    sha256 = hashlib.file_digest(cast(BufferedReader, content), "sha256").hexdigest()
    size = content.tell()
    if not size:
        raise DatasetError(f"The dataset {name} is empty")
    if size > LIMIT:
        raise DatasetError(
            f"The dataset {name} has {size / 1e6:,.1f} MB",
            why="Replicate takes uploads of up to 100 MB.",
            mend="Host it elsewhere and pass its https:// URL as dataset.",
        )
    return Packed(name, media_type, content, size, sha256, described)
