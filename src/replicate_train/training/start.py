"""Starting a training exactly once.

Replicate has no idempotency key, and a start can fail without saying whether it worked. It is never
repeated blindly: the plan lists the trainings before the first try, and they are listed again after
a failure that leaves it open, with patience: a list may lag, and a start may arrive late.
"""

from dataclasses import dataclass, field, replace

from replicate_train.context import Context
from replicate_train.diagnostics.errors import DestinationMissing, StartUnknown
from replicate_train.replicate import links
from replicate_train.replicate.errors import (
    AnswerLost,
    MalformedResponse,
    NotFound,
    Refused,
    ReplicateError,
    ServerError,
    Unreachable,
)
from replicate_train.replicate.schemas import Training
from replicate_train.training.find import HURRIED, LONG, PATIENT, find_started
from replicate_train.training.guard import TrainingGuard
from replicate_train.training.pending_start import PendingStart
from replicate_train.training.request import TrainingRequest

_TRIES = 3
_HURRY = 2.0  # seconds for a look at the list when the runner is about to end the step
_NEVER_DONE = frozenset({408, 425, 429})  # statuses of requests that were not acted upon
_TIMED_OUT = frozenset({504, 524})  # statuses of a front-end that gave up waiting


@dataclass(frozen=True)
class Started:
    """A training that this step answers for.

    `confirmed`: Replicate answered its start; else it was found in the list. `certain`: it surely
    is this step's own; `others` are the ids of trainings that it may be as well. `resent`: the
    start was sent more than once, and `pending` finds what an earlier try made.
    """

    training: Training
    pending: PendingStart
    confirmed: bool = True
    certain: bool = True
    others: tuple[str, ...] = ()
    resent: bool = False


@dataclass
class Starter:
    """Starts one training request.

    `pending` tells a training that the start made. While a start is on its way a signal waits for
    its answer; between two requests it takes effect at once.
    """

    context: Context
    guard: TrainingGuard
    request: TrainingRequest
    pending: PendingStart
    _open: ReplicateError | None = field(default=None, init=False)

    def start(self) -> Started:
        """Start the training, find it where the answer leaves that open, and have it guarded.

        Raises `StartUnknown` where it stays open, `DestinationMissing`, and what refused it.
        """
        session = self.context.replicate.session
        for attempt in range(1, _TRIES + 1):
            try:
                training = session.repeat(self._post, _surely_not_done)
                return Started(training, self.pending, resent=self._open is not None)
            except ReplicateError as error:
                if not _leaves_it_open(error) and self._open is None:
                    raise self._explained(error) from error
                if found := self._found(error):
                    return self._adopted(found, resent=attempt > 1)
                if attempt == _TRIES or not isinstance(error, (AnswerLost, ServerError)):
                    raise _unknown(self._open or error, error) from error
        raise AssertionError("unreachable: the last try returns or raises")

    def _found(self, error: ReplicateError) -> list[Training]:
        """Look for what the tries so far made. Raises `StartUnknown` where the list is silent."""
        self._open = self._open or error
        try:
            return find_started(
                self.pending, self.context.replicate, self.context.clock, _pauses(error)
            )
        except ReplicateError:
            raise _unknown(self._open, error) from error

    def _adopted(self, found: list[Training], *, resent: bool) -> Started:
        """Take the oldest of what surely is own, else the newest of what may be."""
        training, *others = found[::-1] if self.pending.exclusive else found
        certain = self.pending.is_own(training)
        self.guard.adopt(training, own=certain)
        ids = () if certain else tuple(one.id for one in others)
        twins = resent or len(found) > 1
        return Started(training, self.pending, False, certain, ids, resent=twins)  # noqa: FBT003 - see Started

    def _post(self) -> Training:
        trainer = self.request.trainer
        self.context.replicate.session.wait_for_allowance()
        if self._open is None:  # a late training of the first try is newer than this moment
            sent_at = self.context.replicate.session.service_time()
            self.pending = replace(self.pending, sent_at=sent_at.isoformat() if sent_at else "")
        with self.context.stop.deferred():
            self.guard.expect(self.pending, self._find_in_a_hurry)
            if self._open is not None:
                self.guard.start_resent(twins_possible=True)
            try:
                training = self.context.replicate.start_training(
                    (trainer.version.model.owner, trainer.version.model.name, trainer.version_id),
                    self.request.destination,
                    self.request.input,
                    self.context.inputs.webhook,
                    self.context.inputs.webhook_events,
                )
            except ReplicateError as error:
                if self._open is None and not _leaves_it_open(error):
                    self.guard.start_refused()
                raise
            self.guard.adopt(training, own=True)
        return training

    def _find_in_a_hurry(self) -> list[Training]:
        return find_started(
            self.pending, self.context.replicate.patiently(_HURRY), self.context.clock, HURRIED
        )

    def _explained(self, error: ReplicateError) -> Exception:
        if not (isinstance(error, NotFound) and "destination" in error.words):
            return error
        return DestinationMissing(
            f"Replicate cannot use {self.request.destination} as the destination: {error.detail}",
            why="The model exists, but not for a training of this token's account.",
            fix="Use a token of the model's owner.",
            link=f"{links.SITE}/{self.request.destination}",
        )


def _pauses(error: ReplicateError) -> tuple[float, ...]:
    """Return the pauses of the search after a failed start."""
    late = isinstance(error, AnswerLost) and error.timed_out
    return LONG if late or (isinstance(error, Refused) and error.status in _TIMED_OUT) else PATIENT


def _leaves_it_open(error: ReplicateError) -> bool:
    """Tell whether a start that failed so may have made a training."""
    return isinstance(error, (AnswerLost, MalformedResponse, ServerError))


def _surely_not_done(error: ReplicateError) -> bool:
    """Tell whether a start that failed so made no training, and may be sent again."""
    refused = isinstance(error, Refused) and error.status in _NEVER_DONE
    return refused or isinstance(error, Unreachable)


def _unknown(first: ReplicateError, last: ReplicateError) -> StartUnknown:
    """Return the error for a start of which a try stayed open, whatever came after it."""
    then = f" A later try failed: {last.what}." if last is not first else ""
    broken = isinstance(first, ServerError) and first.status == 500 and first.detail  # noqa: PLR2004 - HTTP
    hint = " The trainer itself may be broken: check on its page that it works." if broken else ""
    return StartUnknown(
        f"Could not confirm that the training started: {first.what}",
        why=f"No training was found, but there may be one, and it would be billed.{then}{hint}",
        fix="Check your trainings before you re-run this job. Cancel a training you do not want, "
        "or follow it with `mode: wait`.",
        link=links.TRAININGS,
    )
