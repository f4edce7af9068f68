"""A start that was sent, in a form that outlives the process that sent it.

With it, this step (after a lost answer) or the post step (after a kill) finds the training that the
start made. It holds no input, only a digest of what is not secret.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, Self

from replicate_train.replicate.schemas import Training, aware

_KNOWN = 10  # ids that the state holds; one of them marks where the list was
_SKEW = timedelta(seconds=1)  # between two of the service's clocks


@dataclass(frozen=True)
class PendingStart:
    """What the training of a start looks like in a list, and what the list held before it.

    `compared` are the names of the inputs that `input_digest` covers: of a start with an upload of
    its own only the dataset, whose address no other start has (`exclusive`). `known` are ids of the
    newest trainings before the start, newest first. Times are the service's own (ISO 8601), empty
    where not known: `sent_at` is when the start was sent, at the earliest; until `own_until` nobody
    else uses the upload.
    """

    trainer_version: str
    destination: str
    compared: tuple[str, ...]
    input_digest: str
    known: tuple[str, ...]
    exclusive: bool
    own_until: str = ""
    sent_at: str = ""

    def among(self, trainings: Iterable[Training]) -> list[Training]:
        """Return what this start may have made, from a list that is newest first.

        Everything before the first known one is new. One that was made before this start was sent
        is another start's.
        """
        known = frozenset(self.known)
        new = takewhile(lambda training: training.id not in known, trainings)
        return [one for one in new if self._matches(one) and self._made_since(one)]

    def is_own(self, training: Training) -> bool:
        """Tell whether one of these is surely this start's."""
        if not self.exclusive or not self.own_until or training.created_at is None:
            return self.exclusive
        return aware(training.created_at) < datetime.fromisoformat(self.own_until)

    def as_text(self) -> str:
        """Return it as text for the post step."""
        return json.dumps({**asdict(self), "known": self.known[:_KNOWN]})

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what `as_text` wrote. Raises `ValueError`."""
        try:
            read = json.loads(text)
            lists = {name: tuple(read[name]) for name in ("compared", "known")}
            times = {name: _moment(read[name]) for name in ("own_until", "sent_at")}
            return cls(**{**read, **lists, **times})
        except (TypeError, KeyError, ValueError):
            raise ValueError("the state that the step saved cannot be read") from None

    def _matches(self, training: Training) -> bool:
        return (
            training.version == self.trainer_version
            and training.destination in {None, self.destination}
            and digest(training.input, self.compared) == self.input_digest
        )

    def _made_since(self, training: Training) -> bool:
        if self.exclusive:
            return self.is_own(training)
        if not self.sent_at or training.created_at is None:
            return True
        return aware(training.created_at) >= datetime.fromisoformat(self.sent_at) - _SKEW


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).isoformat() if text else ""


def digest(given: Mapping[str, Any] | None, names: Collection[str]) -> str:
    """Return a digest of those inputs of a training. 1 and 1.0 are the same number."""
    compared = {name: _plain(value) for name, value in (given or {}).items() if name in names}
    text = json.dumps(compared, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    """Write a whole number as an integer, wherever it stands."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value
