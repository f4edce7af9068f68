"""A training's metrics as charts for the job summary: Mermaid, and a line of text below each.

GitHub renders Mermaid in Markdown. Mermaid accepts plain decimals only, and places the points of a
line at equal distances, so a series is resampled. Names are foreign text: only plain ones are used.
"""

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from replicate_train.metrics.collector import Metrics
from replicate_train.metrics.progress import number
from replicate_train.metrics.reading import is_evaluation, is_training_loss
from replicate_train.metrics.series import Point, Series
from replicate_train.runner.text import counted

LINE = "#3f83d8"  # colours that can be read on white and on black
TEXT = "#7b7f86"
_MAX_CHARTS = 3
_FEWEST_POINTS = 3
_MOST_INTERVALS = 60
_FEWEST_INTERVALS = 30
_INTERVALS = 32  # a power of two divides any distance without a rounding error
_LARGEST, _SMALLEST = 1e15, 1e-9  # that Mermaid can label
_PLAIN = re.compile(r"[A-Za-z0-9_ ]{1,60}")
_CHARTED = re.compile(
    r"(?:^|_)(?:loss|accuracy|perplexity|f1|precision|recall|auc|iou|wer|cer|bleu|rouge\w{0,2}|psnr"
    r"|ssim|fid|rewards?|score)$"
)
_HIGHER_IS_BETTER = re.compile(
    r"(?:^|_)(?:accuracy|f1|precision|recall|auc|iou|bleu|rouge\w{0,2}|psnr|ssim|rewards?|score)$"
)
_PARTS = ("xAxisLabel", "yAxisLabel", "xAxisTitle", "yAxisTitle", "title")
_LINES = ("xAxisLine", "yAxisLine", "xAxisTick", "yAxisTick")
_COLOURS = {"backgroundColor": "transparent", "plotColorPalette": LINE}
_COLOURS |= {f"{part}Color": TEXT for part in (*_PARTS, *_LINES)}
_THEME = {
    "theme": "base",
    "themeVariables": {"xyChart": _COLOURS},
    "xyChart": {"width": 860, "height": 260},
}


def charts(metrics: Metrics | None) -> list[str]:
    """Return the charts of a training: its loss first, then at most two others."""
    if metrics is None:
        return []
    names = [name for name in metrics.series if _CHARTED.search(name)]
    loss = "loss" if "loss" in names else next(filter(is_training_loss, names), "")
    ordered = sorted(names, key=lambda name: (name != loss, not _is_evaluations_loss(name)))
    drawn = (chart(metrics.series[name], name) for name in ordered)
    return [one for one in drawn if one][:_MAX_CHARTS]


def chart(series: Series, name: str) -> str:
    """Return a series as Markdown: a chart, if it has three points or more, and a line of text.

    Empty if nothing was measured, or the name is not plain.
    """
    if not _PLAIN.fullmatch(name) or not (series.count or series.not_finite):
        return ""
    said, drawn = _said(series, name), _drawn(series, name)
    return f"```mermaid\n{drawn}\n```\n\n{said}" if drawn else said


def _is_evaluations_loss(name: str) -> bool:
    return is_evaluation(name) and name.endswith("loss")


def _drawn(series: Series, name: str) -> str:
    points = series.points
    if len(points) < _FEWEST_POINTS or points[0].x == points[-1].x:
        return ""
    largest = max(abs(one.y) for one in points)
    if largest > _LARGEST or 0 < largest < _SMALLEST:
        return ""
    values = _resampled(points)
    low, high = _range(values)
    axis = '"step" ' if series.by_step else ""
    return "\n".join(
        [
            f"%%{{init: {json.dumps(_THEME)}}}%%",
            "xychart-beta",
            f"    x-axis {axis}{points[0].x} --> {points[-1].x}",
            f'    y-axis "{_title(name).lower()}" {_decimal(low)} --> {_decimal(high)}',
            f"    line [{', '.join(map(_decimal, values))}]",
        ]
    )


def _said(series: Series, name: str) -> str:
    parts = []
    if series.first and series.last and series.count > 1:
        best = series.highest if _HIGHER_IS_BETTER.search(name) else series.lowest
        at = f" at step {best.x:,}" if best and series.by_step else ""
        told = f" (best {number(best.y)}{at})" if best else ""
        parts.append(f"{number(series.first.y)} at the start")
        parts.append(f"**{number(series.last.y)}** at the end{told}")
    elif series.last:
        parts.append(f"**{number(series.last.y)}**")
    if series.not_finite:
        parts.append(f"{counted(series.not_finite, 'value')} NaN or infinite")
    return f"{_title(name)}: {', '.join(parts)}"


def _resampled(points: Sequence[Point]) -> list[float]:
    """Return the values at equal distances: means of near points, or what lies between two.

    The first and the last point stay as they are.
    """
    first, last = points[0], points[-1]
    count = _intervals(points)
    width = (last.x - first.x) / count
    near: list[list[float]] = [[] for _ in range(count + 1)]
    for x, y in points:
        near[round((x - first.x) / width)].append(y)
    means = [sum(ys) / len(ys) if ys else None for ys in near]
    values: list[float] = []
    after = 0
    for place, mean in enumerate(means):
        at = first.x + place * width
        while after < len(points) - 1 and points[after].x < at:
            after += 1
        values.append(
            _between(points[max(0, after - 1)], points[after], at) if mean is None else mean
        )
    return [first.y, *values[1:-1], last.y]


def _intervals(points: Sequence[Point]) -> int:
    """Return into how many equal parts the steps are divided.

    Older releases of Mermaid add the part up until the end is reached: a rounding error loses the
    last point.
    """
    span = points[-1].x - points[0].x
    gaps = {after.x - before.x for before, after in pairwise(points)}
    wanted = [len(points) - 1] if len(gaps) == 1 else []
    wanted += [span, *range(_MOST_INTERVALS, _FEWEST_INTERVALS - 1, -1)]
    fitting = (one for one in wanted if one <= _MOST_INTERVALS and span % one == 0)
    return next(fitting, _INTERVALS)


def _between(before: Point, after: Point, x: float) -> float:
    if after.x == before.x:
        return after.y
    return before.y + (after.y - before.y) * (x - before.x) / (after.x - before.x)


def _range(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of the y-axis: from 0 if that leaves the curve half of the room."""
    low, high = min(values), max(values)
    room = (high - low) / 20 or abs(high) / 10 or 1.0
    return 0.0 if 0 <= low <= high / 2 else low - room, high + room


def _decimal(value: float) -> str:
    """Return a number with four significant digits, without an exponent."""
    return format(Decimal(f"{value:.4g}"), "f")


def _title(name: str) -> str:
    return name.replace("_", " ").strip().capitalize()
