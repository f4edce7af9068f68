"""Whose training it is: a step cancels only what its own workflow run started."""

import hashlib
import json
import signal
from typing import Any

import httpx
import pytest

from replicate_train.runner.signals import StopSignals
from support.scenes import (
    DONE,
    GIVEN,
    INPUTS,
    LIST,
    LOOK,
    NO_FILES,
    START,
    THERE,
    TRAINER,
    listed,
    other,
)
from support.scenes import trainer as the_trainer
from support.scripted import NEW_VERSION, Script, model, ok, training
from support.steps import Done, Steps

CANCEL = "POST /trainings/tr1/cancel"
UPLOADED = "https://api.replicate.com/v1/files/f1"
OWN = INPUTS | {"dataset": "a.txt"}
SHA256 = hashlib.sha256(b"hello").hexdigest()
THIS_RUN = {
    "GITHUB_REPOSITORY": "acme/repo",
    "GITHUB_RUN_ID": "77",
    "GITHUB_JOB": "train",
    "GITHUB_RUN_ATTEMPT": "2",
}
MARK = "acme/repo/77/train"


def upload(run: str | None = MARK, destination: str = "you/m", **more: object) -> dict[str, Any]:
    marks = {"destination": destination} | ({"run": run} if run else {})
    return {
        "id": "f1",
        "name": "a.txt",
        "checksums": {"sha256": SHA256},
        "urls": {"get": UPLOADED},
        "metadata": marks,
        "created_at": "2026-11-01T09:59:50Z",
    } | more


def running(**more: object) -> dict[str, Any]:
    return other(input=GIVEN | {"train_data": UPLOADED}) | more


def script_with(*trainings: dict[str, Any]) -> Script:
    return (
        Script()
        .on(TRAINER, the_trainer())
        .on("GET /models/you/m", ok(model(latest="a" * 64)))
        .on(LIST, listed(*trainings))
        .always(LIST, listed(*trainings))
        .always(THERE, ok({"id": NEW_VERSION}))
    )


def follow(steps: Steps, file: dict[str, Any], *trainings: dict[str, Any]) -> tuple[Script, Done]:
    """Follow an existing training until a signal comes."""
    (steps.workspace / "a.txt").write_text("hello")
    stop = StopSignals()

    def struck(_: httpx.Request) -> httpx.Response:
        stop._on_signal(signal.SIGINT, None)
        return ok(running())

    script = script_with(*trainings or (running(),)).on("GET /files/f1", ok(file))
    script.on(LOOK, ok(running()), struck).always(CANCEL, ok(training("canceled")))
    return script, steps.run(script, OWN, stop, **THIS_RUN)


def test_an_upload_names_the_run_it_was_made_for(steps: Steps) -> None:
    (steps.workspace / "a.txt").write_text("hello")
    script = script_with().on(*NO_FILES).on("POST /files", ok(upload(), 201))
    script.on(START, ok(running(status="starting"), 201))
    done = steps.run(script, OWN | {"mode": "start"}, **THIS_RUN)
    assert done.status == 0
    sent = next(one for one in script.asked if one.url.path.endswith("/files") and one.content)
    assert json.dumps({"destination": "you/m", "run": MARK}).encode() in sent.content


def test_a_re_run_takes_the_training_of_an_earlier_attempt_over(steps: Steps) -> None:
    script, done = follow(steps, upload())
    assert "Training tr1 was cancelled." in done.error
    assert CANCEL in script.requests


@pytest.mark.parametrize(
    ("file", "trainings"),
    [
        (upload("acme/repo/78/train"), ()),  # another run
        (upload("acme/repo/77/other-job"), ()),
        (upload("acme/fork/77/train"), ()),
        (upload(None), ()),  # nobody knows
        # Uploads that are reused: an older training has the same one, or long ago.
        (upload(), (running(), running(id="tr0", status="failed"))),
        (upload(created_at="2026-11-01T09:49:00Z"), ()),
    ],
)
def test_what_another_run_started_is_followed_and_left(
    steps: Steps, file: dict[str, Any], trainings: tuple[dict[str, Any], ...]
) -> None:
    script, done = follow(steps, file, *trainings)
    assert done.status == 1
    assert CANCEL not in script.requests
    assert "left running" in done.error
    assert done.state["training-foreign"] == "true"
    assert done.state["training-settled"] == "left"
    assert [one for one in done.commands if one.name == "notice"]


