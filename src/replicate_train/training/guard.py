"""Which training this step answers for: from its start to its end, whatever happens."""

from collections.abc import Callable
from contextlib import suppress

from replicate_train.clock import Clock
from replicate_train.diagnostics.errors import ActionError, StoppedBySignal, TimedOut
from replicate_train.inputs.model import Fate
from replicate_train.replicate import links
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.schemas import Training
from replicate_train.runner.commands import Runner
from replicate_train.runner.signals import Stopped, StopSignals
from replicate_train.runner.text import duration
from replicate_train.training.cancel import cancelled
from replicate_train.training.pending_start import PendingStart

_HURRY = 8.0  # seconds for a cancel; the runner listens for 10 s after the first signal
_LEISURE = 120.0  # likewise, when nobody waits


class TrainingGuard:
    """Holds the one training that may be running on this step's behalf.

    State for the post step: `training-expected` while a start is under way, `training-id`,
    `training-fate` once it is to be cancelled, and `training-settled` once it ended or was left on
    purpose, so that nothing is to do.
    """

    def __init__(
        self,
        replicate: Replicate,
        runner: Runner,
        clock: Clock,
        stop: StopSignals,
        *,
        on_cancel: Fate,
        on_timeout: Fate,
    ) -> None:
        self._replicate = replicate
        self._runner = runner
        self._clock = clock
        self._stop = stop
        self._on_cancel = on_cancel
        self._on_timeout = on_timeout
        self._training: Training | None = None
        self._find: Callable[[], list[Training]] | None = None

    def expect(self, expected: PendingStart, find: Callable[[], list[Training]]) -> None:
        """Know that a start is under way; `find` looks for what came of it."""
        self._find = find
        self._runner.save_state("training-expected", expected.as_text())

    def take(self, training: Training) -> None:
        """Answer for a training from now on, and make it known at once, for whoever comes next."""
        with self._stop.deferred():
            self._training, self._find = training, None
            self._runner.save_state("training-id", training.id)
            self._runner.set_output("training-id", training.id)
            self._runner.set_output("training-url", links.training_page(training))
            self._runner.set_output("status", training.status)

    def see(self, training: Training) -> None:
        """Note how the training stands; one that ended needs nobody any more."""
        if self._training is None or training.status != self._training.status:
            self._runner.set_output("status", training.status)
        self._training = training
        if training.ended:
            self._settle("ended")

    def leave(self) -> None:
        """Let the training go on without this step, on purpose."""
        self._settle("left")

    def refused(self) -> None:
        """Know that the start that was expected made no training."""
        self._find = None
        self._runner.save_state("training-expected", "")

    def disown(self) -> None:
        """Know that the training was another job's; an own one may still have to be looked for."""
        self._runner.save_state("training-id", "")
        self._runner.save_state("training-settled", "")

    def timed_out(self, seconds: float) -> Training:
        """Do what `on-timeout` says, and raise `TimedOut`; return the training if it just ended."""
        training = self._held()
        what = f"Training {training.id} did not end within the timeout, {duration(seconds)}"
        page = links.training_page(training)
        if self._on_timeout is Fate.LEAVE:
            self.leave()
            raise TimedOut(what, why="It goes on, since on-timeout is leave.", link=page,
                           fix=_wait_for(training))  # fmt: skip
        why, fix = self._cancel(training, _LEISURE)
        if self._held().status == "succeeded":
            return self._held()
        raise TimedOut(
            what, why=why, link=page, fix=fix or "Raise timeout, or let it train for less long."
        )

    def stopped(self, stop: Stopped) -> StoppedBySignal:
        """Do what `on-cancel` says with the training, and return the error that tells of it."""
        what = f"The workflow asked this step to end ({stop.signal_name})"
        if self._training is None and self._find is not None:
            lost = self._look_for_what_was_started()
            if lost:
                return StoppedBySignal(what, why=lost.what, fix=lost.fix, link=links.TRAININGS)
        if self._training is None:
            return StoppedBySignal(what, why="No training was started.")
        training, page = self._training, links.training_page(self._training)
        if training.ended:
            ended = f"Training {training.id} had {training.status} by then."
            return StoppedBySignal(what, why=ended, link=page)
        if self._on_cancel is Fate.LEAVE:
            self.leave()
            why = f"Training {training.id} goes on, since on-cancel is leave."
            return StoppedBySignal(what, why=why, fix=_wait_for(training), link=page)
        why, fix = self._cancel(training, _HURRY)
        return StoppedBySignal(what, why=why, fix=fix, link=page)

    def _look_for_what_was_started(self) -> ActionError | None:
        """Take what came of a start that a signal broke into; an error if that stays open."""
        found: list[Training] = []
        with suppress(ReplicateError):
            found = self._find() if self._find else []
        if len(found) == 1:
            self.take(found[0])
            return None
        what = "A training was being started, and it is not known whether it exists."
        if found:
            ids = " or ".join(training.id for training in found)
            what = f"A training was being started; it is {ids}, another job's is the other."
        return ActionError(what, fix="Look at your trainings, and cancel one that is not wanted.")

    def _cancel(self, training: Training, budget: float) -> tuple[str, str]:
        """Cancel the training; return what came of it, and what is left to do."""
        self._runner.say(f"Cancelling training {training.id} ...")
        self._runner.save_state("training-fate", Fate.CANCEL)
        try:
            self.see(cancelled(training.id, self._replicate, self._clock, budget))
        except ReplicateError as error:
            return (
                f"Training {training.id} could NOT be cancelled: {error.what}",
                "Cancel it on its page, or it goes on and is paid for.",
            )
        status = self._held().status
        if status in {"canceled", "aborted"}:
            return f"Training {training.id} was cancelled.", ""
        return f"Training {training.id} was asked to stop, and is {status}.", ""

    def _held(self) -> Training:
        assert self._training is not None  # noqa: S101 - callers hold one
        return self._training

    def _settle(self, how: str) -> None:
        self._runner.save_state("training-settled", how)


def _wait_for(training: Training) -> str:
    return f"Follow it with mode: wait and training-id: {training.id}."
