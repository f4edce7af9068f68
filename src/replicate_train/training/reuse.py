"""The very same work, done before or under way: followed instead of paid for again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from replicate_train.inputs.model import Reuse
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import NotFound
from replicate_train.replicate.schemas import File, Training, aware
from replicate_train.training.request import TrainingRequest
from replicate_train.training.result import is_there, named_version

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ExistingTraining:
    """A training to follow; `also` are ids of others that do the very same work as well."""

    training: Training
    also: tuple[str, ...] = ()


def earlier(
    work: TrainingRequest, reuse: Reuse, existing: list[Training], replicate: Replicate
) -> ExistingTraining | None:
    """Return which of the existing trainings to follow instead of starting one, or None.

    With `running` it is the newest that is queued or running; with `succeeded` also the newest
    that succeeded and whose version is still on the destination.
    """
    if reuse is Reuse.NEVER:
        return None
    files = Files(replicate)
    same = (one for one in _candidates(existing, reuse) if work.is_work_of(one, files.get))
    for listed in same:
        training = replicate.training(listed.id)  # a list may lag behind
        if not training.ended or _version_is_there(training, work, replicate):
            return ExistingTraining(training, tuple(one.id for one in same if not one.ended))
    return None


def recent(trainings: Iterable[Training]) -> list[Training]:
    """Return those that were made within a day of the newest: older ones do not run any more."""
    seen: list[Training] = []
    for training in trainings:
        if seen and _apart(seen[0], training) > _DAY:
            break
        seen.append(training)
    return seen


def _candidates(trainings: list[Training], reuse: Reuse) -> Iterator[Training]:
    """Yield what may be taken up, the running ones first, newest first."""
    yield from (one for one in trainings if not one.ended)
    if reuse is Reuse.SUCCEEDED:
        yield from (one for one in trainings if one.status == "succeeded")


def _apart(newer: Training, older: Training) -> timedelta:
    if newer.created_at is None or older.created_at is None:
        return timedelta()
    return aware(newer.created_at) - aware(older.created_at)


def _version_is_there(training: Training, work: TrainingRequest, replicate: Replicate) -> bool:
    made = named_version(training.output) if training.status == "succeeded" else None
    if made is None or made.model not in {"", work.destination}:
        return False
    return is_there(made, work.destination, replicate)


class Files:
    """Uploaded files by their ids, each asked for once; None for one that is gone."""

    def __init__(self, replicate: Replicate) -> None:
        self._replicate = replicate
        self._known: dict[str, File | None] = {}

    def get(self, file_id: str) -> File | None:
        """Return what is known of a file."""
        if file_id not in self._known:
            try:
                self._known[file_id] = self._replicate.file(file_id)
            except NotFound:
                self._known[file_id] = None
        return self._known[file_id]
