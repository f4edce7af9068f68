"""Looking for what came of a start: in the list of trainings, with patience, since it may lag."""

from replicate_train.clock import Clock
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.schemas import Training
from replicate_train.training.pending_start import PendingStart

PATIENT = (1.0, 2.0, 4.0, 8.0, 15.0)  # seconds before each look; together longer than lists lag
HURRIED = (0.0, 1.0, 2.0)  # likewise, when the runner is about to end the step


def find_started(
    expected: PendingStart,
    replicate: Replicate,
    clock: Clock,
    pauses: tuple[float, ...] = HURRIED,
    *,
    to_the_end: bool = False,
) -> list[Training]:
    """Return the training that came of a start, newest first if several may be it.

    One that is less likely is kept until all looks found no better one. The first likely one ends
    the search, unless `to_the_end` asks for those that the list shows late, too.
    """
    found: list[Training] = []
    likely: list[Training] = []
    for pause in pauses:
        clock.sleep(pause)
        found = expected.among(replicate.trainings())
        likely = [training for training in found if expected.likely(training)]
        if likely and not to_the_end:
            break
    return likely or found
