"""A start that is under way, in a form that outlives the process that made it.

Whoever comes after a lost answer, this step or the post step of a killed one, finds with it what
came of the start. It holds no input, only a digest of what is not secret.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any, Self

from replicate_train.replicate.schemas import Training, aware

_KNOWN = 10  # ids that the state holds; one of them marks where the list was


@dataclass(frozen=True)
class PendingStart:
    """What a start's training looks like in a list, and what the list held before it.

    `known` are ids of the newest trainings before the start, newest first. `one_of_a_kind`: no
    other job's start can look the same. `sent_at` is when it was sent by the service's own clock,
    at the earliest (ISO 8601), empty where that is not known.
    """

    trainer_version: str
    destination: str
    input_digest: str
    secret_inputs: tuple[str, ...]
    known: tuple[str, ...]
    one_of_a_kind: bool
    sent_at: str = ""

    def among(self, trainings: Iterable[Training]) -> list[Training]:
        """Return what can come from the start, from a list that is newest first.

        Everything before the first known one is new.
        """
        known = frozenset(self.known)
        new = takewhile(lambda training: training.id not in known, trainings)
        return [training for training in new if self._is(training)]

    def likely(self, training: Training) -> bool:
        """Tell whether one of those is surely this start's, or at least was made after it.

        A sibling's that was made earlier looks the same, while the list before the start lagged.
        """
        if self.one_of_a_kind or not self.sent_at or training.created_at is None:
            return True
        return aware(training.created_at) >= datetime.fromisoformat(self.sent_at)

    def as_text(self) -> str:
        """Return it as text for the post step."""
        return json.dumps({**asdict(self), "known": self.known[:_KNOWN]})

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what `as_text` wrote. Raises `ValueError`."""
        try:
            told = json.loads(text)
            lists = {name: tuple(told[name]) for name in ("secret_inputs", "known")}
            return cls(**{**told, **lists, "sent_at": _moment(told["sent_at"])})
        except (TypeError, KeyError) as error:
            raise ValueError(f"no start under way can be read from it: {error}") from None

    def _is(self, training: Training) -> bool:
        return (
            training.version == self.trainer_version
            and training.destination in {None, self.destination}
            and digest(training.input, self.secret_inputs) == self.input_digest
        )


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).isoformat() if text else ""


def digest(given: Mapping[str, Any] | None, secret: Collection[str]) -> str:
    """Return a digest of a training's inputs, without those named in `secret`.

    The service may show secrets or not, so they tell nothing. 1 and 1.0 are the same number.
    """
    public = {name: _same(value) for name, value in (given or {}).items() if name not in secret}
    text = json.dumps(public, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _same(value: object) -> object:
    """Write a whole number as an integer, wherever it stands."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {str(name): _same(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_same(inner) for inner in value]
    return value
