"""A script that a run follows, for tests of what a client does when a training goes wrong."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Script:
    """How a run goes; without a `status` its own code runs after the queue and the log."""

    queued: float = 0.0  # seconds in the queue
    log: str = ""  # printed before anything else
    seconds: float = 0.0  # of processing, where a status is given
    status: str = ""  # how the run ends, without its code
    error: str | None = None
    makes_version: bool = True  # whether a training that succeeds makes a version
