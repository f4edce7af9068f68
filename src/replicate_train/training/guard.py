"""The guard over the training that this step answers for, and what it saves for the post step."""

from collections.abc import Callable

from replicate_train.replicate import links
from replicate_train.replicate.schemas import Training
from replicate_train.runner.commands import Runner
from replicate_train.runner.signals import StopSignals
from replicate_train.training import step_state
from replicate_train.training.pending_start import PendingStart

Find = Callable[[], list[Training]]


class TrainingGuard:
    """Knows the one training that may be running on this step's behalf.

    `own` tells whether this workflow run started it, in this attempt or an earlier one: only then
    may the step or its post step cancel it.
    """

    def __init__(self, runner: Runner, stop: StopSignals) -> None:
        self._runner = runner
        self._stop = stop
        self.training: Training | None = None
        self.own = True
        self.pending: PendingStart | None = None
        self.find_pending: Find | None = None

    def expect(self, pending: PendingStart, find: Find) -> None:
        """Know that a start is being sent; `find` finds the training that it made."""
        self.pending, self.find_pending = pending, find
        self._runner.save_state(step_state.PENDING_START, pending.as_text())

    def adopt(self, training: Training, *, own: bool) -> None:
        """Answer for a training from now on, and publish its id at once."""
        with self._stop.deferred():
            self.training, self.own, self.find_pending = training, own, None
            if not own:
                self._runner.save_state(step_state.FOREIGN, step_state.YES)
            self._runner.save_state(step_state.TRAINING_ID, training.id)
            self._runner.set_output("training-id", training.id)
            self._runner.set_output("training-url", links.training_page(training))
            self._runner.set_output("status", training.status)

    def update(self, training: Training) -> None:
        """Note the training's state; one that ended needs no post step."""
        if self.training is None or training.status != self.training.status:
            self._runner.set_output("status", training.status)
        self.training = training
        if training.ended:
            self._runner.save_state(step_state.SETTLED, "ended")

    def release(self) -> None:
        """Leave the training running, on purpose."""
        self._runner.save_state(step_state.SETTLED, "left")

    def decide_to_cancel(self) -> None:
        """Have the post step cancel the training if this step does not come to it."""
        self._runner.save_state(step_state.CANCEL, step_state.YES)

    def start_refused(self) -> None:
        """Know that the start made no training."""
        self.find_pending = None
        self._runner.save_state(step_state.PENDING_START, "")

    def start_resent(self, *, twins_possible: bool) -> None:
        """Know that a start was sent again, so that there may be a second training."""
        value = step_state.YES if twins_possible else ""
        self._runner.save_state(step_state.RESENT, value)

    def disown(self) -> None:
        """Give up a training that another job started; the own one may still have to be found."""
        self.training, self.own = None, True
        for name in (step_state.TRAINING_ID, step_state.SETTLED, step_state.FOREIGN):
            self._runner.save_state(name, "")
