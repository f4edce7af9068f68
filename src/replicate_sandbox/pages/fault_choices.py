"""The usual faults, ready to be chosen: pure, a name and what the fault script gets."""

from typing import Any, NamedTuple

from replicate_sandbox.contract.problems import Problem, insufficient_credit, invalid_version

_START = "POST /models/*/*/versions/*/trainings"
_SECONDS = 2
_THROTTLED = {
    "detail": f"Request was throttled. Your rate limit resets in ~{_SECONDS}s.",
    "status": 429,
    "retry_after": _SECONDS,
}
_FRONT_END = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"


class Choice(NamedTuple):
    """A fault to choose; `name` is its value in a form."""

    name: str
    label: str
    fault: dict[str, Any]


def _refused(problem: Problem) -> dict[str, Any]:
    return {"request": _START, "answer": {"status": problem.status, "body": problem.body}}


def _training(**script: object) -> dict[str, Any]:
    return {"training": script}


CHOICES = {
    "The start of a training": (
        Choice("start-lost", "Start: the training runs, the response is lost",
               {"request": _START, "reset": True, "takes_effect": True}),
        Choice("start-reset", "Start: connection reset, nothing runs",
               {"request": _START, "reset": True}),
        Choice("start-500", "Start: 500, broken trainer",
               {"request": _START,
                "answer": {"status": 500, "body": {"detail": "An unexpected error ocurred"}}}),
        Choice("start-402", "Start: 402, no credit", _refused(insufficient_credit())),
        Choice("start-422", "Start: 422, no payment method", _refused(invalid_version())),
    ),
    "The next training": (
        Choice("out-of-memory", "Training: fails, CUDA out of memory",
               _training(status="failed", error="CUDA out of memory", log="step 1\n")),
        Choice("no-image", "Training: fails when the version is made",
               _training(status="failed",
                         error="Failed to create trained image after successful training run")),
        Choice("no-version", "Training: succeeds without a version",
               _training(status="succeeded", version=False)),
        Choice("queued", "Training: one minute in the queue", _training(queued=60)),
        Choice("canceled", "Training: canceled", _training(status="canceled", seconds=5)),
        Choice("aborted", "Training: aborted before it starts",
               _training(status="aborted", queued=5)),
        Choice("lag", "Training: missing in the next list", {"lag": 30}),
    ),
    "Any request": (
        Choice("429", "Request: 429, rate limit",
               {"answer": {"status": 429, "body": _THROTTLED,
                           "headers": {"retry-after": str(_SECONDS)}}}),
        Choice("502", "Request: 502, an HTML page",
               {"answer": {"status": 502, "body": _FRONT_END}}),
        Choice("503", "Request: 503, unavailable", {"answer": {"status": 503}}),
        Choice("hang", "Request: no response for 30 s", {"hang": 30}),
        Choice("delay", "Request: the response takes 3 s", {"delay": 3}),
        Choice("missing-bytes", "Request: the response is cut", {"missing_bytes": 10}),
        Choice("garbage", "Request: the response is not JSON", {"garbage": True}),
    ),
}  # fmt: skip
BY_NAME = {choice.name: choice for group in CHOICES.values() for choice in group}
