"""What a trainer's log says of its progress: the numbers that a reader would read off."""

import math
import time
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate_train.metrics.collector import MAX_NAMES, Metrics
from replicate_train.metrics.lines import read_line
from replicate_train.metrics.progress import describe, time_span
from replicate_train.metrics.reading import Reading
from replicate_train.metrics.series import MAX_POINTS, Point, Series
from replicate_train.replicate.schemas import Training
from replicate_train.runner.commands import Runner
from replicate_train.training.log_view import LogView
from support.sample_files import training_log
from support.scripted import HandClock

BAR = "lantern:  50%|#####     | 500/1000 [06:52<07:10,  1.25it/s, lr: 4.0e-04 loss: 2.865e-01]"


def told(line: str) -> dict[str, Any]:
    """Return what a line says, without what it does not."""
    reading = read_line(line)
    assert reading is not None
    fields = {name: value for name, value in vars(reading).items() if value not in (None, {}, "")}
    fields.pop("label", None)
    return fields | fields.pop("values", {})


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        (
            BAR,
            {
                "step": 500,
                "total": 1000,
                "per_second": 1.25,
                "seconds_left": 430.0,
                "learning_rate": 4e-4,
                "loss": 0.2865,
            },
        ),
        (
            "a:  75%|#######5  | 750/1000 [24:43<1:10:54,  2.00s/it, loss: 5e-01]",
            {"step": 750, "total": 1000, "per_second": 0.5, "seconds_left": 4254.0, "loss": 0.5},
        ),
        (
            "steps:  24%|##4       | 192/800 [00:50<1 day, 0:02:39,  4it/s, avr_loss=0.113]",
            {"step": 192, "total": 800, "per_second": 4.0, "seconds_left": 86559.0, "loss": 0.113},
        ),
        ("  0%|          | 0/10 [00:00<?, ?it/s]", {"step": 0, "total": 10}),
        (
            "# PTI :step: 500, epoch: 100:  50%|##  | 500/1000 [05:01<05:00,  1.6it/s]",
            {"step": 500, "total": 1000, "epoch": 100.0, "per_second": 1.6, "seconds_left": 300.0},
        ),
        (
            "{'loss': nan, 'learning_rate': 6e-06, 'epoch': 0.5}7/10 [00:31<00:08,  2.00s/it]",
            {
                "step": 7,
                "total": 10,
                "epoch": 0.5,
                "per_second": 0.5,
                "seconds_left": 8.0,
                "loss": pytest.approx(math.nan, nan_ok=True),
                "learning_rate": 6e-6,
            },
        ),
        (
            "{'loss': 3.25, 'grad_norm': 43.5, 'learning_rate': 1e-05, 'epoch': 0.01}",
            {"epoch": 0.01, "loss": 3.25, "grad_norm": 43.5, "learning_rate": 1e-5},
        ),
        (
            "{'loss': '3.25', 'grad_norm': '43.5', 'epoch': '0.01'}",  # newer ones quote numbers
            {"epoch": 0.01, "loss": 3.25, "grad_norm": 43.5},
        ),
        (
            '{"current_steps": 10, "total_steps": 200, "loss": 0.7, "epoch": 0.1}',
            {"step": 10, "total": 200, "epoch": 0.1, "loss": 0.7},
        ),
        ("{'loss': Infinity, 'epoch': 1}", {"epoch": 1.0, "loss": math.inf}),
        ("step 100/1000 loss=0.1", {"step": 100, "total": 1000, "loss": 0.1}),
        ("Iteration 10 of 20, Loss: 1.5", {"step": 10, "total": 20, "loss": 1.5}),
        ("[Epoch 3/5] [Step 20] train_loss=0.5", {"epoch": 3.0, "epochs": 5, "step": 20}),
        ("global_step: 7 | lr=1e-4", {"step": 7, "learning_rate": 1e-4}),
        ("epoch 11/50", {"epoch": 11.0, "epochs": 50}),
        ("Epoch 2:  50%|##  | 5/10 [00:01<00:01]", {"step": 5, "total": 10, "epoch": 2.0}),
        ("  total optimization steps / steps: 1600", {"total": 1600}),
        ("# PTI :  Num Epochs = 4000", {"epochs": 4000}),
        (
            "train:  50%|#####     | 3000/6000 [167it/s, lr: 2.2e-03, loss: 0.1516]",
            {
                "step": 3000,
                "total": 6000,
                "per_second": 167.0,
                "learning_rate": 2.2e-3,
                "loss": 0.1516,
            },
        ),
        (
            "train: 100%|##########| 300/300 [loss: 0.0210, accuracy: 97.5%]",
            {"step": 300, "total": 300, "loss": 0.021, "accuracy": 0.975},
        ),
        (
            "Before: test loss 3.8505, perplexity 47.02",
            {"test_loss": 3.8505, "perplexity": 47.02},
        ),
        ("After:  test accuracy 97.5%", {"test_accuracy": 0.975}),
        ("Epoch 1:  50%|##  | 5/10 [00:01<00:01, 5.0batch/s, loss=2]", {"loss": 2.0, "step": 5}),
        ("\x1b[32mstep 3\x1b[0m: \x1b[1mloss=0.5\x1b[0m", {"step": 3, "loss": 0.5}),
        ("loss: 0.5.", {"loss": 0.5}),
        ("loss: -.5e+2", {"loss": -50.0}),
    ],
)
def test_a_line_is_read_as_a_person_reads_it(line: str, numbers: dict[str, Any]) -> None:
    read = told(line)
    assert {name: read.get(name) for name in numbers} == numbers


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Loading the model",
        "Trained 300 steps in 5.3 s",
        "seed: 42, batch_size=4",
        "#  Num batches each epoch = 5",
        "num batches per epoch: 105",
        "#  Gradient Accumulation steps = 1",
        "save every step: 100",
        "max_train_steps=1000",
        "12:30:05 started",
        "model.safetensors:  45%|####5     | 1.53G/3.44G [00:10<00:12, 150MB/s]",
        "weights.tar:  45%|####5     | 45/100 [00:10<00:12, 4.0kB/s]",
        "weights.tar:  45%|####5     | 45/100 [00:10<00:12, 4.0MiB/s]",
        "Map: 100%|##########| 1000/1000 [00:00<00:00, 5000.00 examples/s]",
        "Fetching: 100%|##########| 12/12 [00:00<00:00, 3files/s]",
        "{'learning_rate': 0.0001, 'num_train_epochs': 3, 'batch_size': 4}",
        "  images / repeats: 20",
        "found [3/4 [nested",
        "5/3 [00:01<00:01, 1it/s]",
        "loss function: mse",
        "a step forward",
        "step size: 5",
    ],
)
def test_a_line_that_says_nothing_of_the_progress_has_no_numbers(line: str) -> None:
    assert read_line(line) is None


