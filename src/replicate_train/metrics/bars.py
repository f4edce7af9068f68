"""Progress bars as tqdm draws them: ` 50%|#####     | 100/200 [01:20<01:20,  1.25it/s, loss=0.4]`.

The percentage and the bar may be missing: another line may have been written over them.
"""

import re

from replicate_train.metrics import pairs
from replicate_train.metrics.reading import Reading

_CLOCK = r"\d{1,4}(?::\d\d){1,2}"
_TIMES = rf"(?:\d{{1,4}} days?, )?{_CLOCK}<(?:(?:(\d{{1,4}}) days?, )?({_CLOCK})|\?)"
_RATE = r",?\s{0,4}(?:(\d{1,12}(?:\.\d{1,6})?)|\?)\s?([a-z]{0,20})/(s|[a-z]{1,20})(?![\w/])"
_BAR = re.compile(rf"(\d{{1,12}})/(\d{{1,12}})\s{{0,4}}\[({_TIMES})?(?:{_RATE})?([^\[\]]{{0,400}})")
_BYTES = re.compile(r"[kmgt]?i?b")
_STEPS = frozenset({"", "it", "its", "step", "steps"})


def read_bar(line: str) -> Reading | None:
    """Return what the last bar of a line says; None where there is none, or not one of steps."""
    bars = list(_BAR.finditer(line))
    if not bars:
        return None
    step, total, times, days, left, rate, unit, per, postfix = bars[-1].groups()
    before = line[: bars[-1].start()].strip()
    drawn = before.endswith("|")
    if not (drawn or times) or not 0 <= int(step) <= int(total) != 0:
        return None
    values = pairs.in_postfix(postfix)
    inverse = unit == "s" and per != "s"  # s/it
    if not _counts_steps((per if inverse else unit) or "", values):
        return None
    number = float(rate) if rate else 0.0
    return Reading(
        step=int(step),
        total=int(total),
        per_second=(1 / number if inverse else number) if number else None,
        seconds_left=_seconds(days, left) if left else None,
        values=values,
        label=_label(before) if drawn else before,
    )


def _label(drawn: str) -> str:
    """Return the text in front of a percentage and a bar."""
    percent = drawn.rfind("%|", 0, -1)
    return drawn[: max(percent, 0)].rstrip("0123456789.").strip()


def _counts_steps(unit: str, values: dict[str, float]) -> bool:
    """Tell whether a bar's unit is steps, or another one, but bytes, beside a loss."""
    if unit in _STEPS:
        return True
    return not _BYTES.fullmatch(unit) and any(name.endswith("loss") for name in values)


def _seconds(days: str | None, clock: str) -> float:
    seconds = 0
    for part in clock.split(":"):
        seconds = 60 * seconds + int(part)
    return float(86_400 * int(days or 0) + seconds)
