"""Which failed predictions are the service's own failures, so that another try may succeed. Pure.

Their errors are known from Replicate's list of error codes and from what users quote.
"""

import re

_OF_THE_SERVICE = re.compile(
    r"\bE(1000|6716)\b"  # an unknown error, an error while a prediction was started
    r"|\berror starting prediction\b"
    r"|\bdirector: unexpected error\b"
    r"|\bprediction interrupted\b"
    r"|\(code: PA\)",
    re.IGNORECASE,
)
_MAX_CHARS = 10_000  # of an error that are read


def is_of_the_service(error: object) -> bool:
    """Tell whether a failed prediction's error is the service's, not the model's."""
    return isinstance(error, str) and bool(_OF_THE_SERVICE.search(error[:_MAX_CHARS]))
