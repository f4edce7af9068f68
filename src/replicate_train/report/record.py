"""What is known of a run: noted as the job goes on, read for the job summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from replicate_train.diagnostics.finding import Finding
from replicate_train.inputs.model import Inputs
from replicate_train.plan.after import After
from replicate_train.provenance.origin import Origin
from replicate_train.replicate.schemas import Training

if TYPE_CHECKING:
    from replicate_train.destination.ensure import Destination
    from replicate_train.evaluation.model import Outcome
    from replicate_train.metrics.collector import Metrics
    from replicate_train.plan.plan import Plan
    from replicate_train.provenance.cost import Cost
    from replicate_train.publish.deployment import Move
    from replicate_train.publish.retention import Pruned
    from replicate_train.training.history import EarlierVersion
    from replicate_train.training.version import MadeVersion


@dataclass
class Record:
    """What is known of a run so far. What is None or empty is not known, or did not happen.

    `reused`: the training existed before the step. `previous` is the destination's version before
    this training's. `after` is what follows the version, `readme_done` whether that was tried.
    `help` is the URL of this action's README.
    """

    inputs: Inputs
    origin: Origin
    help: str = ""
    warnings: Sequence[Finding] = ()
    plan: Plan | None = None
    destination: Destination | None = None
    training: Training | None = None
    reused: bool = False
    metrics: Metrics | None = None
    made: MadeVersion | None = None
    model_page: str = ""
    previous: EarlierVersion | None = None
    cost: Cost | None = None
    after: After = field(default_factory=After)
    outcomes: tuple[Outcome, ...] = ()
    readme_done: bool = False
    move: Move | None = None
    pruned: Pruned | None = None

    @property
    def model(self) -> str:
        """The destination, `owner/name`; empty where it is not known."""
        if self.made:
            return self.made.model
        if self.destination:
            return self.destination.model.full_name
        return self.plan.destination.full_name if self.plan else ""
