"""Charts of metrics in Mermaid, and their text; `tests/browser` draws them for real."""

import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate_train.metrics.collector import Metrics
from replicate_train.metrics.series import Series
from replicate_train.report.chart import LINE, TEXT, chart, charts

NUMBER = re.compile(r"-?\d+(\.\d+)?")


def series(*values: float, every: int | None = 100) -> Series:
    made = Series()
    for number, value in enumerate(values):
        made.add(value, None if every is None else number * every)
    return made


def drawn(text: str) -> dict[str, list[float]]:
    """Return the numbers of a chart: its axes and its line."""
    fence, theme, kind, x, y, line, end, blank, _said = text.split("\n")
    assert (fence, kind, end, blank) == ("```mermaid", "xychart-beta", "```", "")
    json.loads(theme.removeprefix("%%{init: ").removesuffix("}%%"))
    found = {}
    for row in (x, y, line):
        name, _, rest = row.strip().partition(" ")
        words = re.sub(r'"[^"]*" ', "", rest).strip("[]").replace(" --> ", ", ").split(", ")
        assert all(NUMBER.fullmatch(word) for word in words), words
        found[name] = [float(word) for word in words]
    return found


def test_a_curve_has_a_chart_and_a_sentence() -> None:
    text = chart(series(0.55, 0.4, 0.2, 0.21), "loss")
    assert drawn(text) == {
        "x-axis": [0, 300],
        "y-axis": [0, 0.5675],
        "line": [0.55, 0.4, 0.2, 0.21],
    }
    assert text.endswith("Loss: 0.55 at the start, **0.21** at the end (best 0.2 at step 200)")
    assert 'x-axis "step" 0 --> 300' in text
    assert 'y-axis "loss" 0 --> 0.5675' in text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((), ""),
        ((0.5,), "Loss: **0.5**"),
        ((0.5, 0.25), "Loss: 0.5 at the start, **0.25** at the end (best 0.25 at step 100)"),
        ((math.nan,), "Loss: 1 value NaN or infinite"),
        ((0.5, math.nan, math.inf), "Loss: **0.5**, 2 values NaN or infinite"),
        (
            (1e20, 1e20, 2e20),
            "Loss: 1e+20 at the start, **2e+20** at the end (best 1e+20 at step 0)",
        ),
        (
            (1e-12, 1e-12, 2e-12),
            "Loss: 1e-12 at the start, **2e-12** at the end (best 1e-12 at step 0)",
        ),
    ],
)
def test_what_cannot_be_drawn_is_a_sentence(values: tuple[float, ...], said: str) -> None:
    assert chart(series(*values), "loss") == said


def test_values_without_steps_name_none() -> None:
    text = chart(series(3.0, 2.0, 1.0, every=None), "loss")
    assert "    x-axis 1 --> 3\n" in text
    assert text.endswith("Loss: 3 at the start, **1** at the end (best 1)")


def test_the_best_accuracy_is_the_highest() -> None:
    text = chart(series(0.5, 0.9, 0.8), "eval_accuracy")
    assert text.endswith(
        "Eval accuracy: 0.5 at the start, **0.8** at the end (best 0.9 at step 100)"
    )


def test_all_points_at_one_step_are_no_curve() -> None:
    assert "```" not in chart(series(3.0, 2.0, 1.0, every=0), "loss")


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        ((1.0, 1.0, 1.0), 0.9, 1.1),
        ((0.0, 0.0, 0.0), 0.0, 1.0),
        ((-3.0, -3.0, -3.0), -3.3, -2.7),
        ((-2.0, 0.0, 2.0), -2.2, 2.2),
        ((4.0, 5.0, 4.5), 3.95, 5.05),
        ((2.5, 5.0, 4.5), 0.0, 5.125),
    ],
)
def test_the_y_axis_holds_the_curve(values: tuple[float, ...], low: float, high: float) -> None:
    assert drawn(chart(series(*values), "loss"))["y-axis"] == [low, high]


@pytest.mark.parametrize("every", [1, 7, 10, 100, 12_345])
@pytest.mark.parametrize("count", [3, 4, 33, 59, 61, 62, 100, 500, 5000])
def test_a_long_curve_is_resampled_and_keeps_its_course(count: int, every: int) -> None:
    values = [1 + 1 / (1 + number / 10) for number in range(count)]
    found = drawn(chart(series(*values, every=every), "loss"))
    line, (first, last) = found["line"], found["x-axis"]
    assert 3 <= len(line) <= 61
    assert (line[0], line[-1]) == (float(f"{values[0]:.4g}"), float(f"{values[-1]:.4g}"))
    step = (last - first) / (len(line) - 1)
    for place, value in enumerate(line[:-1]):
        number = round(place * step / every)
        near = values[max(0, number - count // 30 - 2) : number + count // 30 + 3]
        assert min(near) - 0.001 <= value <= max(near) + 0.001
    x, steps = first, 0
    while x <= last:  # as older releases of Mermaid count
        x, steps = x + step, steps + 1
    assert steps == len(line)


def test_a_gap_is_a_straight_line() -> None:
    gap = Series()
    for step, value in ((0, 0.0), (10, 1.0), (40, 4.0)):
        gap.add(value, step)
    line = drawn(chart(gap, "loss"))["line"]
    assert line == [place / 10 for place in range(41)]


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=200), st.integers(0, 50))
def test_any_values_make_a_chart_of_plain_decimals(values: list[float], every: int) -> None:
    text = chart(series(*values, every=every), "loss")
    if text.startswith("```"):
        found = drawn(text)
        low, high = found["y-axis"]
        assert low < high
        assert all(low <= value <= high for value in found["line"])


@pytest.mark.parametrize("name", ["", "a/b", 'a"b', "a\nb", "x" * 61, "é", "a]b", "```"])
def test_a_name_that_is_not_plain_makes_no_chart(name: str) -> None:
    assert chart(series(3.0, 2.0, 1.0), name) == ""


@pytest.mark.parametrize(
    ("names", "titles"),
    [
        (["learning_rate", "grad_norm", "loss"], ["Loss"]),
        (["accuracy", "eval_accuracy", "eval_loss", "loss"], ["Loss", "Eval loss", "Accuracy"]),
        (["eval_loss", "train_loss", "kl_loss"], ["Train loss", "Eval loss", "Kl loss"]),
        (["test_loss", "perplexity"], ["Test loss", "Perplexity"]),
        (["train/loss", "accuracy"], ["Accuracy"]),
        (["epoch", "eval_runtime", "train_steps_per_second", "v_num", "lr"], []),
        ([], []),
    ],
)
def test_the_loss_comes_first_and_at_most_two_others(names: list[str], titles: list[str]) -> None:
    metrics = Metrics(series={name: series(3.0, 2.0, 1.0) for name in names})
    assert [one.split("\n\n")[-1].partition(":")[0] for one in charts(metrics)] == titles


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("page", ["#ffffff", "#0d1117"])
@pytest.mark.parametrize(("colour", "contrast"), [(TEXT, 4.0), (LINE, 3.0)])
def test_the_colours_can_be_read_on_both_pages(page: str, colour: str, contrast: float) -> None:
    bright, dark = sorted((luminance(page), luminance(colour)), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) >= contrast
