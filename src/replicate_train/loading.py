"""Loading code: in one piece, and without looking for garbage in what is all here to stay."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from replicate_train.runner.signals import StopSignals


@contextmanager
def loading(stop: StopSignals) -> Iterator[None]:
    """Import within the block: a signal waits for its end, the collector starts after it.

    An eighth of the time that the step's imports take would go into collecting.
    """
    gc.disable()
    try:
        with stop.deferred():
            yield
    finally:
        gc.freeze()
        gc.enable()
