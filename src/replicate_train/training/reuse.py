"""The very same training, done before or under way: followed instead of paid for again."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from replicate_train.inputs.model import Reuse
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import NotFound
from replicate_train.replicate.schemas import File, Training, aware
from replicate_train.training.request import EXCLUSIVE_FOR, TrainingRequest, file_id
from replicate_train.training.version import named_version, not_before, version_on


@dataclass(frozen=True)
class ExistingTraining:
    """A training to follow. `own`: this workflow run started it.

    `also` are ids of others that do the very same as well.
    """

    training: Training
    own: bool = False
    also: tuple[str, ...] = ()


def find_existing(
    request: TrainingRequest,
    reuse: Reuse,
    listed: list[Training],
    replicate: Replicate,
    in_vain: Collection[str] = (),
) -> ExistingTraining | None:
    """Return which of the recent trainings to follow instead of starting one, or None.

    With `running` it is the newest that is queued or running, one of this workflow run before any
    other; with `succeeded` also the newest that succeeded and whose version is still on the
    destination. `in_vain` are ids of those that were followed before.
    """
    if reuse is Reuse.NEVER:
        return None
    files = Files(replicate)
    for found in _candidates(request, reuse, listed, files, in_vain):
        training = replicate.training(found.training.id)  # a list may lag behind
        if not training.ended or _version_exists(training, request, replicate):
            return replace(found, training=training)
    return None


def _candidates(
    request: TrainingRequest,
    reuse: Reuse,
    listed: list[Training],
    files: "Files",
    in_vain: Collection[str],
) -> Iterator[ExistingTraining]:
    """Yield what may be followed: the running ones first, the own ones of those before others."""
    fresh = [one for one in listed if one.id not in in_vain]
    running = [one for one in fresh if not one.ended and request.is_done_by(one, files.at)]
    own = {one.id for one in running if _is_own(one, request, listed, files)}
    running.sort(key=lambda one: one.id not in own)  # else as listed: newest first
    for place, one in enumerate(running, 1):
        yield ExistingTraining(one, one.id in own, tuple(other.id for other in running[place:]))
    if reuse is Reuse.SUCCEEDED:
        for one in fresh:
            if one.status == "succeeded" and request.is_done_by(one, files.at):
                yield ExistingTraining(one, _is_own(one, request, listed, files))


def _is_own(
    training: Training, request: TrainingRequest, listed: list[Training], files: "Files"
) -> bool:
    """Tell whether this workflow run surely started a training of the request.

    Its upload says so: it is marked with the run. Whoever reuses an upload comes after the training
    that it was made for, and waits until others may reuse it.
    """
    address = request.dataset_of(training)
    file = files.at(address)
    if not (request.run and file and (file.metadata or {}).get("run") == request.run):
        return False
    made, uploaded = training.created_at, file.created_at
    if made and uploaded and aware(made) - aware(uploaded) >= EXCLUSIVE_FOR:
        return False
    users = [one for one in listed if request.dataset_of(one) == address]
    return users[-1].id == training.id  # newest first


def _version_exists(training: Training, request: TrainingRequest, replicate: Replicate) -> bool:
    named = named_version(training.output) if training.status == "succeeded" else None
    if named is None or named.model.lower() not in {"", request.destination.lower()}:
        return False
    version = version_on(request.destination, named.id, replicate)
    return version is not None and not_before(version.created_at, training.created_at)


class Files:
    """Uploaded files by their addresses, each asked for once; None for one that is gone."""

    def __init__(self, replicate: Replicate) -> None:
        self._replicate = replicate
        self._known: dict[str, File | None] = {}

    def at(self, address: str) -> File | None:
        """Return what is known of a file."""
        name = file_id(address)
        if name and name not in self._known:
            try:
                self._known[name] = self._replicate.file(name)
            except NotFound:
                self._known[name] = None
        return self._known.get(name)
