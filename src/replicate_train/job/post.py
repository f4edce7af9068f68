"""The post step: a fresh container that ends a training which a killed main step left behind.

It runs after every job (`post-if: always()`: with `continue-on-error` even a killed step leaves the
job green), is silent when there is nothing to do, and never turns a green job red. A step that was
killed while it started a training has no id of it: then the training is looked for. So is a second
training, if a start was sent twice and the step ended too soon to see it.
"""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from replicate_train.clock import Clock, SystemClock
from replicate_train.diagnostics.errors import ActionError
from replicate_train.inputs.model import OnStop
from replicate_train.inputs.read import read_inputs
from replicate_train.net.proxies import passwords
from replicate_train.replicate import links
from replicate_train.replicate.client import Replicate, connect
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.exchange import Exchange
from replicate_train.replicate.retry import RetryPolicy
from replicate_train.replicate.schemas import Training
from replicate_train.replicate.session import Session
from replicate_train.report.error import defect
from replicate_train.runner.commands import Runner
from replicate_train.training.cancel import cancel
from replicate_train.training.find import PATIENT, looks
from replicate_train.training.pending_start import PendingStart
from replicate_train.training.step_state import StepState

_BUDGET = 120.0  # seconds that Replicate may take to answer
_GLANCE = 10.0  # seconds for finding out that there is nothing to do
_MAY_BE_STARTED = ("Training may still be running", "The step ended while it started a training.")
_MAY_BE_SECOND = ("Possible second training", "The start had to be sent again.")


def run_post(
    environ: Mapping[str, str],
    clock: Clock | None = None,
    transport: httpx.BaseTransport | None = None,
) -> int:
    """Cancel the training if it is running and was not left on purpose; always return 0."""
    state = StepState.read(environ)
    if state.needs_nothing:
        return 0
    runner = Runner(environ)
    for secret in ("INPUT_API-TOKEN", "INPUT_GITHUB-TOKEN"):
        runner.mask(environ.get(secret, "").strip())
    runner.mask_long(passwords(environ))
    try:
        reading = read_inputs(environ)
        reading.require()
        inputs, clock = reading.inputs, clock or SystemClock()
        with connect(inputs.api_url, inputs.api_token, transport) as http:
            debug = runner.debug if runner.debugging else None
            exchange = Exchange(http, debug, clock.now)
            session = Session(exchange, RetryPolicy(clock, _BUDGET))
            on_cancel = OnStop.CANCEL if state.cancel else inputs.on_cancel
            Post(state, Replicate(session), runner, clock, on_cancel).clean_up()
    except Exception as error:  # noqa: BLE001 - a bug of ours turns no job red, and shows no secret
        if runner.debugging:
            runner.debug("".join(traceback.format_exception(error)))
        only = state.training_id if not state.resent else ""  # else there may be a second one
        page = f"{links.SITE}/p/{only}" if only else links.TRAININGS
        runner.warning(
            "Training may still be running",
            f"The step ended early, and its training could not be checked: {_reason(error)}. "
            f"Open {page} and cancel it if it is still running.",
        )
    return 0


def _reason(error: Exception) -> str:
    """Return an error with its findings as a part of a sentence."""
    error = error if isinstance(error, ActionError | ValueError) else defect(error)
    found = error.findings if isinstance(error, ActionError) else ()
    named = "; ".join(f"{one.subject}: {one.what}" for one in found)
    return f"{error} ({named})" if named else str(error).rstrip(".")


@dataclass(frozen=True)
class Post:
    """Cleans up what the main step left behind, as its saved state says."""

    state: StepState
    replicate: Replicate
    runner: Runner
    clock: Clock
    on_cancel: OnStop

    def clean_up(self) -> None:
        """End the training by its id, and those of a start that was sent. Raises `ValueError`."""
        known = self.state.training_id
        if known and not self.state.settled:
            self._end(known)
        if self.state.pending_start and (self.state.resent or not known):
            self._end_started(PendingStart.from_text(self.state.pending_start), known)

    def _end_started(self, pending: PendingStart, known: str) -> None:
        """End what a start made; one that was sent again may make a second training, and late."""
        handled = {known}
        for found in looks(pending, self.replicate, self.clock, (0.0, *PATIENT)):
            for training in found:
                if training.id not in handled and not training.ended:
                    handled.add(training.id)
                    self._end_found(training, pending, known)
            if found and not self.state.resent:
                return

    def _end_found(self, training: Training, pending: PendingStart, known: str) -> None:
        """Cancel a training that a start made, or only name it if it may be another run's."""
        page = links.training_page(training)
        if not pending.is_own(training):
            title, why = _MAY_BE_SECOND if known else _MAY_BE_STARTED
            self.runner.warning(
                title,
                f"{why} Other runs may use the same dataset, so training {training.id} was left "
                f"running. If it is yours and you do not want it, cancel it: {page}",
            )
        elif not known:
            self._end(training.id)
        elif not self._has_ended(training.id):
            why = f"The start arrived twice and made a second training, {training.id}"
            self._cancel(training.id, page, why)

    def _end(self, training_id: str) -> None:
        """Cancel one training, if it is this run's own and `on-cancel` does not leave it."""
        training = self._glance(training_id)
        if training and training.ended:
            return None
        page = links.training_page(training) if training else f"{links.SITE}/p/{training_id}"
        if self.state.foreign:
            return self.runner.notice(
                "Training left running",
                f"Another workflow run started training {training_id}, so it was left running. "
                f"To cancel it, open {page}",
            )
        if self.on_cancel is OnStop.LEAVE:
            return self.runner.notice(
                "Training left running",
                f"The step ended before training {training_id} ended. It was left running "
                f"(`on-cancel: leave`): {page}",
            )
        return self._cancel(
            training_id, page, f"The step ended before training {training_id} ended"
        )

    def _cancel(self, training_id: str, page: str, why: str) -> None:
        came = cancel(training_id, self.replicate, self.clock, _BUDGET)
        if came.training is None:
            sent = "The cancel was sent, but not confirmed" if came.sent else "Could not cancel it"
            said = came.error.what if came.error else ""
            self.runner.warning(
                "Training may still be running",
                f"{why}. {sent}: {said}. Open {page} and cancel it if it is still running.",
            )
        elif came.training.status in {"canceled", "aborted"}:
            self.runner.warning(
                "Training cancelled",
                f"{why}, so the training was cancelled: {page}",
            )
        elif not came.training.ended:
            self.runner.warning(
                "Training may still be running",
                f"{why}. It was asked to stop, but is still {came.training.status}: {page}",
            )

    def _has_ended(self, training_id: str) -> bool:
        training = self._glance(training_id)
        return training is not None and training.ended

    def _glance(self, training_id: str) -> Training | None:
        try:
            return self.replicate.poll_training(training_id, _GLANCE)
        except ReplicateError:
            return None
