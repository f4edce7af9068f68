"""What ends a run as failed."""

import logging

_log = logging.getLogger(__name__)


class EngineError(Exception):
    """A run could not be made, or its output not kept; the message becomes the run's `error`."""


def explained(error: Exception) -> str:
    """Return the `error` of a run that an exception ended.

    An unexpected one is logged, by its type alone: its message may hold inputs.
    """
    if isinstance(error, EngineError | OSError):
        return str(error)
    text = f"An internal error of the local Replicate ended this run: {type(error).__name__}."
    _log.error(text)
    return text
