"""The base of all that reports: labelled lines of the log, outputs, and the record."""

from replicate_train.report.record import Record
from replicate_train.runner.commands import Runner
from replicate_train.runner.text import labelled


class Reporting:
    """Writes log lines and outputs; a subclass also notes in the record what the summary needs."""

    def __init__(self, runner: Runner, record: Record) -> None:
        self._runner = runner
        self.record = record

    def _line(self, label: str, text: str) -> None:
        self._runner.say(labelled(label, text))

    def _set(self, output: str, value: str) -> None:
        self._runner.set_output(output, value)
