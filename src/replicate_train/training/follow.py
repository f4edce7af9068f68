"""Following a training to its end, its log as it comes, at little cost."""

import random
from collections.abc import Callable

from replicate_train.clock import Clock
from replicate_train.diagnostics.errors import ContactLost
from replicate_train.replicate import links
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.schemas import Training
from replicate_train.runner.commands import Runner
from replicate_train.runner.log_file import LogFile
from replicate_train.training.guard import TrainingGuard
from replicate_train.training.log import RemoteLog

_PLENTY = 1000  # requests that an account may send at once, above which nobody has to hold back
_OUTAGE = 660.0  # seconds that the API may be silent before a training is lost from sight


def poll_interval(settled: float, longest: float, chance: float = 1.0) -> float:
    """Return the seconds until the next look.

    Each look brings the whole log, so looking often costs the square of a training's length.
    Short at first and after a change, growing with the seconds since the last one (`settled`): the
    end of a training of five minutes is seen within three seconds. `chance` (0 to 1) takes up to a
    tenth off, so that many steps do not look in step.
    """
    return min(longest, max(0.5, settled / 100)) * (0.9 + 0.1 * chance)


def courtesy(remaining: float, longest: float) -> float:
    """Return the seconds between two looks that an account's other jobs call for.

    None while it may send a thousand requests or more at once, `longest` when it may send none:
    so that many steps at once share what is left before any is refused.
    """
    return longest * max(0.0, 1 - remaining / _PLENTY)


class Follower:
    """Follows one training."""

    def __init__(
        self,
        replicate: Replicate,
        runner: Runner,
        clock: Clock,
        guard: TrainingGuard,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._replicate = replicate
        self._runner = runner
        self._clock = clock
        self._custody = guard
        self._chance = chance

    def follow(
        self, training: Training, longest: float, timeout: float, log_file: LogFile | None
    ) -> Training:
        """Return the training as it ended.

        `longest` is the most seconds between two looks, `timeout` the most in all. Raises
        `TimedOut`, and `ContactLost` where the service no longer says how it goes.
        """
        log, status = RemoteLog(), ""
        began = changed = self._clock.now()
        while True:
            self._custody.see(training)
            self._show(log, training, log_file)
            if training.status != status:
                status, changed = training.status, self._clock.now()
                self._runner.say(f"[{_age(changed - began)}] {status}")
            if training.ended:
                return training
            now = self._clock.now()
            if now - began >= timeout:
                training = self._custody.timed_out(timeout)
                continue
            nap = max(
                poll_interval(now - changed, longest, self._chance()),
                courtesy(self._replicate.remaining, longest),
            )
            self._clock.sleep(min(nap, timeout - (now - began)))
            training = self._look(training, began + timeout)

    def _look(self, training: Training, limit: float) -> Training:
        """Return the training as it is, or as it was where the limit comes before an answer."""
        left = limit - self._clock.now()
        try:
            patient = self._replicate.patiently(min(_OUTAGE, max(left, 5.0)))
            return patient.training(training.id)
        except ReplicateError as error:
            if error.transient and left <= _OUTAGE:
                self._clock.sleep(max(0.0, limit - self._clock.now()))
                return training
            raise ContactLost(
                f"Training {training.id} can no longer be followed: {error.what}",
                why=f"It was {training.status} when it was last seen, and it may go on.",
                fix=f"Follow it with mode: wait and training-id: {training.id}. The post step "
                "cancels it if Replicate answers by then, unless on-cancel is leave.",
                link=links.training_page(training),
            ) from error

    def _show(self, log: RemoteLog, training: Training, log_file: LogFile | None) -> None:
        news = log.news(training.logs)
        self._runner.relay(log.lines(news, ended=training.ended))
        if log_file:
            log_file.write(news)


def _age(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
