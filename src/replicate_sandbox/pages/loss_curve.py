"""The progress and the loss that a training's log tells, as far as it tells them.

Trainers print them alike: `3000/6000 [167it/s, lr: 2.2e-03, loss: 0.1516]`, or `{'loss': 0.15}`.
"""

import itertools
import math
import re
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 160  # of the drawing, in its own units
_READ = 2_000_000  # characters from the log's end
_MOST_POINTS = 300
_BAR = re.compile(r"(\d{1,9})/(\d{1,9}) ?\[")
# Not the loss on other data: `test loss 3.85`, `val_loss=1.2`.
_LOSS = re.compile(
    r"(?<!test )(?<!val )\bloss['\"]?\s?[:=]\s?"
    r"(\d{1,9}(?:\.\d{1,20})?(?:e[+-]?\d{1,3})?)(?![\w.])"
)
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
    """At least two losses, oldest first, and where each stands: its step, or its number."""

    places: tuple[int, ...]
    losses: tuple[float, ...]

    @property
    def points(self) -> str:
        """The line, as SVG has it."""
        low, high = min(self.losses), max(self.losses)
        first = self.places[0]
        across = WIDTH / (self.places[-1] - first)
        down = HEIGHT / (high - low) if high > low else 0
        return " ".join(
            f"{(place - first) * across:.1f},{(high - loss) * down:.1f}"
            for place, loss in zip(self.places, self.losses, strict=True)
        )

    @property
    def caption(self) -> str:
        """What the line shows, in words."""
        first, last, low = self.losses[0], self.losses[-1], min(self.losses)
        return f"Loss: first {first:.4g}, last {last:.4g}, lowest {low:.4g}"


def read(log: str | None) -> tuple[Progress | None, Curve | None]:
    """Return what a log tells of the progress and the loss; None where it tells nothing."""
    progress = None
    steps: list[int] = []
    losses: list[float] = []
    for line in _LINE_END.split((log or "")[-_READ:]):
        bar = _bar(line)
        progress = bar or progress
        match = _LOSS.search(line)
        if match and math.isfinite(loss := float(match[1])):
            losses.append(loss)
            steps += [bar.step] if bar else []
    return progress, _curve(steps, losses) if len(losses) > 1 else None


def _bar(line: str) -> Progress | None:
    """Return what the last progress bar of a line says."""
    bars = _BAR.findall(line)
    step, total = map(int, bars[-1]) if bars else (0, 0)
    return Progress(step, total) if total > 0 and step <= total else None


def _curve(steps: list[int], losses: list[float]) -> Curve:
    """Return the curve, thinned evenly, over the steps if each loss has one and they rise."""
    rising = all(before < after for before, after in itertools.pairwise(steps))
    places = steps if len(steps) == len(losses) and rising else list(range(len(losses)))
    count = min(len(losses), _MOST_POINTS)
    kept = [round(number * (len(losses) - 1) / (count - 1)) for number in range(count)]
    return Curve(tuple(places[one] for one in kept), tuple(losses[one] for one in kept))
