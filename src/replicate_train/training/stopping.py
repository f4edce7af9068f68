"""What becomes of the training when the workflow is cancelled or the step times out.

The cancel is sent before anything is printed: the reader of the log may be stalled.
"""

from contextlib import suppress
from dataclasses import dataclass

from replicate_train.context import Context
from replicate_train.diagnostics.errors import StoppedBySignal, TimedOut
from replicate_train.inputs.model import OnStop
from replicate_train.replicate import links
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.schemas import Training
from replicate_train.runner.signals import Stopped
from replicate_train.runner.text import duration
from replicate_train.training.cancel import Cancellation, cancel
from replicate_train.training.guard import TrainingGuard

_AFTER_SIGNAL = 8.0  # seconds for a cancel: the runner reads the log for 10 s after the signal
_AFTER_TIMEOUT = 120.0  # seconds for a cancel


@dataclass(frozen=True)
class Stopping:
    """Does with the guarded training what `on-cancel` and `on-timeout` say."""

    context: Context
    guard: TrainingGuard

    def timed_out(self, training: Training, seconds: float) -> Training:
        """Do what `on-timeout` says and raise `TimedOut`; return the training if it succeeded."""
        what = f"Training {training.id} did not end within the timeout of {duration(seconds)}"
        page = links.training_page(training)
        if why := self._reason_to_leave(self.context.inputs.on_timeout, "on-timeout"):
            self.guard.release()
            raise TimedOut(what, why=why, link=page, fix=self._follow_or_cancel(training))
        came = self._cancel(training, _AFTER_TIMEOUT)
        if came.training and came.training.status == "succeeded":
            return came.training
        why, fix = _outcome(training, came)
        raise TimedOut(
            what, why=why, link=page, fix=fix or "Set a longer timeout, or train for fewer steps."
        )

    def stopped(self, stop: Stopped) -> StoppedBySignal:
        """Do what `on-cancel` says, and return the error that reports it."""
        what = f"The workflow was cancelled ({stop.signal_name})"
        if self.guard.training is None and (unknown := self._find_pending(what)):
            return unknown
        training = self.guard.training
        if training is None:
            return StoppedBySignal(what, why="No training was started.")
        page = links.training_page(training)
        if training.ended:
            ended = f"Training {training.id} had already ended: {training.status}."
            get = f"Get its version with `mode: wait` and `training-id: {training.id}`."
            fix = get if training.status == "succeeded" else ""
            return StoppedBySignal(what, why=ended, fix=fix, link=page)
        if why := self._reason_to_leave(self.context.inputs.on_cancel, "on-cancel"):
            self.guard.release()
            return StoppedBySignal(what, why=why, fix=self._follow_or_cancel(training), link=page)
        why, fix = _outcome(training, self._cancel(training, _AFTER_SIGNAL))
        return StoppedBySignal(what, why=why, fix=fix, link=page)

    def _reason_to_leave(self, choice: OnStop, name: str) -> str:
        """Return why the training is left running; empty where it is to be cancelled."""
        training = self.guard.training
        if training and not self.guard.own:
            return (
                f"Training {training.id} was started by another workflow run, or may have been, "
                "so it was left running."
            )
        if training and choice is OnStop.LEAVE:
            return f"Training {training.id} was left running (`{name}: leave`)."
        return ""

    def _follow_or_cancel(self, training: Training) -> str:
        """Return how to follow a training that is left running, or cancel another run's."""
        fix = follow_later(training)
        return fix if self.guard.own else f"{fix} To cancel it, open its page."

    def _cancel(self, training: Training, budget: float) -> Cancellation:
        self.guard.decide_to_cancel()
        came = cancel(training.id, self.context.replicate, self.context.clock, budget)
        if came.training:
            self.guard.update(came.training)
        return came

    def _find_pending(self, what: str) -> StoppedBySignal | None:
        """Adopt what a start made that a signal broke into; return the error if that is open."""
        pending, find = self.guard.pending, self.guard.find_pending
        if pending is None or find is None:
            return None
        found: list[Training] = []
        with suppress(ReplicateError):
            found = find()
        if found:
            oldest = found[-1]
            if len(found) > 1:
                self.guard.start_resent(twins_possible=True)
            self.guard.adopt(oldest, own=pending.is_own(oldest))
            return None
        return StoppedBySignal(
            what,
            why="A training was being started. Could not determine whether it exists.",
            fix="Check your trainings, and cancel any training you do not want.",
            link=links.TRAININGS,
        )


def follow_later(training: Training) -> str:
    """Return how to follow a training that goes on."""
    return f"Follow it with `mode: wait` and `training-id: {training.id}`."


def _outcome(training: Training, came: Cancellation) -> tuple[str, str]:
    """Return what came of a cancel, and what is left to do."""
    if came.training is None:
        said = came.error.what if came.error else ""
        if came.sent:
            why = f"The cancel of training {training.id} was sent, but not confirmed: {said}"
        else:
            why = f"Training {training.id} could not be cancelled: {said}"
        return why, "Open its page and cancel it there if it is still running."
    if came.training.status in {"canceled", "aborted"}:
        return f"Training {training.id} was cancelled.", ""
    if came.training.ended:
        again = f"Its version: {follow_later(training)}"
        succeeded = came.training.status == "succeeded"
        said = f"Training {training.id} had already ended: {came.training.status}."
        return said, again if succeeded else ""
    return f"Training {training.id} was asked to stop, but is still {came.training.status}.", ""
