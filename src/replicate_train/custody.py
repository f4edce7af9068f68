"""Which training this step answers for: from its start to its end, whatever happens."""

from replicate_train import links
from replicate_train.errors import StoppedBySignal
from replicate_train.inputs import Fate
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.shapes import Training
from replicate_train.runner import Runner
from replicate_train.signals import Stopped

_CANCEL_BUDGET = 8.0  # seconds; the runner listens for 10 s after the first signal
_CANCEL_SECONDS = 3.0  # for each step of one exchange


class Custody:
    """Holds the one training that may be running on this step's behalf."""

    def __init__(self, replicate: Replicate, runner: Runner, on_cancel: Fate) -> None:
        self._replicate = replicate
        self._runner = runner
        self._on_cancel = on_cancel
        self._training: Training | None = None

    def take(self, training: Training) -> None:
        """Answer for a training from now on, and make it known at once, for whoever comes next."""
        self._training = training
        self._runner.save_state("training-id", training.id)
        self._runner.set_output("training-id", training.id)
        self._runner.set_output("training-url", links.training_page(training))
        self._runner.set_output("status", training.status)

    def see(self, training: Training) -> None:
        """Note how the training stands; one that ended needs nobody any more."""
        if self._training is None or training.status != self._training.status:
            self._runner.set_output("status", training.status)
        self._training = training

    def stopped(self, stop: Stopped) -> StoppedBySignal:
        """Do what `on-cancel` says with the training, and return the error that tells of it."""
        what = f"The workflow asked this step to end ({stop.signal_name})"
        if self._training is None:
            return StoppedBySignal(what, why="No training was started.")
        training, page = self._training, links.training_page(self._training)
        if training.ended:
            return StoppedBySignal(
                what, why=f"Training {training.id} had {training.status} by then.", link=page
            )
        if self._on_cancel is Fate.LEAVE:
            return StoppedBySignal(
                what,
                why=f"Training {training.id} goes on, since on-cancel is leave.",
                mend=f"Follow it with mode: wait and training-id: {training.id}.",
                link=page,
            )
        return self._cancel(what, training, page)

    def _cancel(self, what: str, training: Training, page: str) -> StoppedBySignal:
        self._runner.say(f"Cancelling training {training.id} ...")
        try:
            patient = self._replicate.patiently(_CANCEL_BUDGET)
            self.see(patient.cancel_training(training.id, _CANCEL_SECONDS))
        except ReplicateError as error:
            return StoppedBySignal(
                what,
                why=f"Training {training.id} could NOT be cancelled: {error.what}",
                mend="Cancel it on its page, or it goes on and is paid for.",
                link=page,
            )
        return StoppedBySignal(what, why=f"Training {training.id} was cancelled.", link=page)
