"""The live log: folded lines of the training, and between them how it is getting on."""

import pytest

from replicate_train.replicate.schemas import Training
from replicate_train.runner.commands import Runner
from replicate_train.training.log_view import LogView
from support.runner_view import folded, obeyed
from support.scripted import HandClock, training


def bar(step: int) -> str:
    return f"train:  50%|#  | {step}/1000 [00:50<07:00,  1.25it/s, loss: {1 / step:.3f}]"


class Look:
    """Shows a training whose log grows, over a clock that is moved by hand."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self.capture = capture
        self.clock = HandClock()
        self.runner = Runner({})
        self.view = LogView(self.runner, self.clock)
        self.log = ""

    def at(self, seconds: float, status: str, news: str = "") -> None:
        self.clock.seconds = seconds
        self.log += news
        self.view.show(Training.model_validate(training(status, self.log)))

    def page(self) -> list[tuple[str, list[str]]]:
        """Return the groups of the page, with what stands between them."""
        self.runner.end_fence()
        log = self.capture.readouterr().out.removesuffix("\n")
        return [(one.title, list(one.lines)) for one in folded(log)]

    def progress(self) -> list[str]:
        return [line for title, lines in self.page() if not title for line in lines if line]


@pytest.fixture
def look(capsys: pytest.CaptureFixture[str]) -> Look:
    return Look(capsys)


def test_progress_stands_between_the_folded_lines(look: Look) -> None:
    look.at(0, "starting")
    look.at(60, "processing", "Loading\n")
    look.at(75, "processing", f"{bar(100)}\r{bar(200)}\r")
    look.at(80, "processing", f"{bar(250)}\r")
    look.at(95, "processing", f"{bar(500)}\r{bar(501)}\r")
    look.at(130, "succeeded", "\nSaved\n")
    assert look.page() == [
        ("", ["[0:00:00] starting"]),
        ("Training log", ["Loading"]),
        ("", ["[0:01:00] processing"]),
        ("Training log", [bar(100), bar(200), bar(500)]),
        (
            "",
            ["[0:01:35] processing, step 500 of 1,000 (50 %), loss 0.002, 1.2 steps/s, 7 min left"],
        ),
        ("Training log", [bar(501), "Saved"]),
        ("", ["[0:02:10] succeeded"]),
    ]


def test_there_is_at_most_one_line_every_half_minute(look: Look) -> None:
    for seconds in range(600):
        look.at(seconds, "processing", f"{bar(seconds + 1)}\n")
    times = [line.split("]")[0] for line in look.progress()]
    assert times[:3] == ["[0:00:00", "[0:00:30", "[0:01:00"]
    assert len(times) == 20


def test_the_queue_is_said_once_a_minute(look: Look) -> None:
    for seconds in range(0, 400, 5):
        look.at(seconds, "starting")
    assert look.progress() == [
        "[0:00:00] starting",
        "[0:00:30] starting, in the queue for 30 s",
        *(
            f"[0:0{minute}:00] starting, in the queue for {minute} min"
            for minute in (1, 2, 3, 4, 5, 6)
        ),
    ]


def test_what_says_the_same_is_said_every_five_minutes(look: Look) -> None:
    for seconds in range(0, 700, 5):
        look.at(seconds, "processing", "nothing known\n")
    assert look.progress() == [f"[0:{minute:02}:00] processing" for minute in (0, 5, 10)]


def test_a_changed_status_is_said_at_once(look: Look) -> None:
    for seconds, status in enumerate(["starting", "processing", "pondering", "failed"]):
        look.at(seconds, status)
    assert [line.split("] ")[1] for line in look.progress()] == [
        "starting",
        "processing",
        "pondering",
        "failed",
    ]


def test_the_metrics_see_all_states_of_a_bar(look: Look) -> None:
    look.at(0, "processing", "".join(f"{bar(step)}\r" for step in range(1, 101)))
    look.at(1, "processing", "\n")
    series = look.view.metrics.series["loss"]
    assert (series.count, series.last) == (100, (100, 0.01))
    assert look.page()[0] == ("Training log", [bar(99)])


def test_metrics_that_fail_end_nothing(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def broken(_: object, line: str) -> None:
        calls.append(line)
        raise RecursionError("deep")

    monkeypatch.setattr("replicate_train.metrics.collector.Metrics.add", broken)
    look.at(0, "processing", "a\nb\n")
    look.runner.end_fence()
    log = look.capture.readouterr().out
    assert "\na\n" in log
    assert "\nb\n" in log
    assert calls == ["a"]
    assert [one.name for one in obeyed(log)].count("warning") == 0
    assert [one.text for one in obeyed(log) if one.name == "debug"] == [
        "The log's metrics could not be read: RecursionError('deep')"
    ]


def test_the_group_is_closed_when_the_step_says_something(look: Look) -> None:
    look.at(0, "processing")
    look.at(1, "processing", "a\n")
    look.runner.warning("ours", "x")
    look.at(2, "processing", "b\n")
    assert [title for title, _ in look.page()] == ["", "Training log", "", "Training log"]


def test_nothing_is_said_while_the_training_cannot_be_polled(look: Look) -> None:
    seen = Training.model_validate(training("processing", "step 1\n"))
    for seconds in (0, 400, 800):
        look.clock.seconds = seconds
        look.view.show(seen)
    assert look.progress() == ["[0:00:00] processing, step 1"]
