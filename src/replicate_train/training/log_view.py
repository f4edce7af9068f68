"""The training's log as the step shows it: in the job's log, fenced, and in the log file."""

from dataclasses import dataclass, field

from replicate_train.clock import Clock
from replicate_train.replicate.schemas import Training
from replicate_train.runner.commands import Runner
from replicate_train.runner.log_file import LogFile
from replicate_train.training.remote_log import RemoteLog


@dataclass
class LogView:
    """Shows what is new about one training. What fails here never ends the training."""

    runner: Runner
    clock: Clock
    log_file: LogFile | None = None
    _log: RemoteLog = field(default_factory=RemoteLog, init=False)
    _status: str = field(default="", init=False)
    _began: float | None = field(default=None, init=False)
    _warned: bool = field(default=False, init=False)

    def show(self, training: Training) -> None:
        """Show the lines and the status that were not shown before."""
        try:
            self._show(training)
        except Exception as error:  # noqa: BLE001 - the log is optional, the training is paid for
            if not self._warned:
                self._warned = True
                self.runner.warning("Training log incomplete", f"{type(error).__name__}: {error}")

    def _show(self, training: Training) -> None:
        self._began = self.clock.now() if self._began is None else self._began
        news = self._log.news(training.logs)
        self.runner.relay(self._log.lines(news, ended=training.ended))
        if training.status != self._status:
            self._status = training.status
            self.runner.say(f"[{_age(self.clock.now() - self._began)}] {training.status}")
        if self.log_file:
            self.log_file.write(news)


def _age(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
