"""Cancelling a training, and seeing that it is cancelled."""

from replicate_train.clock import Clock
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.schemas import Training

_EXCHANGE = (
    3.0  # seconds for each step of one request: a cancel is better sent again than waited for
)
_LOOK = 1.0  # seconds between two looks at a training that is about to end


def cancelled(training_id: str, replicate: Replicate, clock: Clock, budget: float) -> Training:
    """Cancel a training and return how it stands: as it ended, if it does so in time.

    A training that has ended stays as it is. Raises a `ReplicateError` where the service does not
    take the cancel within `budget` seconds.
    """
    end = clock.now() + budget
    training = replicate.patiently(budget).cancel_training(training_id, _EXCHANGE)
    while not training.ended and clock.now() + _LOOK < end:
        clock.sleep(_LOOK)
        training = replicate.patiently(end - clock.now()).training(training_id, _EXCHANGE)
    return training
