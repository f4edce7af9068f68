"""The values of one metric, in bounded memory."""

import math
from dataclasses import dataclass, field
from typing import NamedTuple

MAX_POINTS = 512


class Point(NamedTuple):
    """A value at a step, or as the x-th value where no step is known."""

    x: int
    y: float


@dataclass
class Series:
    """The values of one metric in order; `x` never decreases.

    Of more than `MAX_POINTS` values, `points` are every second, fourth, ... and the last one.
    `lowest` and `highest` are exact. Values that are not finite are only counted. `by_step` tells
    whether `x` is the training's step everywhere.
    """

    count: int = 0
    not_finite: int = 0
    by_step: bool = True
    first: Point | None = None
    last: Point | None = None
    lowest: Point | None = None
    highest: Point | None = None
    _kept: list[Point] = field(default_factory=list, repr=False)
    _stride: int = field(default=1, repr=False)

    @property
    def points(self) -> tuple[Point, ...]:
        """The values that are kept, first and last ones included."""
        missing = self._kept and self.last is not None and self._kept[-1] is not self.last
        return (*self._kept, self.last) if missing and self.last else tuple(self._kept)

    @property
    def best(self) -> Point | None:
        """The lowest value, the first one of equals."""
        return self.lowest

    def add(self, y: float, step: int | None = None) -> None:
        """Add a value; one that repeats the last, as a bar that is drawn again, is left out."""
        if not math.isfinite(y):
            self.not_finite += 1
            return
        before = self.last.x if self.last else 0
        if step is None:
            self.by_step = False
        point = Point(before + 1 if step is None else max(step, before), y)
        if step is not None and point == self.last:
            return
        self._note(point)
        if self.count % self._stride == 0:
            self._kept.append(point)
            if len(self._kept) >= MAX_POINTS:
                del self._kept[1::2]
                self._stride *= 2
        self.count += 1

    def _note(self, point: Point) -> None:
        self.first = self.first or point
        self.last = point
        self.lowest = point if self.lowest is None or point.y < self.lowest.y else self.lowest
        self.highest = point if self.highest is None or point.y > self.highest.y else self.highest
