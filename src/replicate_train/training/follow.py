"""Following a training to its end, its log as it comes, at little cost."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from replicate_train.context import Context
from replicate_train.diagnostics.errors import ContactLost
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.schemas import Training
from replicate_train.training.contact import Contact
from replicate_train.training.guard import TrainingGuard
from replicate_train.training.log_view import LogView
from replicate_train.training.stopping import Stopping
from replicate_train.training.twins import TwinWatch

_AMPLE = 1000  # requests left, above which polling need not slow down
_LEAST_EXCHANGE = 5.0  # seconds for a poll, however near the timeout is


def poll_interval(unchanged: float, longest: float, chance: float = 1.0) -> float:
    """Return the seconds until the next poll.

    Each poll brings the whole log, so polling often costs the square of a training's length. Short
    at first and after a change, growing with the seconds since then (`unchanged`): the end of
    a training of five minutes is seen within three seconds. `chance` (0 to 1) takes up to a tenth
    off, so that many steps do not poll in step.
    """
    return min(longest, max(0.5, unchanged / 100)) * (0.9 + 0.1 * chance)


def courtesy(remaining: float, longest: float) -> float:
    """Return the seconds between two polls that an account's other jobs call for.

    0 while it may send a thousand requests or more at once, `longest` when it may send none: so
    that many steps at once share what is left before any is refused.
    """
    return longest * max(0.0, 1 - remaining / _AMPLE)


@dataclass
class Follower:
    """Follows trainings, within one timeout for all of them."""

    context: Context
    guard: TrainingGuard
    stopping: Stopping
    chance: Callable[[], float] = random.random
    _ends_at: float | None = field(default=None, init=False)

    def follow(self, training: Training, view: LogView, twins: TwinWatch | None = None) -> Training:
        """Return the training as it ended.

        The timeout counts from the first training that is followed. Raises `TimedOut`, and
        `ContactLost` where Replicate refuses to say how the training is.
        """
        clock, timeout = self.context.clock, self.context.inputs.timeout
        contact, changed, status = Contact(self.context.runner.say), clock.now(), ""
        self._ends_at = ends_at = self._ends_at or clock.now() + timeout
        while True:
            self.guard.update(training)
            view.show(training)
            if training.status != status:
                status, changed = training.status, clock.now()
            if twins and (training.ended or twins.due()):
                training = twins.look(training, last=training.ended)
            if training.ended:
                return training
            if clock.now() >= ends_at:
                training = self.stopping.timed_out(training, timeout)
                continue
            self._nap(contact, clock.now() - changed, ends_at - clock.now())
            try:
                training = self._poll(training, contact, ends_at)
            except ContactLost:
                self.guard.release()
                raise

    def _nap(self, contact: Contact, unchanged: float, left: float) -> None:
        session, longest = self.context.replicate.session, self.context.inputs.max_poll_interval
        nap = max(
            poll_interval(unchanged, longest, self.chance()),
            courtesy(session.remaining, longest),
            session.allowance_wait,
            contact.pause,
        )
        self.context.clock.sleep(min(nap, left))

    def _poll(self, training: Training, contact: Contact, ends_at: float) -> Training:
        """Return the training as it is now, or as it was where that cannot be read."""
        left = ends_at - self.context.clock.now()
        try:
            seen = self.context.replicate.poll_training(training.id, max(left, _LEAST_EXCHANGE))
        except ReplicateError as error:
            contact.failed(training, error, self.context.clock.now())
            return training
        except Exception as error:  # noqa: BLE001 - a defect of ours must not cost a training
            contact.broke(error)
            return training
        contact.kept()
        return seen
