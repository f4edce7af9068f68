"""The metrics of a whole log, line by line.

A log has other progress bars than the training's: downloads, samples, evaluations. A bar with a
loss is surely the training's, one that is named for something else is not, and of the rest the one
with the most steps is taken.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from replicate_train.metrics.lines import read_line
from replicate_train.metrics.reading import Reading, is_evaluation
from replicate_train.metrics.series import Series

MAX_NAMES = 20
_MAX_LINES = 20_000  # of a whole log, whose numbers are read
_MAX_CHARS = 20_000_000  # at the end of a whole log
_LINE_END = re.compile(r"\r\n|\r|\n")
_OTHER = re.compile(
    r"\b(?:sampl(?:ing|es?)|generating|loading|downloading|fetching|cach(?:ing|e)|sanity|val"
    r"|eval(?:uating|uation)?|valid(?:ating|ation)?|map|filter|tokeniz(?:ing|er)|extracting"
    r"|unpacking|saving|uploading|inference|predicting|prepar(?:ing|ation)|preprocessing|encoding"
    r"|processing|quantizing|denoising|images?|latents?|files?)\b"
)
# How surely a progress is the training's.
_OTHERS, _UNNAMED, _OTHERS_WITH_LOSS, _WITH_LOSS = range(4)


@dataclass
class Metrics:
    """What a log said so far, in bounded memory: at most `MAX_NAMES` series."""

    series: dict[str, Series] = field(default_factory=dict)
    _step: int | None = None
    _total: int | None = None
    _epoch: float | None = None
    _epochs: int | None = None
    _per_second: float | None = None
    _seconds_left: float | None = None
    _values: dict[str, float] = field(default_factory=dict)
    _certainty: int = _OTHERS
    _before: int = 0  # steps of the bars that ended before the one that runs

    @classmethod
    def of(cls, log: str) -> Self:
        """Return the metrics of a whole log: of a very long one, of some of its lines."""
        metrics, lines = cls(), _LINE_END.split(log[-_MAX_CHARS:])
        for line in lines[:: 1 + len(lines) // _MAX_LINES]:
            metrics.add(line)
        return metrics

    @property
    def latest(self) -> Reading:
        """What is known now, of all lines together; `values` has the last value of each name."""
        return Reading(
            self._step,
            self._total,
            self._epoch,
            self._epochs,
            self._per_second,
            self._left(),
            dict(self._values),
        )

    def add(self, line: str) -> None:
        """Take in one line, or one state of a progress bar."""
        reading = read_line(line)
        if reading is None:
            return
        if not self._concerns(reading):
            self._keep({k: v for k, v in reading.values.items() if is_evaluation(k)})
            return
        if reading.step is not None or reading.total is not None:
            self._advance(reading)
        self._epoch = self._epoch if reading.epoch is None else reading.epoch
        self._epochs = reading.epochs or self._epochs
        self._keep(reading.values)

    def _concerns(self, reading: Reading) -> bool:
        """Tell whether a reading is about the training, and remember how surely one is."""
        if reading.step is None:
            if self._step is not None and reading.loss is not None:
                self._certainty = _WITH_LOSS  # the bar that runs is the training's
            return True
        if reading.total is None:
            return self._total is None or reading.step <= self._total
        with_loss = _OTHERS if reading.loss is None else _OTHERS_WITH_LOSS
        certainty = with_loss + (_OTHERS if _is_other(reading.label) else _UNNAMED)
        if certainty and reading.total == self._total:
            self._certainty = max(certainty, self._certainty)
            return True
        if certainty < max(self._certainty, _UNNAMED):
            return False
        if certainty == self._certainty == _UNNAMED and not self._outdone_by(reading.total):
            return False
        if certainty > self._certainty:
            self._step = self._total = None  # that was another bar
        self._certainty = certainty
        return True

    def _outdone_by(self, total: int) -> bool:
        """Tell whether another bar of the same certainty takes over."""
        return self._total is None or total > self._total or self._step == self._total

    def _advance(self, reading: Reading) -> None:
        step = reading.step
        if step is not None and self._step is not None and step < self._step:
            self._before += self._step  # a bar for each epoch begins anew
        self._step = self._step if step is None else step
        self._total = reading.total or self._total
        self._per_second = reading.per_second or self._per_second
        self._seconds_left = reading.seconds_left

    def _left(self) -> float | None:
        """Return the seconds left, as the log says or as its rate has it."""
        if self._seconds_left is not None or not (self._per_second and self._total):
            return self._seconds_left
        return (self._total - (self._step or 0)) / self._per_second

    def _keep(self, values: Mapping[str, float]) -> None:
        step = None if self._step is None else self._before + self._step
        for name, value in values.items():
            series = self.series.get(name)
            if series is None and len(self.series) < MAX_NAMES:
                series = self.series[name] = Series()
            if series is not None:
                series.add(value, step)
                self._values[name] = value


@lru_cache(maxsize=64)
def _is_other(label: str) -> bool:
    return bool(_OTHER.search(label))
