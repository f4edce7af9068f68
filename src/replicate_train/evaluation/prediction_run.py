"""One prediction on its way: created, polled, repeated where the service failed, or timed out.

Nothing here waits: `due` says when the next step is worth taking.
"""

from dataclasses import dataclass, field
from typing import Any

from replicate_train.clock import Clock
from replicate_train.evaluation.hidden import without_secrets
from replicate_train.evaluation.model import NOT_STARTED, TIMED_OUT, Answer, Evaluation
from replicate_train.evaluation.service_failures import is_of_the_service
from replicate_train.replicate import links
from replicate_train.replicate.errors import ReplicateError, Throttled
from replicate_train.replicate.predictions import Prediction, Predictions
from replicate_train.runner.signals import StopSignals
from replicate_train.runner.text import as_text, duration
from replicate_train.training.follow import courtesy, poll_interval

SAFETY = 30.0  # seconds after the timeout, after which Replicate itself cancels a prediction
_CREATION_LIMIT = 600.0  # seconds for which a rate limit may delay a prediction
_CREATIONS, _REPEATS = 3, 2  # tries to create one, and further predictions after a failed one
_PAUSES = (2.0, 10.0)  # seconds before another try to create one
_THROTTLED = 5.0  # seconds before another try where Replicate names none
_LOST_POLL = 2.0  # seconds after a poll that failed
_LONGEST_POLL = 5.0  # seconds between two polls
_LEAST_EXCHANGE = 5.0  # seconds for a poll, however near the timeout is
_CANCEL = 5.0  # seconds for a cancel


@dataclass(eq=False)
class PredictionRun:
    """Runs one evaluation on a version; `answer` is there when it is over.

    `refused` is the error with which Replicate refused to create the prediction.
    """

    service: Predictions
    clock: Clock
    stop: StopSignals
    evaluation: Evaluation
    version_id: str
    answer: Answer | None = field(default=None, init=False)
    refused: ReplicateError | None = field(default=None, init=False)
    due: float = field(default=0.0, init=False)
    prediction: Prediction | None = field(default=None, init=False)
    _began_at: float | None = field(default=None, init=False)
    _created_at: float = field(default=0.0, init=False)
    _ends_at: float | None = field(default=None, init=False)
    _failed_creations: int = field(default=0, init=False)
    _repeats: int = field(default=0, init=False)
    _lost: ReplicateError | None = field(default=None, init=False)

    @property
    def running(self) -> bool:
        """Whether there is a prediction that may be running."""
        return self.prediction is not None and not self.prediction.ended

    def step(self) -> None:
        """Do what is due: create the prediction, or look at it."""
        if self.prediction is None:
            self._create()
        else:
            self._look(self.prediction)

    def cancel(self, seconds: float) -> None:
        """Cancel the prediction, asking once. Raises `ReplicateError`."""
        if self.prediction is not None:
            self.prediction = self.service.cancel(self.prediction.id, seconds)

    def refuse(self, error: ReplicateError) -> None:
        """End without a prediction."""
        self.refused = error
        self.answer = self._answer(None, NOT_STARTED, error.what)

    def _create(self) -> None:
        now = self.clock.now()
        self._began_at = now if self._began_at is None else self._began_at
        if self._ends_at is not None and now >= self._ends_at:
            self.answer = self._answer(None, TIMED_OUT, self._too_long(""))
            return
        if wait := self.service.session.allowance_wait:
            self._postpone(wait, None)
            return
        left = (self._ends_at - now) if self._ends_at is not None else self.evaluation.timeout
        try:
            with self.stop.deferred():  # the answer has the id, which a cancel needs
                inputs = self.evaluation.input
                self.prediction = self.service.create(self.version_id, inputs, left + SAFETY)
        except Throttled as error:
            self._postpone(self.service.session.allowance_wait or _THROTTLED, error)
        except ReplicateError as error:
            self._failed_creations += 1
            if not error.transient or self._failed_creations >= _CREATIONS:
                self.refuse(error)
            else:
                self.due = now + _PAUSES[self._failed_creations - 1]
        else:
            self._created_at = self.clock.now()
            if self._ends_at is None:
                self._ends_at = self._created_at + self.evaluation.timeout
            self._see(self.prediction, self._ends_at)

    def _postpone(self, seconds: float, error: Throttled | None) -> None:
        """Wait for the account's rate limit, but not for ever."""
        self._lost = error or self._lost
        self.due = self.clock.now() + seconds
        if self.due - (self._began_at or 0.0) > _CREATION_LIMIT and self._lost:
            self.refuse(self._lost)

    def _look(self, prediction: Prediction) -> None:
        now, ends_at = self.clock.now(), self._ends_at or 0.0
        if now >= ends_at:
            self._time_out(prediction)
            return
        try:
            seen = self.service.poll(prediction.id, max(ends_at - now, _LEAST_EXCHANGE))
        except ReplicateError as error:
            self._lost = error
            pause = max(_LOST_POLL, error.retry_after or 0.0)
            self.due = min(self.clock.now() + pause, ends_at)
        else:
            self._lost = None
            self._see(seen, ends_at)

    def _see(self, seen: Prediction, ends_at: float) -> None:
        """Note a prediction as it is now."""
        self.prediction, now = seen, self.clock.now()
        if not seen.ended:
            self.due = min(now + self._interval(now), ends_at)
        elif self._may_repeat(seen):
            self._repeats, self.prediction, self.due = self._repeats + 1, None, now + _PAUSES[0]
        else:
            self.answer = self._answer(seen, seen.status, as_text(seen.error or ""))

    def _interval(self, now: float) -> float:
        session = self.service.session
        return max(
            poll_interval(now - self._created_at, _LONGEST_POLL),
            courtesy(session.remaining, _LONGEST_POLL),
            session.allowance_wait,
        )

    def _may_repeat(self, ended: Prediction) -> bool:
        failed = ended.status == "failed" and is_of_the_service(ended.error)
        return failed and self._repeats < _REPEATS

    def _time_out(self, prediction: Prediction) -> None:
        """Cancel the prediction, and take its answer where it has just ended by itself."""
        why = f"It was still {prediction.status}."
        if prediction.status == "starting":
            why = "It was still starting: the first prediction of a version can take minutes."
        if self._lost:
            why = f"{self._lost.what}."
        try:
            seen = self.service.cancel(prediction.id, _CANCEL)
        except ReplicateError as error:
            seen = prediction
            why += f" It could not be cancelled ({error.what}). Replicate cancels it soon."
        self.prediction = seen
        if seen.status in {"succeeded", "failed"}:
            self.answer = self._answer(seen, seen.status, as_text(seen.error or ""))
        else:
            self.answer = self._answer(seen, TIMED_OUT, self._too_long(why))

    def _too_long(self, why: str) -> str:
        return f"it did not end within {duration(self.evaluation.timeout)}. {why}".strip()

    def _answer(self, seen: Prediction | None, status: str, error: str) -> Answer:
        output: Any = seen.output if seen and status == "succeeded" else None
        return Answer(
            prediction_id=seen.id if seen else "",
            status=status,
            output=without_secrets(output, self.evaluation),
            error=str(without_secrets(error.strip(), self.evaluation)),
            seconds=seen.predict_time if seen else None,
            page=links.training_page(seen) if seen else "",
        )