def test_a_short_timeout_does_not_end_another_runs_training(steps: Steps) -> None:
    (steps.workspace / "a.txt").write_text("hello")
    script = script_with(running()).on("GET /files/f1", ok(upload("acme/repo/78/train")))
    script.always(LOOK, ok(running()))
    done = steps.run(script, OWN | {"timeout": "1m"}, **THIS_RUN)
    assert "did not end within the timeout" in done.error
    assert "left running" in done.error
    assert CANCEL not in script.requests


def test_by_a_plain_url_nothing_is_followed_that_does_not_name_its_destination(
    steps: Steps,
) -> None:
    script = script_with(other()).on(START, ok(training("starting", id="tr2"), 201))
    done = steps.run(script, INPUTS | {"mode": "start"}, **THIS_RUN)
    assert (done.outputs["training-id"], done.outputs["reused"]) == ("tr2", "false")


def test_by_a_plain_url_a_training_is_followed_but_never_cancelled(steps: Steps) -> None:
    stop = StopSignals()

    def struck(_: httpx.Request) -> httpx.Response:
        stop._on_signal(signal.SIGINT, None)
        return ok(other())

    theirs = other(destination="you/m")
    script = script_with(theirs).on(LOOK, ok(theirs), struck)
    done = steps.run(script, INPUTS, stop, **THIS_RUN)
    assert "content was not compared" in done.log
    assert "left running" in done.error
    assert "To cancel it, open its page." in done.error
    assert done.log.count("was left running") == 1
    assert CANCEL not in script.requests


@pytest.mark.parametrize("status", ["canceled", "aborted"])
def test_a_followed_training_that_somebody_else_ends_is_no_verdict(
    steps: Steps, status: str
) -> None:
    (steps.workspace / "a.txt").write_text("hello")
    mine = "GET /trainings/tr2"
    script = script_with(running()).on("GET /files/f1", ok(upload("acme/repo/78/train")))
    script.on(LOOK, ok(running()), ok(running(status=status)))
    script.on("POST /files", ok(upload() | {"id": "f2"}, 201))
    script.on(START, ok(training("starting", id="tr2"), 201))
    script.on(mine, ok(training("succeeded", id="tr2", output=DONE)))
    done = steps.run(script, OWN, **THIS_RUN)
    assert (done.status, done.outputs["version-id"]) == (0, NEW_VERSION)
    assert (done.outputs["training-id"], done.outputs["reused"]) == ("tr2", "false")
    assert "training-foreign" not in {name for name, it in done.state.items() if it}


def test_a_followed_training_that_fails_is_the_verdict(steps: Steps) -> None:
    (steps.workspace / "a.txt").write_text("hello")
    script = script_with(running()).on("GET /files/f1", ok(upload("acme/repo/78/train")))
    script.on(LOOK, ok(running()), ok(running(status="failed", error="out of memory")))
    done = steps.run(script, OWN, **THIS_RUN)
    assert "out of memory" in done.error


def test_a_training_that_an_id_names_counts_as_ones_own(steps: Steps) -> None:
    script = Script().always(LOOK, ok(training("processing")))
    script.on(CANCEL, ok(training("canceled")))
    inputs = {"mode": "wait", "training-id": "tr1", "timeout": "1m"}
    assert "was cancelled" in steps.run(script, inputs, **THIS_RUN).error


@pytest.mark.parametrize(
    ("file", "uses"),
    [
        (upload(), True),
        (upload("acme/repo/78/train"), False),  # its own start may still be under way
        (upload("acme/repo/78/train", created_at="2026-11-01T09:00:00Z"), True),
        (upload("acme/repo/78/train", "you/other", created_at="2026-11-01T09:00:00Z"), False),
    ],
)
def test_another_runs_upload_is_reused_only_once_its_start_is_surely_over(
    steps: Steps, file: dict[str, Any], *, uses: bool
) -> None:
    (steps.workspace / "a.txt").write_text("hello")
    earlier = listed(running(status="failed"))
    earlier.headers["date"] = "Sun, 01 Nov 2026 10:00:30 GMT"
    script = script_with().on("GET /files", ok({"results": [file | {"expires_at": None}]}))
    script.answers[LIST] = [earlier]
    script.on(START, ok(training("starting"), 201))
    if not uses:
        script.on("POST /files", ok(upload() | {"id": "f2"}, 201))
    done = steps.run(script, OWN | {"mode": "start"}, **THIS_RUN)
    assert done.status == 0
    assert ("POST /files" in script.requests) is not uses


