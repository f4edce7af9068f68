"""What a report may lack: a bug of this action in it is a warning, and never ends the step."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from replicate_train.runner.commands import Runner


@contextmanager
def optional(runner: Runner, what: str) -> Iterator[None]:
    """Run a block that makes `what`, such as "job summary"; its failure is only a warning."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the training is paid for, and its outputs are set
        runner.warning(
            f"No {what}",
            f"The {what} is missing because of a bug in this action ({type(error).__name__}: "
            f"{error}). The training and its version are not affected. Please report it, with the "
            "log of a run with step debugging (ACTIONS_STEP_DEBUG).",
        )
        if runner.debugging:
            runner.debug("".join(traceback.format_exception(error)))
