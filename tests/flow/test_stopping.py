"""A signal at any moment: what becomes of the training, and what is said of it."""

import signal

import httpx
import pytest

from replicate_train.runner.signals import Stopped, StopSignals
from support.scenes import DONE, INPUTS, LOOK, START, TRAINER, started
from support.scripted import Script, ok, problem, training
from support.steps import Done, Steps

CANCEL = "POST /trainings/tr1/cancel"


def struck(answer: httpx.Response, stop: StopSignals, *numbers: int) -> object:
    """Return an answer during whose request signals arrive."""

    def answering(_: httpx.Request) -> httpx.Response:
        for number in numbers or (signal.SIGINT,):
            stop._on_signal(number, None)
        return answer

    return answering


def run(steps: Steps, script: Script, stop: StopSignals, **inputs: str) -> Done:
    done = steps.run(script, INPUTS | inputs, stop)
    assert done.status == 1
    return done


def test_while_following_the_training_is_cancelled(steps: Steps) -> None:
    stop = StopSignals()
    script = (
        started()
        .on(LOOK, struck(ok(training("processing", "hi\n")), stop))
        .on(CANCEL, ok(training("canceled")))
    )
    done = run(steps, script, stop)
    assert "SIGINT" in done.error
    assert "Training tr1 was cancelled" in done.error
    assert done.outputs["status"] == "canceled"


def test_a_signal_during_the_start_waits_for_its_answer(steps: Steps) -> None:
    stop = StopSignals()
    script = started().on(CANCEL, ok(training("canceled")))
    script.answers[START] = [struck(ok(training("starting"), 201), stop)]
    done = run(steps, script, stop)
    assert done.outputs["training-id"] == "tr1"
    assert script.requests[-1] == CANCEL


def test_on_cancel_leave_says_where_to_follow_it(steps: Steps) -> None:
    stop = StopSignals()
    script = started().on(LOOK, struck(ok(training("processing")), stop, signal.SIGTERM))
    done = run(steps, script, stop, **{"on-cancel": "leave"})
    assert "SIGTERM" in done.error
    assert "`mode: wait` and `training-id: tr1`" in done.error


def test_before_the_start_nothing_has_to_be_cancelled(steps: Steps) -> None:
    stop = StopSignals()
    script = Script().on(TRAINER, struck(problem(404), stop))
    assert "No training was started" in run(steps, script, stop).error


def test_a_cancel_that_fails_is_told_loudly(steps: Steps) -> None:
    stop = StopSignals()
    script = (
        started()
        .on(LOOK, struck(ok(training("processing")), stop))
        .always(LOOK, problem(503, detail="down"))
        .always(CANCEL, problem(500, detail="oops"))
    )
    done = run(steps, script, stop)
    assert "was sent, but not confirmed" in done.error
    assert "https://replicate.com/p/tr1" in done.error


def test_later_signals_do_not_shorten_the_clean_up(steps: Steps) -> None:
    stop = StopSignals()
    script = (
        started()
        .on(LOOK, struck(ok(training("processing")), stop))
        .on(CANCEL, struck(ok(training("canceled")), stop, signal.SIGTERM, signal.SIGINT))
    )
    assert "was cancelled" in run(steps, script, stop).error


def test_a_signal_after_the_end_still_fails_the_step(steps: Steps) -> None:
    stop = StopSignals()
    script = (
        started()
        .on(LOOK, ok(training("succeeded", output=DONE)))
        .on("PATCH /models/you/m", struck(ok({}), stop))
    )
    (steps.workspace / "R.md").write_text("hi")
    error = run(steps, script, stop, readme="R.md").error
    assert f"Version {DONE['version']} was made and stays." in error


def test_the_second_signal_breaks_out_of_a_start_that_hangs() -> None:
    stop = StopSignals()
    with stop.deferred():
        stop._on_signal(signal.SIGINT, None)
        with pytest.raises(Stopped, match="SIGTERM"):
            stop._on_signal(signal.SIGTERM, None)
