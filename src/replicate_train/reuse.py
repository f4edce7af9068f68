"""The very same work, done before or under way: followed instead of paid for again."""

from collections.abc import Iterator

from replicate_train.inputs import Reuse
from replicate_train.outcome import named_version
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import NotFound
from replicate_train.replicate.shapes import File, Training
from replicate_train.work import Work


def earlier(
    work: Work, reuse: Reuse, existing: list[Training], replicate: Replicate
) -> Training | None:
    """Return which of the existing trainings to follow instead of starting one, or None.

    With `running` it is the newest that is queued or running; with `succeeded` also the newest
    that succeeded and whose version is still on the destination.
    """
    if reuse is Reuse.NEVER:
        return None
    files: dict[str, File | None] = {}

    def file(file_id: str) -> File | None:
        if file_id not in files:
            files[file_id] = _file(file_id, replicate)
        return files[file_id]

    for training in _candidates(existing, reuse):
        if work.is_work_of(training, file) and (
            not training.ended or _version_is_there(training, work, replicate)
        ):
            return replicate.training(training.id)
    return None


def _candidates(trainings: list[Training], reuse: Reuse) -> Iterator[Training]:
    """Yield what may be taken up, the running ones first, newest first."""
    yield from (one for one in trainings if not one.ended)
    if reuse is Reuse.SUCCEEDED:
        yield from (one for one in trainings if one.status == "succeeded")


def _version_is_there(training: Training, work: Work, replicate: Replicate) -> bool:
    made = named_version(training.output)
    if made is None or made.model not in {"", work.destination}:
        return False
    owner, _, name = work.destination.partition("/")
    try:
        return replicate.version(owner, name, made.version_id).id == made.version_id
    except NotFound:
        return False


def _file(file_id: str, replicate: Replicate) -> File | None:
    try:
        return replicate.file(file_id)
    except NotFound:
        return None
