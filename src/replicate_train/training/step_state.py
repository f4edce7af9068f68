"""What a step saves for its post step: a fresh container that knows nothing else of it.

The runner hands each value that was saved as `training-id` over as `STATE_training-id`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

TRAINING_ID = "training-id"
PENDING_START = "training-expected"  # a start that was sent, as `PendingStart.as_text` writes it
FOREIGN = "training-foreign"  # set: another workflow run started the training
CANCEL = "training-cancel"  # set: it was decided that the training is cancelled
SETTLED = "training-settled"  # set: the training ended, or was left on purpose
RESENT = "training-resent"  # set: the start was sent again, so there may be a second training
YES = "true"


@dataclass(frozen=True)
class StepState:
    """The saved state as the post step gets it."""

    training_id: str = ""
    pending_start: str = ""
    foreign: bool = False
    cancel: bool = False
    settled: bool = False
    resent: bool = False

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """Read it from the runner's variables."""

        def saved(name: str) -> str:
            return environ.get(f"STATE_{name}", "")

        return cls(
            saved(TRAINING_ID),
            saved(PENDING_START),
            foreign=bool(saved(FOREIGN)),
            cancel=bool(saved(CANCEL)),
            settled=bool(saved(SETTLED)),
            resent=bool(saved(RESENT)),
        )

    @property
    def needs_nothing(self) -> bool:
        """Whether no training can be running that this step answers for."""
        if self.resent and self.pending_start:
            return False
        return self.settled or not (self.training_id or self.pending_start)
