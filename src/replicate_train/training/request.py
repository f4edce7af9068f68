"""What a training is asked for, and how another training is known to do the very same.

Which cases can be told apart, and which cannot:

- An upload has an address of its own: a start with a new upload is the only one with its input.
- A plain URL is the same for every job that names it, and so is an upload that is reused. A
  training that appeared while a start was in flight may then be another job's: it is followed
  (nobody pays twice), reported as what it may be, and never cancelled.
- Replicate does not reliably show a training's destination. Where it does not, the metadata of the
  training's upload names it; where neither does, the training is not reused.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Self

from replicate_train.dataset.dataset import Dataset, Hosted
from replicate_train.replicate.schemas import File, Training, aware
from replicate_train.trainer.trainer import Trainer
from replicate_train.training.pending_start import PendingStart, digest
from replicate_train.training.version import named_version

EXCLUSIVE_FOR = timedelta(minutes=10)  # after an upload; only then may another run reuse it
_NONE = Hosted("")
_FILE = re.compile(r"https?://[^/]+/(?:[^?#]*/)?files/([^/?#]+)")


@dataclass(frozen=True)
class TrainingRequest:
    """A trainer's version, a destination, and the inputs without and with the dataset.

    `run` is the workflow run that asks. `uploaded`: the dataset was uploaded for this very start,
    at its `dataset.uploaded_at`.
    """

    trainer: Trainer
    destination: str
    given: Mapping[str, Any]
    run: str = ""
    dataset_input: str = ""
    dataset: Hosted = _NONE
    uploaded: bool = False

    @classmethod
    def planned(
        cls,
        trainer: Trainer,
        destination: str,
        given: Mapping[str, Any],
        *,
        run: str,
        dataset_input: str,
        dataset: Dataset | None,
    ) -> Self:
        """Return the request as it is known before anything is uploaded."""
        known = Hosted(dataset.url, dataset.sha256) if dataset else _NONE
        return cls(trainer, destination, given, run, dataset_input, known)

    def with_dataset(self, dataset: Hosted, *, uploaded: bool) -> Self:
        """Return the request with the dataset where it is now; `uploaded`: just now, for this."""
        return replace(self, dataset=dataset, uploaded=uploaded)

    @property
    def input(self) -> dict[str, Any]:
        """The training's input."""
        dataset = {self.dataset_input: self.dataset.url} if self.dataset_input else {}
        return {**self.given, **dataset}

    @property
    def upload_metadata(self) -> dict[str, str]:
        """What an upload's metadata says of the request."""
        marks = {"destination": self.destination, "run": self.run}
        return {name: value for name, value in marks.items() if value}

    def dataset_of(self, training: Training) -> str:
        """Return where a training of this request found its dataset."""
        return str((training.input or {}).get(self.dataset_input, "")) if self.dataset_input else ""

    def pending(self, known: Iterable[Training]) -> PendingStart:
        """Return how to find what a start makes; `known` are the trainings before it.

        The address of an own upload is proof enough. Otherwise the inputs that are sent are
        compared, except secrets, which Replicate may hide; it may add defaults to them.
        """
        public = [name for name in self.input if name not in self.trainer.secret_inputs]
        compared = [self.dataset_input] if self.uploaded else sorted(public)
        at = self.dataset.uploaded_at
        return PendingStart(
            self.trainer.version_id,
            self.destination,
            tuple(compared),
            digest(self.input, compared),
            tuple(training.id for training in known),
            exclusive=self.uploaded,
            own_until=(aware(at) + EXCLUSIVE_FOR).isoformat() if self.uploaded and at else "",
        )

    def is_done_by(self, training: Training, file: Callable[[str], File | None]) -> bool:
        """Tell whether a training does just this: its dataset is compared by content.

        `file` returns an uploaded file by its address, None where there is none.
        """
        if training.version != self.trainer.version_id:
            return False
        theirs = dict(training.input or {})
        address = theirs.pop(self.dataset_input, "") if self.dataset_input else ""
        if not self._same_inputs(theirs):
            return False
        uploaded = file(address) if isinstance(address, str) and self.dataset.sha256 else None
        if self._destination_of(training, uploaded).lower() != self.destination.lower():
            return False
        if not self.dataset.sha256:
            return bool(address == self.dataset.url)
        return uploaded is not None and uploaded.checksums.sha256 == self.dataset.sha256

    @staticmethod
    def _destination_of(training: Training, uploaded: File | None) -> str:
        """Return where a training goes, as far as anything says it: itself, its upload, its end."""
        made = named_version(training.output)
        marked = (uploaded.metadata or {}).get("destination") if uploaded else None
        return training.destination or str(marked or "") or (made.model if made else "")

    def _same_inputs(self, theirs: Mapping[str, Any]) -> bool:
        """Compare inputs, except secrets, and defaults that Replicate may have added."""
        fields = self.trainer.fields
        added = {
            name
            for name in theirs.keys() - self.given.keys()
            if name in fields and fields[name].get("default") == theirs[name]
        }
        names = (theirs.keys() | self.given.keys()) - added - self.trainer.secret_inputs
        return digest(theirs, names) == digest(self.given, names)


def file_id(address: str) -> str:
    """Return the id in an uploaded file's address; empty for another address."""
    found = _FILE.fullmatch(address)
    return found[1] if found else ""
