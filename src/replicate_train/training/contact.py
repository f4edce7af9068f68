"""Contact with a training while it is followed: which failed polls are survived, and how long.

An outage (no connection, no answer, 5xx, 429) says nothing about the training: it is followed until
the step times out. A refusal (401, 404, a redirect) may be a mistake of something between here and
Replicate, so it is believed only after it lasted.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from replicate_train.diagnostics.errors import ContactLost
from replicate_train.replicate import links
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.schemas import Training
from replicate_train.training.stopping import follow_later

REFUSED_FOR = 660.0  # seconds after which a refusal is believed
_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)  # seconds before the next poll, after each failure in a row
_WORTH_SAYING = 2  # failures in a row
_DEFECTS = 20  # likewise, after which a defect of our own ends the step


@dataclass
class Contact:
    """Counts failed polls; `say` prints the first lasting failure and the recovery."""

    say: Callable[[str], None]
    _failures: int = field(default=0, init=False)
    _refused_since: float | None = field(default=None, init=False)
    _said: bool = field(default=False, init=False)

    @property
    def pause(self) -> float:
        """Seconds before the next poll, at least; 0 while there is contact."""
        return _PAUSES[min(self._failures, len(_PAUSES)) - 1] if self._failures else 0.0

    def kept(self) -> None:
        """Note a poll that was answered."""
        if self._said:
            self.say("Replicate answers again.")
        self._failures, self._refused_since, self._said = 0, None, False

    def broke(self, error: Exception) -> None:
        """Note a poll that failed by a defect of this action. Raises it where that lasts."""
        self._failures += 1
        if self._failures >= _DEFECTS:
            raise error
        if not self._said:
            self._said = True
            self.say(
                f"Polling failed because of a bug in this action ({error!r}). Polling continues."
            )

    def failed(self, training: Training, error: ReplicateError, now: float) -> None:
        """Note a poll that failed at a moment. Raises `ContactLost` once it is believed."""
        self._failures += 1
        if self._failures >= _WORTH_SAYING and not self._said:
            self._said = True
            self.say(f"{error.what.rstrip('.')}. The training goes on; polling continues.")
        if error.transient:
            return
        self._refused_since = now if self._refused_since is None else self._refused_since
        if now - self._refused_since >= REFUSED_FOR:
            raise ContactLost(
                f"Lost contact with training {training.id}: {error.what}",
                why=f"It was {training.status} when it was last seen, and it was left running.",
                fix=follow_later(training),
                link=links.training_page(training),
            ) from error
