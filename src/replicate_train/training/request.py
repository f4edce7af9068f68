"""One piece of work, and how another training is told to be the very same.

Which cases can be told apart, and which cannot:

- An upload has an address of its own, so a start with an uploaded dataset is one of a kind: a new
  training with exactly this input is this start's, and no sibling's.
- A plain URL is the same for every job that names it, and so is an upload that is used again. A
  training that appeared while a start was in flight may then be a sibling's; taking it up is the
  safe side (nobody pays twice), and is reported as what it may be.
- The service does not reliably show a training's destination. Where it is not shown, the upload's
  metadata tells it; where that is silent too, it is unknown until the training's version names it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from replicate_train.dataset.prepare import Dataset, Hosted
from replicate_train.replicate.schemas import File, Training
from replicate_train.trainer.trainer import Trainer
from replicate_train.training.pending_start import PendingStart, digest

_FILE = re.compile(r"https?://[^/]+/(?:[^?#]*/)?files/([^/?#]+)")


@dataclass(frozen=True)
class TrainingRequest:
    """A trainer's version, a destination, and the inputs without and with the dataset.

    `one_of_a_kind`: no other start has the same input.
    """

    trainer: Trainer
    destination: str
    given: Mapping[str, Any]
    dataset_input: str = ""
    dataset_url: str = ""
    dataset_sha256: str = ""
    one_of_a_kind: bool = False

    @classmethod
    def planned(
        cls,
        trainer: Trainer,
        destination: str,
        given: Mapping[str, Any],
        dataset_input: str,
        dataset: Dataset | None,
    ) -> Self:
        """Return the work as it is known before anything is uploaded."""
        return cls(
            trainer,
            destination,
            given,
            dataset_input,
            dataset.url if isinstance(dataset, Hosted) else "",
            dataset.sha256 if dataset else "",
        )

    def with_dataset(self, hosted: Hosted, *, uploaded: bool) -> Self:
        """Return the work with the dataset where it is now.

        `uploaded`: just now, which makes the input unlike that of any other start.
        """
        return replace(self, dataset_url=hosted.url, one_of_a_kind=uploaded)

    @property
    def input(self) -> dict[str, Any]:
        """The training's input."""
        dataset = {self.dataset_input: self.dataset_url} if self.dataset_input else {}
        return {**self.given, **dataset}

    def dataset_of(self, training: Training) -> str:
        """Return where a training of this work found its dataset."""
        return str((training.input or {}).get(self.dataset_input, "")) if self.dataset_input else ""

    @property
    def marks(self) -> dict[str, str]:
        """What an upload's metadata says of the work."""
        return {"destination": self.destination}

    def expected(self, known: Iterable[Training]) -> PendingStart:
        """Return how to find what comes of a start; `known` are the trainings before it."""
        secret = self.trainer.secret_inputs
        return PendingStart(
            self.trainer.version_id,
            self.destination,
            digest(self.input, secret),
            tuple(sorted(secret)),
            tuple(training.id for training in known),
            self.one_of_a_kind,
        )

    def is_work_of(self, training: Training, file: Callable[[str], File | None]) -> bool:
        """Tell whether a training does this work: its dataset is compared by content.

        `file` looks an uploaded file up by its id.
        """
        if not self._fits(training):
            return False
        theirs = dict(training.input or {})
        theirs_dataset = theirs.pop(self.dataset_input, "") if self.dataset_input else ""
        secret = self.trainer.secret_inputs
        if digest(theirs, secret) != digest(self.given, secret):
            return False
        if not self.dataset_sha256:
            return bool(theirs_dataset == self.dataset_url)
        address = _FILE.fullmatch(theirs_dataset) if isinstance(theirs_dataset, str) else None
        found = file(address[1]) if address else None
        if found is None or found.checksums.sha256 != self.dataset_sha256:
            return False
        told = (found.metadata or {}).get("destination", self.destination)
        return bool(training.destination or told == self.destination)

    def _fits(self, training: Training) -> bool:
        return training.version == self.trainer.version_id and training.destination in {
            None,
            self.destination,
        }
