"""A training is followed, cancelled, or left on purpose: the timeout and the post step."""

from dataclasses import replace
from typing import Any

import pytest

from replicate_train.expected import Expected, digest
from replicate_train.post import run_post
from runner_view import obeyed
from scenes import DONE, GIVEN, INPUTS, LIST, LOOK, listed, other, started
from scripted import TOKEN, URL, VERSION, HandClock, Script, ok, problem, training
from steps import Steps

CANCEL = "POST /trainings/tr1/cancel"


def test_the_timeout_cancels_and_says_how_to_go_on(steps: Steps) -> None:
    script = started().always(LOOK, ok(training("processing"))).on(CANCEL, ok(training("canceled")))
    done = steps.run(script, INPUTS | {"timeout": "10m"})
    assert done.status == 1
    assert "did not end within the timeout, 10m" in done.error
    assert "was cancelled" in done.error
    assert done.outputs["status"] == "canceled"
    assert 600 <= done.clock.seconds < 610


def test_the_timeout_covers_the_queue(steps: Steps) -> None:
    script = started().always(LOOK, ok(training("starting"))).on(CANCEL, ok(training("aborted")))
    assert steps.run(script, INPUTS | {"timeout": "45s"}).clock.seconds < 46


def test_the_timeout_may_leave_it(steps: Steps) -> None:
    script = started().always(LOOK, ok(training("processing")))
    done = steps.run(script, INPUTS | {"timeout": "1m", "on-timeout": "leave"})
    assert "mode: wait and training-id: tr1" in done.error
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
    assert "did not end within the timeout, 2m" in done.error
    assert done.clock.seconds < 140


def test_what_ended_or_was_left_on_purpose_is_settled(steps: Steps) -> None:
    done = steps.run(started(), INPUTS | {"mode": "start"})
    assert done.state["training-id"] == "tr1"
    assert done.state["training-settled"] == "left"


EXPECTED = Expected(VERSION, "you/m", digest(GIVEN, ()), (), ("old",), one_of_a_kind=True).as_text()


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
    assert "was left behind" in log


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
    assert "goes on" in log


@pytest.mark.parametrize("answer", [problem(401, detail="no"), problem(503, detail="down")])
def test_the_post_step_never_turns_a_job_red(
    capsys: pytest.CaptureFixture[str], answer: object
) -> None:
    script = Script().always(LOOK, answer)
    status, log = post(script, capsys, **{"STATE_training-id": "tr1"})
    assert status == 0
    assert "may still be running" in log


def test_the_post_step_finds_what_a_step_that_was_killed_in_its_start_began(
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = Script().on(LIST, listed(), listed(other(), other(id="old")))
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


def test_the_post_step_cancels_none_of_several_that_it_may_be(
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = Script().on(LIST, listed(other(), other(id="tr2")))
    status, log = post(script, capsys, **{"STATE_training-expected": EXPECTED})
    assert status == 0
    assert "tr1" in log
    assert "tr2" in log


def test_the_post_step_waits_for_its_own_beside_the_twin_of_another_job(
    capsys: pytest.CaptureFixture[str],
) -> None:
    twins = replace(Expected.from_text(EXPECTED), one_of_a_kind=False).as_text()
    both = listed(other(id="tr2"), other(), other(id="old"))
    script = Script().on(LIST, listed(other(), other(id="old"))).always(LIST, both)
    status, log = post(script, capsys, **{"STATE_training-expected": twins})
    assert status == 0
    assert "none was cancelled" in log
    assert "tr2" in log


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"known": 1, "secret_inputs": []}'])
def test_the_post_step_says_so_where_its_state_is_damaged(
    capsys: pytest.CaptureFixture[str], text: str
) -> None:
    status, log = post(Script(), capsys, **{"STATE_training-expected": text})
    assert status == 0
    assert "https://replicate.com/trainings" in log
