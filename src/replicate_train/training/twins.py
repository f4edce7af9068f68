"""A start that was sent twice may make two trainings: the second one is looked for, and cancelled.

The first start may arrive late, or a list may show it late, after the second was sent.
"""

from dataclasses import dataclass, field

from replicate_train.context import Context
from replicate_train.replicate import links
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.schemas import Training, aware
from replicate_train.training.cancel import cancel
from replicate_train.training.guard import TrainingGuard
from replicate_train.training.pending_start import PendingStart

_LOOKS = (60.0, 180.0, 600.0)  # seconds after the start
_ARRIVES = 180.0  # seconds after the start, by which an earlier try has arrived and is listed
_LOOK = 30.0  # seconds that Replicate may take to show the list
_CANCEL = 120.0  # seconds for a cancel


@dataclass
class TwinWatch:
    """Looks for trainings that an earlier try of the same start made."""

    context: Context
    guard: TrainingGuard
    pending: PendingStart
    _began: float = field(default=0.0, init=False)
    _due: list[float] = field(default_factory=list, init=False)
    _named: set[str] = field(default_factory=set, init=False)
    _ended: set[str] = field(default_factory=set, init=False)  # a list may show them late

    def __post_init__(self) -> None:
        self._began = self.context.clock.now()
        self._due = [self._began + seconds for seconds in _LOOKS]
        self.guard.start_resent(twins_possible=True)

    def due(self) -> bool:
        """Tell whether it is time for a look."""
        return bool(self._due) and self.context.clock.now() >= self._due[0]

    def look(self, training: Training, *, last: bool = False) -> Training:
        """Cancel or name the twins of a training, and return the one to go on following.

        Of two that surely are this step's own the younger is cancelled. `last`: the training has
        ended, so every twin is cancelled. If that is so soon that a twin may still appear, the post
        step looks again.
        """
        self._due = [] if last else [at for at in self._due if at > self.context.clock.now()]
        looked_at = self.context.clock.now()
        try:
            found = self.pending.among(self.context.replicate.patiently(_LOOK).trainings())
        except ReplicateError as error:
            if last:
                self._warn(f"Could not list the trainings: {error.what.rstrip('.')}.")
            return training
        for twin in found:
            if twin.id not in {training.id, *self._ended} and not twin.ended:
                training = self._settle(training, twin)
        if last and looked_at >= self._began + _ARRIVES:
            self.guard.start_resent(twins_possible=False)
        return training

    def _settle(self, training: Training, twin: Training) -> Training:
        """Cancel one of two own trainings and return the other; only name one that may be own."""
        if not (self.pending.is_own(twin) and self.guard.own):
            if twin.id not in self._named:
                self._named.add(twin.id)
                said = f"Training {twin.id} has the same input."
                self._warn(said, links.training_page(twin))
            return training
        kept, cancelled = (
            (training, twin) if training.ended or _older(training, twin) else (twin, training)
        )
        if kept is twin:
            self.guard.adopt(twin, own=True)
        came = cancel(cancelled.id, self.context.replicate, self.context.clock, _CANCEL)
        if came.training is None:
            self._warn(f"Training {cancelled.id} could not be cancelled.")
            return kept
        self._ended.add(cancelled.id)
        if came.training.status in {"canceled", "aborted"}:
            came_of_it = "was cancelled"
        elif came.training.ended:
            came_of_it = f"had already ended: {came.training.status}"
        else:
            came_of_it = f"was asked to stop, but is still {came.training.status}"
        self.context.runner.say(f"The start arrived twice: training {cancelled.id} {came_of_it}.")
        return kept

    def _warn(self, said: str, page: str = links.TRAININGS) -> None:
        self.context.runner.warning(
            "Possible second training",
            "The start had to be sent again, so Replicate may run and bill a second training. "
            f"{said} Check {page} and cancel any training you do not want.",
        )


def _older(one: Training, other: Training) -> bool:
    if one.created_at is None or other.created_at is None:
        return True
    return aware(one.created_at) <= aware(other.created_at)
