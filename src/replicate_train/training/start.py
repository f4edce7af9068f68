"""Start a training exactly once.

Replicate has no idempotency key, and a start can fail without saying whether it worked. It is never
repeated blindly: the trainings are looked at before the first try, and again after a failure that
leaves it open, with retry, since the list may lag.
"""

from dataclasses import dataclass, replace

from replicate_train.clock import Clock
from replicate_train.diagnostics.errors import DestinationMissing, StartUnknown
from replicate_train.inputs.model import Inputs
from replicate_train.replicate import links
from replicate_train.replicate.client import Replicate
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
from replicate_train.runner.signals import StopSignals
from replicate_train.training.find import HURRIED, PATIENT, find_started
from replicate_train.training.guard import TrainingGuard
from replicate_train.training.pending_start import PendingStart
from replicate_train.training.request import TrainingRequest

_TRIES = 3
_NEVER_DONE = frozenset({408, 425, 429})  # statuses of requests that were not acted upon


@dataclass(frozen=True)
class Started:
    """A training that this step answers for.

    `adopted`: its start was not confirmed, it was found afterwards. `perhaps_a_siblings`: another
    job may have started it; `others` are then the ids of those that it may be as well.
    """

    training: Training
    adopted: bool = False
    perhaps_a_siblings: bool = False
    others: tuple[str, ...] = ()


class Starter:
    """Starts one piece of work.

    `expected` tells a training that comes of it. While a start is on its way a signal waits for
    its answer; between two requests it takes effect at once.
    """

    def __init__(
        self,
        replicate: Replicate,
        clock: Clock,
        guard: TrainingGuard,
        stop: StopSignals,
        *,
        work: TrainingRequest,
        expected: PendingStart,
    ) -> None:
        self._replicate = replicate
        self._clock = clock
        self._work = work
        self._expected = expected
        self._custody = guard
        self._stop = stop

    def start(self, inputs: Inputs) -> Started:
        """Start the training, look for it where the answer leaves it open, and have it guarded.

        Raises `StartUnknown` where it stays open, `DestinationMissing`, and what refused it.
        """
        for attempt in range(1, _TRIES + 1):
            try:
                return Started(self._replicate.repeat(lambda: self._post(inputs), _surely_not_done))
            except NotFound as error:
                raise self._explained(error) from error
            except ReplicateError as error:
                if not _leaves_it_open(error):
                    raise
                if found := self._found(error):
                    self._custody.take(found[0])
                    return self._adopted(found)
                if isinstance(error, MalformedResponse) or attempt == _TRIES:
                    raise _unknown(error) from error
        raise AssertionError("unreachable: the last try returns or raises")

    def _look(self, pauses: tuple[float, ...] = HURRIED) -> list[Training]:
        found = find_started(self._expected, self._replicate, self._clock, pauses)
        # Whoever uses this start's upload again has seen its training, and so starts later.
        return found[-1:] if self._expected.one_of_a_kind else found

    def _found(self, open_end: ReplicateError) -> list[Training]:
        try:
            return self._look(PATIENT)
        except ReplicateError:
            raise _unknown(open_end) from open_end

    def _adopted(self, found: list[Training]) -> Started:
        others = tuple(training.id for training in found[1:])
        perhaps = not self._expected.one_of_a_kind
        return Started(found[0], adopted=True, perhaps_a_siblings=perhaps, others=others)

    def _post(self, inputs: Inputs) -> Training:
        trainer = self._work.trainer
        self._replicate.wait_for_allowance()
        self._expected = replace(self._expected, sent_at=self._replicate.service_time())
        with self._stop.deferred():
            self._custody.expect(self._expected, self._look)
            try:
                training = self._replicate.start_training(
                    (trainer.owner, trainer.name, trainer.version_id),
                    self._work.destination,
                    self._work.input,
                    inputs.webhook,
                    inputs.webhook_events,
                )
            except ReplicateError as error:
                if not _leaves_it_open(error):
                    self._custody.refused()
                raise
            self._custody.take(training)
        return training

    def _explained(self, error: NotFound) -> Exception:
        if "destination" not in error.words:
            return error
        return DestinationMissing(
            f"Replicate cannot train into {self._work.destination}: {error.detail}",
            why="The model exists, but not for a training of this token's account.",
            fix="Use a token of the model's owner.",
            link=f"{links.SITE}/{self._work.destination}",
        )


def _leaves_it_open(error: ReplicateError) -> bool:
    """Tell whether a start that failed so may have made a training."""
    return isinstance(error, (AnswerLost, MalformedResponse, ServerError))


def _surely_not_done(error: ReplicateError) -> bool:
    """Tell whether a start that failed so made no training, and may be sent again."""
    refused = isinstance(error, Refused) and error.status in _NEVER_DONE
    return refused or isinstance(error, Unreachable)


def _unknown(error: ReplicateError) -> StartUnknown:
    return StartUnknown(
        f"The start of the training was sent and not confirmed: {error.what}",
        why="No training was found, but there may be one, and it would be paid for.",
        fix="Look at your trainings before running this job again, and cancel one that is not "
        "wanted, or follow it with mode: wait.",
        link=links.TRAININGS,
    )
