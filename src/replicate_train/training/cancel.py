"""Cancelling a training: sent until it is taken, then followed until the training has ended."""

from dataclasses import dataclass

from replicate_train.clock import Clock
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import ReplicateError, Throttled, Unreachable
from replicate_train.replicate.schemas import Training

_FIRST_EXCHANGE = 3.0  # seconds for the first try; each one after it gets twice as many
_PAUSES = (0.5, 1.0, 2.0, 4.0)  # seconds between two tries; the last stays
_POLL = 1.0  # seconds between two polls of a training that is about to end
_NEVER_DONE = (Unreachable, Throttled)


@dataclass(frozen=True)
class Cancellation:
    """What came of a cancel.

    `training` is the training as it was seen after the cancel was taken; None where Replicate never
    confirmed it, with the last `error`. `sent`: at least one cancel may have had its effect.
    """

    training: Training | None
    sent: bool = True
    error: ReplicateError | None = None


def cancel(training_id: str, replicate: Replicate, clock: Clock, budget: float) -> Cancellation:
    """Cancel a training within `budget` seconds, whatever each try is answered.

    A training that has ended stays as it is.
    """
    end = clock.now() + budget
    taken = _send(training_id, replicate, clock, end)
    if taken.training is None:
        return taken
    training = taken.training
    while not training.ended and clock.now() + _POLL < end:
        clock.sleep(_POLL)
        training = _poll(training_id, replicate, end - clock.now()) or training
    return Cancellation(training)


def _send(training_id: str, replicate: Replicate, clock: Clock, end: float) -> Cancellation:
    """Send the cancel until it is taken, or the training is seen to have ended."""
    sent, tries = False, 0
    while True:
        seconds = min(_FIRST_EXCHANGE * 2**tries, max(end - clock.now(), 0.1))
        try:
            return Cancellation(replicate.cancel_training(training_id, seconds))
        except ReplicateError as error:
            failure = error
        sent = sent or not isinstance(failure, _NEVER_DONE)
        pause = _PAUSES[min(tries, len(_PAUSES) - 1)]
        if clock.now() + pause >= end:
            return Cancellation(None, sent, failure)
        clock.sleep(pause)
        tries += 1
        seen = _poll(training_id, replicate, end - clock.now()) if tries > 1 and sent else None
        if seen and seen.ended:  # a cancel that was not confirmed had its effect
            return Cancellation(seen)


def _poll(training_id: str, replicate: Replicate, left: float) -> Training | None:
    try:
        return replicate.poll_training(training_id, min(_FIRST_EXCHANGE, max(left, 0.1)))
    except ReplicateError:
        return None
