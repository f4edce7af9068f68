"""Progress bars as tqdm draws them: ` 50%|#####     | 100/200 [01:20<01:20,  1.25it/s, loss=0.4]`.

The percentage and the bar may be missing: another line may have been written over them.
"""

import re

from replicate_train.metrics import pairs
from replicate_train.metrics.reading import Reading

_CORE = re.compile(r"(\d{1,12})/(\d{1,12})\s{0,4}\[([^\[\]]{0,400})")
_DRAWN = re.compile(r"\s{0,8}\d{1,3}%\|[^|]{0,300}\|\s{0,8}$|\|\s{0,8}$")
_TIMES = re.compile(r"\d:\d\d<(?:(?:(\d{1,4}) days?, )?(\d{1,4}(?::\d\d){1,2})|\?)")
_RATE = re.compile(r"(?:(\d{1,12}(?:\.\d{1,6})?)|\?)\s?([a-z]{0,20})/(s|[a-z]{1,20})(?![\w/])")
_BYTES = re.compile(r"[kmgt]?i?b")
_STEPS = frozenset({"", "it", "its", "step", "steps"})


def read_bar(line: str) -> Reading | None:
    """Return what the last bar of a line says; None where there is none, or not one of steps."""
    bars = list(_CORE.finditer(line))
    if not bars:
        return None
    found = bars[-1]
    before, inner = line[: found.start()], found[3]
    drawn, times, rate = _DRAWN.search(before), _TIMES.search(inner), _RATE.search(inner)
    if not (drawn or times):
        return None
    values = pairs.in_postfix(inner)
    if not _counts_steps(rate, values):
        return None
    step, total = int(found[1]), int(found[2])
    if total == 0 or step > total:
        return None
    return Reading(
        step=step,
        total=total,
        per_second=_per_second(rate),
        seconds_left=_seconds(times[1], times[2]) if times else None,
        values=values,
        label=(before[: drawn.start()] if drawn else before).strip(),
    )


def _counts_steps(rate: re.Match[str] | None, values: dict[str, float]) -> bool:
    """Tell whether a bar's unit is steps, or another one, but bytes, beside a loss."""
    if rate is None:
        return True
    unit = rate[3] if rate[2] == "s" and rate[3] != "s" else rate[2]
    if _BYTES.fullmatch(unit):
        return False
    return unit in _STEPS or any(name.endswith("loss") for name in values)


def _per_second(rate: re.Match[str] | None) -> float | None:
    if rate is None or not rate[1] or not (number := float(rate[1])):
        return None
    return 1 / number if rate[2] == "s" and rate[3] != "s" else number


def _seconds(days: str | None, clock: str | None) -> float | None:
    if clock is None:
        return None
    seconds = 0
    for part in clock.split(":"):
        seconds = 60 * seconds + int(part)
    return float(86_400 * int(days or 0) + seconds)
