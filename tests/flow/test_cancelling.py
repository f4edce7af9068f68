"""A cancel gets its whole budget, goes before anything is printed, and is reported as it went."""

import signal

import httpx
import pytest

from replicate_train.runner.signals import StopSignals
from support.scenes import INPUTS, LOOK, started
from support.scripted import Answer, Script, ok, problem, training
from support.steps import Done, Steps

CANCEL = "POST /trainings/tr1/cancel"
CANCELED = ok(training("canceled"))


def stopped(steps: Steps, *cancels: Answer, after: Answer | None = None) -> tuple[Script, Done]:
    """Run a step that is signalled while it follows; `after` answers polls after the signal."""
    stop = StopSignals()

    def struck(_: httpx.Request) -> httpx.Response:
        stop._on_signal(signal.SIGINT, None)
        return ok(training("processing"))

    script = started().on(LOOK, struck).always(LOOK, after or problem(503))
    *first, last = cancels
    script.on(CANCEL, *first).always(CANCEL, last)
    return script, steps.run(script, INPUTS, stop)


@pytest.mark.parametrize(
    "answer",
    [
        *(problem(status, detail="no") for status in (302, 403, 404, 500, 522)),
        httpx.ReadError("reset"),
        httpx.ConnectError("refused"),
        httpx.Response(200, text="<p>"),
    ],
    ids=str,
)
def test_a_cancel_is_sent_again_whatever_it_is_answered(steps: Steps, answer: Answer) -> None:
    script, done = stopped(steps, answer, answer, CANCELED)
    assert "Training tr1 was cancelled." in done.error
    assert script.requests.count(CANCEL) == 3


def test_each_try_of_a_cancel_waits_twice_as_long_up_to_what_is_left(steps: Steps) -> None:
    script, done = stopped(steps, problem(522))
    waits = [one.extensions["timeout"]["read"] for one in script.asked if "cancel" in one.url.path]
    assert waits[:2] == [3.0, 6.0]
    assert all(wait <= 8 for wait in waits)
    assert len(waits) >= 4
    assert done.clock.seconds <= 10


@pytest.mark.parametrize("status", ["succeeded", "failed"])
def test_a_training_that_ended_before_the_cancel_is_reported_as_that(
    steps: Steps, status: str
) -> None:
    _, done = stopped(steps, ok(training(status)))
    assert f"Training tr1 had already ended: {status}." in done.error
    assert ("`mode: wait` and `training-id: tr1`" in done.error) is (status == "succeeded")


def test_a_cancel_that_was_not_confirmed_is_reported_as_that(steps: Steps) -> None:
    _, done = stopped(steps, httpx.ReadTimeout("slow"))
    assert "was sent, but not confirmed" in done.error
    assert "https://replicate.com/p/tr1" in done.error


def test_a_cancel_that_never_went_out_is_reported_as_that(steps: Steps) -> None:
    _, done = stopped(steps, httpx.ConnectError("no route to host"))
    assert "Training tr1 could not be cancelled" in done.error


def test_a_cancel_whose_answers_were_lost_is_seen_to_have_worked(steps: Steps) -> None:
    _, done = stopped(steps, httpx.ReadError("reset"), after=CANCELED)
    assert "Training tr1 was cancelled." in done.error


def test_the_end_of_a_training_that_was_asked_to_stop_is_waited_for(steps: Steps) -> None:
    script, done = stopped(steps, ok(training("processing")), after=CANCELED)
    assert "Training tr1 was cancelled." in done.error
    assert script.requests.count(CANCEL) == 1


def test_a_training_that_does_not_stop_in_time_is_named(steps: Steps) -> None:
    going = ok(training("processing"))
    _, done = stopped(steps, going, after=going)
    assert "was asked to stop, but is still processing" in done.error
    assert 7 <= done.clock.seconds <= 9


def test_the_cancel_is_sent_before_anything_is_printed(
    steps: Steps, capsys: pytest.CaptureFixture[str]
) -> None:
    printed: list[str] = []

    def cancelled(_: httpx.Request) -> httpx.Response:
        printed.append(capsys.readouterr().out)
        return CANCELED

    _, done = stopped(steps, cancelled)
    (before,) = printed
    assert before.rstrip().endswith("] starting")
    assert "Training tr1 was cancelled." in done.error


def test_a_timeout_gives_the_cancel_two_minutes(steps: Steps) -> None:
    script = started().always(LOOK, ok(training("processing"))).always(CANCEL, problem(522))
    done = steps.run(script, INPUTS | {"timeout": "1m"})
    assert "not confirmed" in done.error
    assert 170 <= done.clock.seconds <= 181
