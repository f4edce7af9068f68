"""The paths of Replicate's API that the local Replicate answers with 501."""

from typing import NamedTuple


class Missing(NamedTuple):
    """A method and a path, what they are for, and why they are missing."""

    method: str
    path: str
    purpose: str
    reason: str


NOT_IMPLEMENTED = (
    Missing(
        "GET",
        "/v1/collections",
        "Lists collections of public models.",
        "Replicate's staff chooses them. The local Replicate has no collections.",
    ),
    Missing(
        "GET",
        "/v1/collections/{slug}",
        "Returns a collection with its models.",
        "The local Replicate has no collections.",
    ),
)
