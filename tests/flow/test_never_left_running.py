"""A training is followed, cancelled, or left on purpose: the timeout and the post step."""

from dataclasses import replace
from typing import Any

import pytest

from replicate_train.job.post import run_post
from replicate_train.training.pending_start import PendingStart, digest
from support.runner_view import obeyed
from support.scenes import DONE, GIVEN, INPUTS, LIST, LOOK, listed, other, started
from support.scripted import TOKEN, URL, VERSION, HandClock, Script, ok, problem, training
from support.steps import Steps

CANCEL = "POST /trainings/tr1/cancel"


def test_the_timeout_cancels_and_says_how_to_go_on(steps: Steps) -> None:
    script = started().always(LOOK, ok(training("processing"))).on(CANCEL, ok(training("canceled")))
    done = steps.run(script, INPUTS | {"timeout": "10m"})
    assert done.status == 1
    assert "did not end within the timeout of 10m" in done.error
    assert "was cancelled" in done.error
    assert done.outputs["status"] == "canceled"
    assert 600 <= done.clock.seconds < 610


def test_the_timeout_covers_the_queue(steps: Steps) -> None:
    script = started().always(LOOK, ok(training("starting"))).on(CANCEL, ok(training("aborted")))
    assert steps.run(script, INPUTS | {"timeout": "45s"}).clock.seconds < 46


def test_the_timeout_may_leave_it(steps: Steps) -> None:
    script = started().always(LOOK, ok(training("processing")))
    done = steps.run(script, INPUTS | {"timeout": "1m", "on-timeout": "leave"})
    assert "`mode: wait` and `training-id: tr1`" in done.error
    assert done.outputs["status"] == "processing"
    assert done.state["training-settled"] == "left"


def test_a_training_that_ends_at_the_limit_has_succeeded(steps: Steps) -> None:
    ended = training("succeeded", output=DONE)
    script = started().always(LOOK, ok(training("processing"))).on(CANCEL, ok(ended))
    assert steps.run(script, INPUTS | {"timeout": "1m"}).status == 0


def test_a_timeout_in_an_outage_cancels_too(steps: Steps) -> None:
    script = started().on(LOOK, ok(training("processing"))).always(LOOK, problem(503))
    script.on(CANCEL, ok(training("canceled")))
    done = steps.run(script, INPUTS | {"timeout": "2m"})
    assert done.status == 1
    assert "did not end within the timeout of 2m" in done.error
    assert done.clock.seconds < 140


def test_what_ended_or_was_left_on_purpose_is_settled(steps: Steps) -> None:
    done = steps.run(started(), INPUTS | {"mode": "start"})
    assert done.state["training-id"] == "tr1"
    assert done.state["training-settled"] == "left"


EXPECTED = PendingStart(
    VERSION, "you/m", tuple(GIVEN), digest(GIVEN, GIVEN), ("old",), exclusive=True
).as_text()


def post(script: Script, capsys: pytest.CaptureFixture[str], **environ: str) -> tuple[int, str]:
    given = {"api-token": TOKEN, "api-url": URL, **INPUTS}
    environment = {f"INPUT_{name.upper()}": value for name, value in given.items()}
    status = run_post({**environment, **environ}, HandClock(), script)
    assert not script.breaches
    return status, capsys.readouterr().out


def test_the_post_step_cancels_what_was_left_behind(capsys: pytest.CaptureFixture[str]) -> None:
    script = Script().on(LOOK, ok(training("processing"))).on(CANCEL, ok(training("canceled")))
    status, log = post(script, capsys, **{"STATE_training-id": "tr1"})
    assert status == 0
    assert {one.name for one in obeyed(log)} == {"add-mask", "warning"}
    assert "so the training was cancelled" in log


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"STATE_training-id": ""},
        {"STATE_training-id": "tr1", "STATE_training-settled": "ended"},
        {"STATE_training-id": "tr1", "STATE_training-settled": "left"},
    ],
)
def test_the_post_step_is_silent_when_there_is_nothing_to_do(
    capsys: pytest.CaptureFixture[str], state: dict[str, str]
) -> None:
    assert post(Script(), capsys, **state) == (0, "")


def test_the_post_step_leaves_what_has_ended(capsys: pytest.CaptureFixture[str]) -> None:
    script = Script().on(LOOK, ok(training("succeeded")))
    status, log = post(script, capsys, **{"STATE_training-id": "tr1"})
    assert (status, [one.name for one in obeyed(log)]) == (0, ["add-mask"])


def test_the_post_step_leaves_what_on_cancel_leaves(capsys: pytest.CaptureFixture[str]) -> None:
    script = Script().on(LOOK, ok(training("processing")))
    state = {"STATE_training-id": "tr1", "INPUT_ON-CANCEL": "leave"}
    status, log = post(script, capsys, **state)
    assert status == 0
    assert "left running" in log


@pytest.mark.parametrize("answer", [problem(401, detail="no"), problem(503, detail="down")])
def test_the_post_step_never_turns_a_job_red(
    capsys: pytest.CaptureFixture[str], answer: object
) -> None:
    script = Script().always(LOOK, answer).always(CANCEL, answer)
    status, log = post(script, capsys, **{"STATE_training-id": "tr1"})
    assert status == 0
    assert "may still be running" in log


def test_the_post_step_names_the_inputs_that_are_not_valid(
    capsys: pytest.CaptureFixture[str],
) -> None:
    state = {"STATE_training-id": "tr1", "INPUT_TIMEOUT": "soon"}
    _, log = post(Script(), capsys, **state)
    assert "1 input is not valid (timeout: must be a duration such as `45s`" in log


