"""Predictions: runs of a version, over a session. Each request is sent once."""

import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from replicate_train.replicate.schemas import Training
from replicate_train.replicate.session import SECONDS, Session

_SHORTEST_LIFETIME = 5  # seconds: the documented minimum of `Cancel-After`


class Prediction(Training):
    """A prediction: it has the fields of a training."""

    @property
    def predict_time(self) -> float | None:
        """The seconds that the model ran, None while they are not known."""
        seconds = (self.metrics or {}).get("predict_time")
        if not isinstance(seconds, (int, float)) or isinstance(seconds, bool):
            return None
        return float(seconds) if math.isfinite(seconds) else None


class Predictions:
    """The API's endpoints of predictions. Every method may raise a `ReplicateError`."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def create(self, version_id: str, inputs: Mapping[str, Any], lifetime: float) -> Prediction:
        """Create a prediction of a version, which Replicate cancels after `lifetime` seconds."""
        body = {"version": version_id, "input": dict(inputs)}
        headers = {"Cancel-After": f"{max(_SHORTEST_LIFETIME, math.ceil(lifetime))}s"}
        return self.session.once(Prediction, "POST", "/predictions", json=body, headers=headers)

    def poll(self, prediction_id: str, seconds: float) -> Prediction:
        """Return a prediction as it is, asking at once, and for at most `seconds`."""
        path = f"/predictions/{quote(prediction_id, safe='')}"
        return self.session.once(Prediction, "GET", path, min(SECONDS, seconds), urgent=True)

    def cancel(self, prediction_id: str, seconds: float) -> Prediction:
        """Cancel a prediction, asking at once, and for at most `seconds`."""
        path = f"/predictions/{quote(prediction_id, safe='')}/cancel"
        return self.session.once(Prediction, "POST", path, seconds, urgent=True)
