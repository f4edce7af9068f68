"""The training's log as the step shows it: in the job's log, fenced, and in the log file.

Between the folded lines of the training, lines of the step's own say how it is getting on.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from replicate_train.clock import Clock
from replicate_train.metrics.collector import Metrics
from replicate_train.metrics.progress import describe, time_span
from replicate_train.replicate.schemas import Training
from replicate_train.runner.commands import Runner
from replicate_train.runner.log_file import LogFile
from replicate_train.training.remote_log import Line, RemoteLog, last_states

_PAUSE = 30.0  # seconds between two lines about the progress
_MAX_MEASURED = 500  # lines of a look, and as many states of bars, whose numbers are read
_PAUSE_UNCHANGED = 300.0  # seconds, where the second would say the same


@dataclass
class LogView:
    """Shows what is new about one training. What fails here never ends the training.

    `metrics` is what the log says of the training's progress.
    """

    runner: Runner
    clock: Clock
    log_file: LogFile | None = None
    metrics: Metrics = field(default_factory=Metrics, init=False)
    _log: RemoteLog = field(default_factory=RemoteLog, init=False)
    _seen: Training | None = field(default=None, init=False)
    _measures: bool = field(default=True, init=False)
    _status: str = field(default="", init=False)
    _began: float | None = field(default=None, init=False)
    _said: str = field(default="", init=False)
    _said_at: float = field(default=0.0, init=False)
    _warned: bool = field(default=False, init=False)

    def show(self, training: Training) -> None:
        """Show the lines and the status that were not shown before.

        The same training again is one that could not be polled: nothing is known anew.
        """
        if training is self._seen:
            return
        self._seen = training
        try:
            self._show(training)
        except Exception as error:  # noqa: BLE001 - the log is optional, the training is paid for
            if not self._warned:
                self._warned = True
                self.runner.warning("Training log incomplete", f"{type(error).__name__}: {error}")

    def _show(self, training: Training) -> None:
        news = self._log.news(training.logs)
        lines = self._measured(self._log.lines(news, ended=training.ended), news)
        self.runner.relay(last_states(lines))
        self._say_progress(training)
        if self.log_file:
            self.log_file.write(news)

    def _measured(self, lines: Iterator[Line], news: str) -> Iterator[Line]:
        """Yield lines, and take their numbers into the metrics: of very many, some of them."""
        every = 1 + news.count("\n") // _MAX_MEASURED
        every_state = 1 + news.count("\r") // _MAX_MEASURED
        for number, line in enumerate(lines):
            if self._measures and number % (every_state if line.rewritten else every) == 0:
                try:
                    self.metrics.add(line.text)
                except Exception as error:  # noqa: BLE001 - metrics are optional, too
                    self._measures = False
                    self.runner.debug(f"The log's metrics could not be read: {error!r}")
            yield line

    def _say_progress(self, training: Training) -> None:
        """Say the status where it changed, and from time to time the progress."""
        now = self.clock.now()
        self._began = now if self._began is None else self._began
        text, changed = self._progress(training, now - self._began), training.status != self._status
        pause = _PAUSE if text != self._said else _PAUSE_UNCHANGED
        if changed or now - self._said_at >= pause:
            self._status, self._said, self._said_at = training.status, text, now
            self.runner.say(f"[{_age(now - self._began)}] {text}")

    def _progress(self, training: Training, elapsed: float) -> str:
        if training.ended:
            return training.status
        waited = f"in the queue for {time_span(elapsed)}" if elapsed >= 1 else ""
        known = waited if training.status == "starting" else describe(self.metrics.latest)
        return f"{training.status}, {known}" if known else training.status


def _age(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
