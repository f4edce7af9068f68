"""Finding the training that a start made: in the list of trainings, with patience: it may lag."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from replicate_train.clock import Clock
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.schemas import Training, aware
from replicate_train.training.pending_start import PendingStart

# Seconds before each look at the list.
PATIENT = (1.0, 2.0, 4.0, 8.0, 15.0)  # after a lost answer
LONG = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)  # after a time-out: the start may arrive late
HURRIED = (0.0, 1.0, 2.0)  # when the runner is about to end the step
_OUTAGE = 60.0  # seconds of failing looks, after which the next one's failure counts
_DAY = timedelta(days=1)


def find_started(
    pending: PendingStart, replicate: Replicate, clock: Clock, pauses: tuple[float, ...]
) -> list[Training]:
    """Return what the start made, newest first; several where they cannot be told apart.

    The search ends with the first look that finds any. Raises a `ReplicateError` of the last look.
    """
    return next((found for found in looks(pending, replicate, clock, pauses) if found), [])


def looks(
    pending: PendingStart, replicate: Replicate, clock: Clock, pauses: tuple[float, ...]
) -> Iterator[list[Training]]:
    """Yield what the start made, newest first, as each look shows it. Raises likewise."""
    end = clock.now() + sum(pauses) + _OUTAGE
    for place, pause in enumerate(pauses, 1):
        clock.sleep(pause)
        try:
            found = pending.among(replicate.trainings())
        except ReplicateError:
            if place == len(pauses) or clock.now() >= end:
                raise
        else:
            yield found


def recent(trainings: Iterable[Training]) -> list[Training]:
    """Return those that were made within a day of the newest: older ones do not run any more."""
    seen: list[Training] = []
    for training in trainings:
        if seen and _apart(seen[0], training) > _DAY:
            break
        seen.append(training)
    return seen


def _apart(newer: Training, older: Training) -> timedelta:
    if newer.created_at is None or older.created_at is None:
        return timedelta()
    return aware(newer.created_at) - aware(older.created_at)
