"""A script that a run follows without its own code: for tests of clients, and simulated runs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Script:
    """How a run goes; without a `status` its own code runs after the queue and the log."""

    queued: float = 0.0  # seconds in the queue
    log: str = ""  # printed before anything else
    later: tuple[tuple[float, str], ...] = ()  # pauses in seconds, and texts printed after them
    seconds: float = 0.0  # of processing, where a status is given
    status: str = ""  # how the run ends, without its code
    error: str | None = None
    makes_version: bool = True  # whether a training that succeeds makes a version
    weights: bytes = b""  # of that version
