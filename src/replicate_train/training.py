"""The training itself: start it once, follow it to its end."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from replicate_train import links
from replicate_train.clock import Clock
from replicate_train.custody import Custody
from replicate_train.destination import Destination
from replicate_train.errors import DestinationMissing, SightLost, StartUnknown
from replicate_train.inputs import Inputs
from replicate_train.remote_log import RemoteLog
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import (
    AnswerLost,
    Garbled,
    NotFound,
    ReplicateError,
    ServerError,
)
from replicate_train.replicate.shapes import Training
from replicate_train.runner import Runner
from replicate_train.trainer import Trainer

_OUTAGE = 660.0  # seconds that the API may be silent before a training is lost from sight


def start(
    trainer: Trainer,
    destination: Destination,
    given: Mapping[str, Any],
    inputs: Inputs,
    replicate: Replicate,
) -> Training:
    """Start the training. Never repeated: each start is paid for.

    Raises `StartUnknown` where the answer was lost, so that nobody starts a second one blindly.
    """
    try:
        return replicate.start_training(
            (trainer.owner, trainer.name, trainer.version_id),
            destination.model.full_name,
            given,
            inputs.webhook,
            inputs.webhook_events,
        )
    except (AnswerLost, Garbled, ServerError) as error:
        raise StartUnknown(
            f"The start of the training was sent and not confirmed: {error.what}",
            why="There may be a training now, and it would be paid for.",
            mend="Look at your trainings before running this job again, and cancel one that is "
            "not wanted, or follow it with mode: wait.",
            link=links.TRAININGS,
        ) from error
    except NotFound as error:
        if "destination" not in error.words:
            raise
        raise DestinationMissing(
            f"Replicate cannot train into {destination.model.full_name}: {error.detail}",
            why="The model exists, but not for a training of this token's account.",
            mend="Use a token of the model's owner.",
            link=destination.page,
        ) from error


def poll_interval(elapsed: float, longest: float) -> float:
    """Return the seconds until the next look: short at first, growing with what has elapsed."""
    return min(longest, max(0.5, elapsed / 100))


class Follower:
    """Follows one training to its end, with its log as it comes."""

    def __init__(
        self, replicate: Replicate, runner: Runner, clock: Clock, custody: Custody
    ) -> None:
        self._replicate = replicate
        self._runner = runner
        self._clock = clock
        self._custody = custody

    def follow(self, training: Training, longest: float, logs_file: Path | None) -> Training:
        """Return the training as it ended. `longest` is the most seconds between two looks.

        Raises `SightLost` where the service no longer says how it goes.
        """
        log = RemoteLog()
        began = self._clock.now()
        status = ""
        while True:
            self._custody.see(training)
            self._show(log, training, logs_file)
            if training.status != status:
                status = training.status
                self._runner.say(f"[{_age(self._clock.now() - began)}] {status}")
            if training.ended:
                return training
            self._clock.sleep(poll_interval(self._clock.now() - began, longest))
            training = self._look(training)

    def _look(self, training: Training) -> Training:
        try:
            return self._replicate.patiently(_OUTAGE).training(training.id)
        except ReplicateError as error:
            raise SightLost(
                f"Training {training.id} can no longer be followed: {error.what}",
                why=f"It was {training.status} when it was last seen, and it may go on.",
                mend=f"Follow it with mode: wait and training-id: {training.id}, or cancel it on "
                "its page.",
                link=links.training_page(training),
            ) from error

    def _show(self, log: RemoteLog, training: Training, logs_file: Path | None) -> None:
        news = log.news(training.logs)
        self._runner.relay(log.lines(news, ended=training.ended))
        if logs_file and news:
            with logs_file.open("a", encoding="utf-8", errors="replace", newline="") as file:
                file.write(self._runner.redact(news))


def _age(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