def test_after_a_strangers_training_the_own_one_is_followed_if_it_shows(steps: Steps) -> None:
    """The start was lost, a stranger's training was taken for its own, and was then cancelled."""
    script = script_with()
    script.answers[LIST] = [listed(), listed(other())]
    script.always(LIST, listed(other(id="tr2"), other(status="canceled")))
    script.on(START, httpx.ReadError("reset")).on(LOOK, ok(other(status="canceled")))
    script.on("GET /trainings/tr2", ok(training("succeeded", id="tr2", output=DONE)))
    done = steps.run(script, INPUTS, **THIS_RUN)
    assert (done.status, done.outputs["training-id"]) == (0, "tr2")
    assert script.requests.count(START) == 1
    for name in ("tr1", "tr2"):
        assert f"training {name} appeared with the same input. Another run" in done.log


def test_a_list_that_lags_does_not_bring_the_cancelled_training_back(steps: Steps) -> None:
    script = script_with()
    script.answers[LIST] = [listed(), listed(other())]
    script.always(LIST, listed(other()))  # as if it were still running
    script.on(START, httpx.ReadError("reset"), ok(training("starting", id="tr2"), 201))
    script.on(LOOK, ok(other(status="canceled")))
    script.on("GET /trainings/tr2", ok(training("succeeded", id="tr2", output=DONE)))
    done = steps.run(script, INPUTS, **THIS_RUN)
    assert (done.status, done.outputs["training-id"]) == (0, "tr2")


def test_after_every_strangers_training_that_is_cancelled_another_one_follows(
    steps: Steps,
) -> None:
    script = script_with()
    script.answers[LIST] = [listed(), listed(other())]
    script.always(LIST, listed(other(id="tr2"), other()))
    script.on(START, httpx.ReadError("reset"), ok(training("starting", id="tr3"), 201))
    script.on(LOOK, ok(other(status="canceled")))
    script.on("GET /trainings/tr2", ok(other(id="tr2", status="aborted")))
    script.on("GET /trainings/tr3", ok(training("succeeded", id="tr3", output=DONE)))
    done = steps.run(script, INPUTS, **THIS_RUN)
    assert (done.status, done.outputs["training-id"]) == (0, "tr3")


THEIRS = "https://api.replicate.com/v1/files/f9"


def theirs(**more: object) -> dict[str, Any]:
    return other(id="tr9", input=GIVEN | {"train_data": THEIRS}) | more


def two_running(steps: Steps, *listed_now: dict[str, Any]) -> Script:
    """Return a script in which another run's newer training runs beside what the list shows."""
    (steps.workspace / "a.txt").write_text("hello")
    script = script_with(theirs(), *listed_now)
    script.on("GET /files/f9", ok(upload("acme/repo/78/train", id="f9")))
    return script


def test_of_two_identical_trainings_a_re_run_follows_its_own(steps: Steps) -> None:
    script = two_running(steps, running()).on("GET /files/f1", ok(upload()))
    script.on(LOOK, ok(running()), ok(training("succeeded", output=DONE)))
    done = steps.run(script, OWN, **THIS_RUN)
    assert (done.status, done.outputs["training-id"]) == (0, "tr1")
    assert "Training tr9 has the same inputs and dataset as tr1" in done.log


def test_after_a_cancelled_training_the_own_one_of_an_earlier_attempt_is_followed(
    steps: Steps,
) -> None:
    """The list showed it late, so another run's training was followed at first."""
    script = two_running(steps)
    script.always(LIST, listed(theirs(), running())).on("GET /files/f1", ok(upload()))
    script.on("GET /trainings/tr9", ok(theirs()), ok(theirs(status="canceled")))
    script.on(LOOK, ok(running()), ok(training("succeeded", output=DONE)))
    done = steps.run(script, OWN, **THIS_RUN)
    assert (done.status, done.outputs["training-id"]) == (0, "tr1")
    assert "training-foreign" not in {name for name, it in done.state.items() if it}
    assert "has the same inputs" not in done.log
