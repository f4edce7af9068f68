"""A dataset that the account has uploaded before: the very same bytes, for long enough."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from replicate_train.dataset.packed import Packed
from replicate_train.dataset.prepare import Dataset, Hosted
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.schemas import File, Training, aware

_BRIEFLY = 10.0  # seconds for a look that only saves an upload
_GOES_ON = timedelta(minutes=10)  # that a file outlives the longest wait by


def find(
    dataset: Packed,
    marks: Mapping[str, str],
    files: Iterable[File],
    existing: Iterable[Training],
    until: datetime | None,
) -> Hosted | None:
    """Return where the very same bytes are already, for at least as long as `until`. Pure.

    A file that a job marked as its own is taken for the same destination only (by the mark, a later
    job tells whose training it was made for), and only once one of the `existing` trainings has it:
    while its own start is under way, the file is what tells that start from all others.
    """
    started = {str(value) for one in existing for value in (one.input or {}).values()}
    for file in (file for file in files if _is_the_same(file, dataset)):
        theirs = {name: (file.metadata or {}).get(name) for name in marks}
        unmarked = not any(theirs.values())
        free = unmarked or (theirs == marks and file.urls.get in started)
        lives = file.expires_at is None or (until and aware(file.expires_at) >= until)
        if lives and free:
            return Hosted(file.urls.get, dataset.sha256)
    return None


def _is_the_same(file: File, dataset: Packed) -> bool:
    """Tell whether a file has the dataset's bytes, under a name that trainers read alike."""
    alike = not file.name or PurePosixPath(file.name).suffix == PurePosixPath(dataset.name).suffix
    return file.checksums.sha256 == dataset.sha256 and bool(file.urls.get) and alike


def look_for_upload(
    dataset: Dataset | None,
    marks: Mapping[str, str],
    existing: Iterable[Training],
    replicate: Replicate,
    longest: float,
) -> Hosted | None:
    """Return where the dataset's bytes are already; they must stay for `longest` seconds.

    Where the files cannot be listed, the dataset is uploaded again.
    """
    if not isinstance(dataset, Packed):
        return None
    try:
        files = replicate.patiently(_BRIEFLY).files()
    except ReplicateError:
        return None
    now = replicate.service_time()
    until = datetime.fromisoformat(now) + timedelta(seconds=longest) + _GOES_ON if now else None
    return find(dataset, marks, files, existing, until)
