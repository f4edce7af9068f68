"""Finding an existing upload of the same bytes, so that nothing is uploaded twice."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from replicate_train.dataset.dataset import Dataset, Hosted, Packed
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.schemas import File, Training, aware

_MAX_SEARCH = 10.0  # seconds; the search only saves an upload
_MARGIN = timedelta(minutes=10)  # of a file's expiry after the longest wait


@dataclass(frozen=True)
class UploadRequirements:
    """The requirements for an upload to be reused.

    `metadata` is that of a new upload; the file must not expire for `seconds`; other runs may reuse
    it once it is older than `exclusive_for`. `now` is Replicate's own time.
    """

    metadata: Mapping[str, str]
    seconds: float
    exclusive_for: timedelta
    now: datetime | None = None


def find(
    dataset: Packed,
    required: UploadRequirements,
    files: Iterable[File],
    existing: Iterable[Training],
) -> Hosted | None:
    """Return an upload of the same bytes, if one may be reused. Pure.

    An upload with the metadata of a run is reused for the same destination only, and only after one
    of the `existing` trainings has it: until then, the upload identifies the start of its own run.
    """
    started = {str(value) for one in existing for value in (one.input or {}).values()}
    for file in (file for file in files if _matches(file, dataset)):
        if _lasts(file, required) and _may_be_reused(file, required, started):
            return Hosted(file.urls.get, dataset.sha256, file.created_at)
    return None


def _lasts(file: File, required: UploadRequirements) -> bool:
    if file.expires_at is None:
        return True
    until = required.now and required.now + timedelta(seconds=required.seconds) + _MARGIN
    return bool(until and aware(file.expires_at) >= until)


def _may_be_reused(file: File, required: UploadRequirements, started: Collection[str]) -> bool:
    """Tell whether the start that a file was uploaded for is complete."""
    metadata = file.metadata or {}
    if not (metadata.get("destination") or metadata.get("run")):
        return True
    if metadata.get("destination") != required.metadata.get("destination"):
        return False
    if file.urls.get not in started:
        return False
    if metadata.get("run", "") == required.metadata.get("run", ""):
        return True
    age = required.now - aware(file.created_at) if required.now and file.created_at else None
    return age is not None and age >= required.exclusive_for


def _matches(file: File, dataset: Packed) -> bool:
    """Tell whether a file has the dataset's bytes, and a name with the same suffix."""
    same_suffix = (
        not file.name or PurePosixPath(file.name).suffix == PurePosixPath(dataset.name).suffix
    )
    return file.checksums.sha256 == dataset.sha256 and bool(file.urls.get) and same_suffix


def find_upload(
    dataset: Dataset | None,
    required: UploadRequirements,
    existing: Iterable[Training],
    replicate: Replicate,
) -> Hosted | None:
    """Return an existing upload of the dataset; None if it has to be uploaded."""
    if not (dataset and dataset.needs_upload):
        return None
    try:
        files = replicate.patiently(_MAX_SEARCH).files()
    except ReplicateError:
        return None
    now = replicate.session.service_time()
    return find(dataset, replace(required, now=now), files, existing)
