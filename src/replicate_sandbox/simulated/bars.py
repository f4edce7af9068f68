"""Progress bars as tqdm draws them, and a loss that falls."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

_WIDTH = 10
_DRAWN = 24  # times that a bar is drawn anew


@dataclass(frozen=True)
class Tick:
    """A moment of a training: `done` of its `total` steps, after `elapsed` of `seconds`."""

    done: int
    total: int
    elapsed: float
    seconds: float
    loss: float

    @property
    def part(self) -> float:
        """The part of the steps that is done, from 0 to 1."""
        return self.done / self.total

    def bar(self, label: str, tail: str = "") -> str:
        """Return the bar with its label, and with `tail` after its rate."""
        times = f"{_clock(self.elapsed)}<{_clock(self.seconds - self.elapsed)}"
        rate = self.done / self.elapsed if self.elapsed else 0.0
        filled = ("#" * round(self.part * _WIDTH)).ljust(_WIDTH)
        return (
            f"{label}{100 * self.done // self.total:4d}%|{filled}| {self.done}/{self.total} "
            f"[{times}, {rate:.2f}it/s{tail}]"
        )


def ticks(total: int, seconds: float, seed: str, first_loss: float) -> Iterator[Tick]:
    """Yield the moments of a training; the same seed gives the same losses."""
    noise = random.Random(seed)  # noqa: S311 - it only has to look like a loss
    count = min(total, _DRAWN)
    for number in range(1, count + 1):
        part = number / count
        loss = first_loss * (0.35 + 0.65 * math.exp(-4 * part)) * noise.uniform(0.94, 1.06)
        yield Tick(round(total * part), total, seconds * part, seconds, loss)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(max(0, round(seconds)), 60)
    return f"{minutes:02d}:{rest:02d}"
