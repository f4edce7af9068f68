"""The version before a training's, and the training that made it: for comparison only."""

from dataclasses import dataclass
from functools import cached_property

from replicate_train.metrics.collector import Metrics
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.schemas import File, Training, Version
from replicate_train.training.request import file_id
from replicate_train.training.version import named_version


@dataclass(frozen=True)
class EarlierVersion:
    """A version that existed before, and what made it.

    `training` is None where it is not among the account's last thousand trainings; `upload` is None
    where its dataset was no upload, or the upload has expired.
    """

    version: Version
    training: Training | None = None
    upload: File | None = None

    @cached_property
    def metrics(self) -> Metrics:
        """What the training's log says, as far as Replicate still has it."""
        return Metrics.of((self.training.logs or "") if self.training else "")


def earlier_version(version: Version, dataset_input: str, replicate: Replicate) -> EarlierVersion:
    """Return what is known of a version. What cannot be read is left out."""
    try:
        made_by = next(
            (one for one in replicate.trainings() if _made(one, version)),
            None,
        )
        training = replicate.training(made_by.id) if made_by else None
    except ReplicateError:
        return EarlierVersion(version)
    return EarlierVersion(version, training, _upload(training, dataset_input, replicate))


def _made(training: Training, version: Version) -> bool:
    named = named_version(training.output)
    return named is not None and named.id == version.id


def _upload(training: Training | None, dataset_input: str, replicate: Replicate) -> File | None:
    address = (training.input or {}).get(dataset_input) if training else None
    found = file_id(address) if isinstance(address, str) else ""
    try:
        return replicate.file(found) if found else None
    except ReplicateError:
        return None