PIECES = ["1", "1/1", " [", "%|", "|", "<", ":", "{'", "'", "=", "loss", "epoch", "step", "eval"]
HOSTILE = [*PIECES, "a", " ", ".", "-", "e1", "\x1b[", "00:00", "it/s", ",", "num epochs", "/"]


@pytest.mark.parametrize("first", ["", "loss step epoch iter ", "1/1 [00:00<00:00, ", "{'loss': "])
@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_line_takes_no_time(first: str, piece: str) -> None:
    lines = [first + (piece * 10_000)[:10_000], first + (piece + "x1") * 3_000]
    lines += [first + (piece + other) * 2_000 for other in HOSTILE]
    began = time.process_time()
    for line in lines:
        read_line(line)
    assert time.process_time() - began < 0.02 * len(lines)


@given(st.lists(st.sampled_from(HOSTILE), max_size=60).map("".join))
def test_any_line_is_read_without_an_error(line: str) -> None:
    metrics = Metrics()
    for _ in range(2):
        metrics.add(line)
    describe(metrics.latest)


def seen(log: str) -> tuple[int | None, int | None, float | None]:
    """Return the step, the total and the loss that are known at the end of a log."""
    latest = Metrics.of(log).latest
    return latest.step, latest.total, latest.values.get("loss")


