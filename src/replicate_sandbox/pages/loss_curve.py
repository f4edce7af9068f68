"""The progress and the loss that a training's log tells, as far as it tells them.

Trainers print them alike: `3000/6000 [167it/s, lr: 2.2e-03, loss: 0.1516]`, or `{'loss': 0.15}`.
"""

import math
import re
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 160  # of the drawing, in its own units
_READ = 2_000_000  # characters from the log's end
_MOST_POINTS = 300
_BAR = re.compile(r"(\d{1,9})/(\d{1,9}) ?\[")
_LOSS = re.compile(r"\bloss['\"]?\s?[:=]\s?(\d{1,9}(?:\.\d{1,12})?(?:e[+-]?\d{1,3})?)(?![\w.])")
_LINE_END = re.compile(r"[\r\n]+")


@dataclass(frozen=True)
class Progress:
    """How many steps are done, of how many."""

    step: int
    total: int

    @property
    def percent(self) -> int:
        """The part that is done."""
        return 100 * self.step // self.total


@dataclass(frozen=True)
class Curve:
    """The losses, oldest first: at least two."""

    losses: tuple[float, ...]

    @property
    def points(self) -> str:
        """The line, as SVG has it."""
        low, high = min(self.losses), max(self.losses)
        across = WIDTH / (len(self.losses) - 1)
        down = HEIGHT / (high - low) if high > low else 0
        return " ".join(
            f"{number * across:.1f},{(high - loss) * down:.1f}"
            for number, loss in enumerate(self.losses)
        )

    @property
    def caption(self) -> str:
        """What the line shows, in words."""
        first, last, low = self.losses[0], self.losses[-1], min(self.losses)
        return f"Loss: first {first:.4g}, last {last:.4g}, lowest {low:.4g}"


def read(log: str | None) -> tuple[Progress | None, Curve | None]:
    """Return what a log tells of the progress and the loss; None where it tells nothing."""
    progress, losses = None, []
    for line in _LINE_END.split((log or "")[-_READ:]):
        if bars := _BAR.findall(line):
            step, total = map(int, bars[-1])
            if total > 0 and step <= total:
                progress = Progress(step, total)
        if match := _LOSS.search(line):
            losses.append(float(match[1]))
    finite = [loss for loss in losses if math.isfinite(loss)]
    return progress, Curve(_thinned(finite)) if len(finite) > 1 else None


def _thinned(losses: list[float]) -> tuple[float, ...]:
    """Return at most so many of the losses, evenly, with the first and the last."""
    if len(losses) <= _MOST_POINTS:
        return tuple(losses)
    step = (len(losses) - 1) / (_MOST_POINTS - 1)
    return tuple(losses[round(number * step)] for number in range(_MOST_POINTS))
