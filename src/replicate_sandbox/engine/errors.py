"""What ends a run as failed."""


class EngineError(Exception):
    """A run could not be made, or its output not kept; the message becomes the run's `error`."""
