"""What a failed training means, and how to fix it. Pure.

A failure is recognised by the service's error and by the last lines of the log. Both are foreign,
so nothing of them is repeated: an advice is a text of `failures.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from replicate_train.training.failures import DIVERGED, FAILURES, Failure

_MAX_LINES, _MAX_LINE_CHARS = 200, 2_000  # of a log that are searched


@dataclass(frozen=True)
class Advice:
    """What happened, and how to fix it: a sentence each."""

    what: str
    fix: str


_ABORTED = Advice(
    "The training waited in the queue for too long.",
    "Re-run the job later, or choose a trainer on other hardware.",
)


def advise(status: str, error_text: str, log_tail: Sequence[str] = ()) -> Advice | None:
    """Return what a failure means; None where it is not known.

    `status` is the training's, empty where none was started. `log_tail` are the last lines of its
    log, of which a later one says more. The log of a training that was cancelled says nothing.
    """
    if status == "succeeded":
        return None
    for failure in (*FAILURES, DIVERGED):
        if failure.pattern.search(error_text[:_MAX_LINE_CHARS]):
            return _advice(failure)
    if status == "aborted":
        return _ABORTED
    return next(_of_log(log_tail), None) if status == "failed" else None


def _of_log(log_tail: Sequence[str]) -> Iterator[Advice]:
    """Yield what the log shows, the most telling first."""
    lines = [line[-_MAX_LINE_CHARS:] for line in reversed(log_tail[-_MAX_LINES:])]
    in_log = [failure for failure in FAILURES if failure.in_log]
    for failures in (in_log, [DIVERGED]):
        for line in lines:
            yield from (_advice(one) for one in failures if one.pattern.search(line))


def _advice(failure: Failure) -> Advice:
    return Advice(failure.what, failure.fix)