SAMPLES = "Generating Samples:  50%|#####     | 1/2 [00:59<00:59, 59.22s/it]"
EVALUATION = " 50%|#####     | 10/20 [00:05<00:05,  2.0it/s]"
LOADING = "Loading checkpoint shards: 100%|##########| 3000/3000 [00:05<00:00,  2.0it/s]"
UNNAMED = " 25%|##5       | 50/200 [00:46<02:44,  3.79it/s]"


@pytest.mark.parametrize(
    ("lines", "known"),
    [
        ([BAR, SAMPLES], (500, 1000, 0.2865)),
        ([SAMPLES, BAR, SAMPLES], (500, 1000, 0.2865)),
        ([SAMPLES], (None, None, None)),
        ([LOADING, UNNAMED], (50, 200, None)),
        ([UNNAMED, LOADING, EVALUATION], (50, 200, None)),
        ([EVALUATION, UNNAMED], (50, 200, None)),
        ([UNNAMED, "{'loss': 0.5, 'epoch': 1.0}", "4/900 [00:05<00:05]"], (50, 200, 0.5)),
        ([UNNAMED, "{'eval_loss': 0.5, 'epoch': 1.0}"], (50, 200, None)),
        (["3/3 [00:01<00:00, 3it/s]", EVALUATION], (10, 20, None)),
        (["  total optimization steps: 200", EVALUATION, UNNAMED], (50, 200, None)),
        ([BAR, "a: 60%|###   | 600/1000 [06:52<06:52,  1.25it/s]"], (600, 1000, 0.2865)),
        ([BAR, "Validation: 50%|##  | 3/10 [00:01<00:01, 2it/s, loss=9]"], (500, 1000, 0.2865)),
        (["map-loader: 50%|##  | 3/10 [00:01<00:01, 2it/s, loss=9]"], (3, 10, 9.0)),
        ([BAR, "second: 50%|##  | 3/10 [00:01<00:01, 2it/s, loss=9]"], (3, 10, 9.0)),
        ([BAR, "Denoising step 5/20"], (500, 1000, 0.2865)),
        ([BAR, "step 600"], (600, 1000, 0.2865)),
        ([BAR, "step 6000"], (500, 1000, 0.2865)),
    ],
)
def test_only_the_trainings_bar_is_its_progress(
    lines: list[str], known: tuple[int | None, int | None, float | None]
) -> None:
    assert seen("\n".join(lines)) == known


def test_an_evaluations_values_are_kept_and_its_steps_are_not() -> None:
    metrics = Metrics.of(f"{BAR}\nValidation: 50%|## | 3/10 [00:01<00:01, 2it/s, val_loss=9]")
    assert metrics.series["val_loss"].points == (Point(500, 9.0),)
    assert metrics.latest.step == 500


def test_a_bar_for_each_epoch_goes_on_counting() -> None:
    bars = [
        f"Epoch {epoch}: 0%|# | {step}/10 [00:01<00:01, 2it/s, loss={step}]"
        for epoch in (0, 1)
        for step in (5, 10)
    ]
    metrics = Metrics.of("\n".join(bars))
    assert [one.x for one in metrics.series["loss"].points] == [5, 10, 15, 20]
    assert (metrics.latest.step, metrics.latest.epoch) == (10, 1.0)


@pytest.mark.parametrize(
    ("name", "known", "loss"),
    [
        ("progress-bar", "step 200 of 200 (100 %), loss 0.21, 1.2 steps/s", (2, 0.42, 0.21)),
        ("comments", "step 10 of 10 (100 %)", None),
        ("dictionaries", "step 2 of 2 (100 %), loss 2.5", (1, 2.5, 2.5)),
        (
            "two-scripts",
            "step 10 of 40 (25 %), loss 0.25, 2.0 steps/s, 15 s left",
            (1, 0.25, 0.25),
        ),
        ("samples", "step 1,000 of 1,000 (100 %), loss 0.31, 1.2 steps/s", (4, 0.5, 0.31)),
        ("not-a-number", "step 3 of 3 (100 %), loss nan, 1.5 s/step", (1, 3.5, 3.5)),
    ],
)
def test_a_whole_log_is_read(name: str, known: str, loss: tuple[int, float, float] | None) -> None:
    metrics = Metrics.of(training_log(name))
    assert describe(metrics.latest) == known
    series = metrics.series.get("loss")
    ends = series and series.first and series.last and (series.first.y, series.last.y)
    assert (series and (series.count, *(ends or ()))) == loss