def test_the_post_step_finds_what_a_step_that_was_killed_in_its_start_began(
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = Script().on(LIST, listed(), listed(other(), other(id="old"))).on(LOOK, ok(other()))
    script.on(CANCEL, ok(training("canceled")))
    status, log = post(script, capsys, **{"STATE_training-expected": EXPECTED})
    assert status == 0
    assert "training tr1" in log


@pytest.mark.parametrize(
    "found",
    [
        [],
        [other(id="old")],
        [other(version="e" * 64)],
        [other(input={"steps": 10})],
        [other(status="succeeded")],
    ],
)
def test_the_post_step_is_silent_where_nothing_came_of_the_start(
    capsys: pytest.CaptureFixture[str], found: list[dict[str, Any]]
) -> None:
    script = Script().always(LIST, listed(*found))
    status, log = post(script, capsys, **{"STATE_training-expected": EXPECTED})
    assert (status, [one.name for one in obeyed(log)]) == (0, ["add-mask"])


def test_the_post_step_cancels_both_trainings_of_a_start_that_was_sent_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = Script().on(LIST, listed(other(id="tr2"), other()))
    for name in ("tr1", "tr2"):
        script.on(f"GET /trainings/{name}", ok(other(id=name)))
        script.on(f"POST /trainings/{name}/cancel", ok(training("canceled", id=name)))
    status, log = post(script, capsys, **{"STATE_training-expected": EXPECTED})
    assert (status, log.count("so the training was cancelled")) == (0, 2)


def test_the_post_step_cancels_nothing_that_another_run_may_have_started(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shared = replace(PendingStart.from_text(EXPECTED), exclusive=False).as_text()
    script = Script().on(LIST, listed(other(id="tr2"), other(), other(id="old")))
    status, log = post(script, capsys, **{"STATE_training-expected": shared})
    assert status == 0
    assert "tr1 was left running" in log
    assert "tr2 was left running" in log


def test_the_post_step_leaves_what_another_run_started(capsys: pytest.CaptureFixture[str]) -> None:
    script = Script().on(LOOK, ok(training("processing")))
    state = {"STATE_training-id": "tr1", "STATE_training-foreign": "true"}
    status, log = post(script, capsys, **state)
    assert (status, [one.name for one in obeyed(log)]) == (0, ["add-mask", "notice"])


TWICE = {"STATE_training-resent": "true", "STATE_training-expected": EXPECTED}


def test_the_post_step_cancels_the_twin_of_what_has_ended(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The list shows it late, and `on-cancel: leave` is not about a training nobody wants."""
    ended = other(status="canceled")
    script = Script().on(LIST, listed(ended)).always(LIST, listed(other(id="tr2"), ended))
    script.on("GET /trainings/tr2", ok(other(id="tr2")))
    script.on("POST /trainings/tr2/cancel", ok(training("canceled", id="tr2")))
    state = {"STATE_training-id": "tr1", "STATE_training-settled": "ended"}
    _, log = post(script, capsys, **state, **TWICE, **{"INPUT_ON-CANCEL": "leave"})
    assert "a second training, tr2, so the training was cancelled" in log


def test_the_post_step_leaves_a_twin_that_the_step_has_cancelled(
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = Script().always(LIST, listed(other(id="tr2")))
    script.on("GET /trainings/tr2", ok(other(id="tr2", status="canceled")))
    state = {"STATE_training-id": "tr1", "STATE_training-settled": "left"}
    _, log = post(script, capsys, **state, **TWICE)
    assert [one.name for one in obeyed(log)] == ["add-mask"]


def test_the_post_step_names_once_a_twin_that_may_be_another_runs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shared = replace(PendingStart.from_text(EXPECTED), exclusive=False).as_text()
    script = Script().always(LIST, listed(other(id="tr2"), other()))
    state = {"STATE_training-id": "tr1", "STATE_training-settled": "ended"}
    _, log = post(script, capsys, **state, **TWICE | {"STATE_training-expected": shared})
    assert log.count("Possible second training") == 1
    assert "training tr2 was left running" in log


def test_the_post_step_waits_for_both_trainings_of_a_start_that_was_sent_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = Script().on(LIST, listed(other())).always(LIST, listed(other(id="tr2"), other()))
    for name in ("tr1", "tr2"):
        script.on(f"GET /trainings/{name}", ok(other(id=name)))
        script.on(f"POST /trainings/{name}/cancel", ok(training("canceled", id=name)))
    status, log = post(script, capsys, **TWICE)
    assert (status, log.count("so the training was cancelled")) == (0, 2)


def test_the_post_step_that_cannot_look_for_a_twin_says_where_to_look(
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = Script().always(LIST, problem(401, detail="no"))
    state = {"STATE_training-id": "tr1", "STATE_training-settled": "ended"}
    _, log = post(script, capsys, **state, **TWICE)
    assert "Open https://replicate.com/trainings and cancel it" in log


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"known": 1, "secret_inputs": []}'])
def test_the_post_step_says_so_where_its_state_is_damaged(
    capsys: pytest.CaptureFixture[str], text: str
) -> None:
    status, log = post(Script(), capsys, **{"STATE_training-expected": text})
    assert status == 0
    assert "https://replicate.com/trainings" in log
    assert "the state that the step saved cannot be read. Open" in log
