"""What is going to be done: a value in which everything is checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from replicate_train.plan.after import After

if TYPE_CHECKING:
    from collections.abc import Mapping

    from replicate_train.dataset.dataset import Hosted
    from replicate_train.dataset.prepare import Prepared
    from replicate_train.destination.state import DestinationState
    from replicate_train.diagnostics.finding import Finding
    from replicate_train.replicate.schemas import Training
    from replicate_train.trainer.given import Given
    from replicate_train.trainer.trainer import Trainer
    from replicate_train.training.request import TrainingRequest
    from replicate_train.training.reuse import ExistingTraining


@dataclass(frozen=True)
class Plan:
    """What is going to be done.

    `given` are the inputs as they were written, with their places. `existing` are the trainings of
    the last day, `found` the one of them that does just the same and is followed instead; `hosted`
    is where the dataset is already, None where it has to be uploaded. `after` is what follows a
    training that succeeds. `warnings` end nothing.
    """

    destination: DestinationState
    given: Mapping[str, Given]
    prepared: Prepared
    hosted: Hosted | None
    request: TrainingRequest
    existing: list[Training]
    found: ExistingTraining | None
    after: After = field(default_factory=After)
    warnings: tuple[Finding, ...] = ()

    @property
    def trainer(self) -> Trainer:
        """The trainer's exact version."""
        return self.request.trainer

    @property
    def dataset_url(self) -> str:
        """Where the trainer finds the dataset; empty while it is not uploaded."""
        if self.found:
            return self.request.dataset_of(self.found.training)
        return (self.hosted or self.request.dataset).url