def test_values_that_are_not_finite_are_counted_and_never_points() -> None:
    series = Series()
    for value in (2.0, math.nan, math.inf, -math.inf, 1.0):
        series.add(value, 10)
    assert (series.count, series.not_finite) == (2, 3)
    assert [one.y for one in series.points] == [2.0, 1.0]
    assert series.best == Point(10, 1.0)


def test_a_bar_that_is_drawn_again_adds_nothing() -> None:
    assert Metrics.of("\r".join([BAR] * 5)).series["loss"].count == 1


def test_without_steps_values_are_counted() -> None:
    metrics = Metrics.of("loss=3\nloss=3\nloss=2")
    assert metrics.series["loss"].points == ((1, 3.0), (2, 3.0), (3, 2.0))
    assert not metrics.series["loss"].by_step


@pytest.mark.parametrize("count", [1, 2, 511, 512, 513, 1023, 1025, 3000, 100_000])
def test_a_long_series_keeps_its_shape_in_bounded_memory(count: int) -> None:
    values = [math.sin(number) for number in range(count)]
    series = Series()
    for step, value in enumerate(values):
        series.add(value, step)
    points = series.points
    assert len(points) <= MAX_POINTS
    assert (points[0], points[-1]) == ((0, values[0]), (len(values) - 1, values[-1]))
    assert all(values[x] == y for x, y in points)
    gaps = {after.x - before.x for before, after in pairwise(points)}
    assert max(gaps, default=0) <= max(1, 4 * len(values) // MAX_POINTS)
    assert series.best
    assert series.highest
    assert (series.best.y, series.highest.y) == (min(values), max(values))
    assert series.count == len(values)


def test_a_log_has_at_most_twenty_names() -> None:
    metrics = Metrics()
    for number in range(100):
        metrics.add(f"1/2 [00:01<00:01, 1it/s, loss=1, a{number}=1]")
    assert len(metrics.series) == len(metrics.latest.values) == MAX_NAMES
    assert "loss" in metrics.series


@pytest.mark.parametrize(
    ("reading", "text"),
    [
        (Reading(), ""),
        (
            Reading(500, 1000, None, None, 1.21, 430.0, {"learning_rate": 1e-4, "loss": 0.28654}),
            "step 500 of 1,000 (50 %), loss 0.2865, 1.2 steps/s, 7 min left",
        ),
        (Reading(step=5), "step 5"),
        (Reading(epoch=11.0, epochs=50), "epoch 11 of 50"),
        (Reading(epoch=0.25, values={"eval_loss": 1.0}), "epoch 0.25"),
        (Reading(step=1, total=3, per_second=0.5), "step 1 of 3 (33 %), 2.0 s/step"),
        (Reading(values={"train_loss": 1e-9}), "train loss 1e-09"),
        (Reading(step=3, total=3, seconds_left=0.0), "step 3 of 3 (100 %)"),
    ],
)
def test_progress_is_said_in_words(reading: Reading, text: str) -> None:
    assert describe(reading) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0 s"),
        (0, "0 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (4254, "1 h 10 min"),
        (86_400, "1 d"),
        (100_000, "1 d 3 h"),
    ],
)
def test_a_time_span_is_rounded(seconds: float, text: str) -> None:
    assert time_span(seconds) == text


@pytest.mark.parametrize("end", ["\n", "\r"])
def test_of_a_look_with_very_many_lines_only_some_are_measured(end: str) -> None:
    text = "".join(f"step {step}/50000 loss={1 / step:.6f}{end}" for step in range(1, 50_001))
    view = LogView(Runner({}), HandClock())
    training = Training.model_construct(id="tr", status="processing", logs=text)
    with patch("replicate_train.metrics.collector.read_line", wraps=read_line) as reader:
        view.show(training)
    assert 400 <= reader.call_count <= 600
    loss = view.metrics.series["loss"]
    assert loss.first
    assert loss.last
    assert loss.first.y > 0.5
    assert loss.last.x > 49_000
