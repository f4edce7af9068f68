"""An upload of the very same bytes that the account has already, for long enough."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from replicate_train.dataset.dataset import Dataset, Hosted, Packed
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.schemas import File, Training, aware

_BRIEFLY = 10.0  # seconds for a look that only saves an upload
_GOES_ON = timedelta(minutes=10)  # that a file outlives the longest wait by


@dataclass(frozen=True)
class Wanted:
    """What an upload must be good for.

    `metadata` is what an own upload would carry; it must stay for `seconds`; other runs may use one
    that is older than `exclusive_for`. `now` is the service's own time.
    """

    metadata: Mapping[str, str]
    seconds: float
    exclusive_for: timedelta
    now: datetime | None = None


def find(
    dataset: Packed, wanted: Wanted, files: Iterable[File], existing: Iterable[Training]
) -> Hosted | None:
    """Return an upload of the very same bytes, if one may be used. Pure.

    An upload that a run marked as its own is used for the same destination only, and only once one
    of the `existing` trainings has it: while its own start is under way, the upload is what tells
    that start from all others.
    """
    started = {str(value) for one in existing for value in (one.input or {}).values()}
    for file in (file for file in files if _is_the_same(file, dataset)):
        if _lives(file, wanted) and _is_free(file, wanted, started):
            return Hosted(file.urls.get, dataset.sha256, file.created_at)
    return None


def _lives(file: File, wanted: Wanted) -> bool:
    if file.expires_at is None:
        return True
    until = wanted.now and wanted.now + timedelta(seconds=wanted.seconds) + _GOES_ON
    return bool(until and aware(file.expires_at) >= until)


def _is_free(file: File, wanted: Wanted, started: Collection[str]) -> bool:
    """Tell whether the start that a file was uploaded for is over."""
    marks = file.metadata or {}
    if not (marks.get("destination") or marks.get("run")):
        return True
    if marks.get("destination") != wanted.metadata.get("destination"):
        return False
    if file.urls.get not in started:
        return False
    if marks.get("run", "") == wanted.metadata.get("run", ""):
        return True
    age = wanted.now - aware(file.created_at) if wanted.now and file.created_at else None
    return age is not None and age >= wanted.exclusive_for


def _is_the_same(file: File, dataset: Packed) -> bool:
    """Tell whether a file has the dataset's bytes, under a name that trainers read alike."""
    alike = not file.name or PurePosixPath(file.name).suffix == PurePosixPath(dataset.name).suffix
    return file.checksums.sha256 == dataset.sha256 and bool(file.urls.get) and alike


def find_upload(
    dataset: Dataset | None, wanted: Wanted, existing: Iterable[Training], replicate: Replicate
) -> Hosted | None:
    """Return an upload of the dataset's bytes; None where it has to be uploaded."""
    if not (dataset and dataset.needs_upload):
        return None
    try:
        files = replicate.patiently(_BRIEFLY).files()
    except ReplicateError:
        return None
    now = replicate.session.service_time()
    return find(dataset, replace(wanted, now=now), files, existing)
