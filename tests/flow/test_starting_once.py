"""One paid training for one intent: lost answers, lists that lag, siblings, and earlier work."""

import hashlib
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
    started,
    trainer,
)
from support.scripted import NEW_VERSION, VERSION, Script, model, ok, problem, training
from support.steps import Steps

LOST: list[httpx.Response | Exception] = [
    httpx.ReadTimeout("slow"),
    httpx.RemoteProtocolError("Server disconnected"),
    httpx.Response(502, html="<h1>Bad gateway</h1>"),
    problem(500, detail="oops"),
]
HELLO = hashlib.sha256(b"hello").hexdigest()
UPLOADED = "https://api.replicate.com/v1/files/f1"


def lost(answer: httpx.Response | Exception, *lists: httpx.Response) -> Script:
    """Return a script in which the start's answer is lost, and what the list shows after it."""
    script = started()
    script.answers[START] = [answer]
    return script.on(LIST, listed(), *lists).always(THERE, ok({"id": NEW_VERSION}))


OWN = INPUTS | {"dataset": "a.txt"}


def own_upload(steps: Steps, script: Script) -> Script:
    """Give the step a dataset to upload, so that its start is like no other."""
    (steps.workspace / "a.txt").write_text("hello")
    file = {"id": "f1", "urls": {"get": UPLOADED}, "created_at": "2026-11-01T10:00:00Z"}
    return script.on(*NO_FILES).on("POST /files", ok(file, 201))


def mine(**more: object) -> dict[str, Any]:
    return other(input=GIVEN | {"train_data": UPLOADED}) | more


@pytest.mark.parametrize("answer", [*LOST, httpx.Response(201, text="no json")], ids=str)
def test_a_start_whose_answer_was_lost_is_found_and_followed(
    steps: Steps, answer: httpx.Response | Exception
) -> None:
    script = lost(answer, listed(other())).on(LOOK, ok(training("succeeded", output=DONE)))
    done = steps.run(script, INPUTS)
    assert (done.status, done.outputs["version-id"]) == (0, NEW_VERSION)
    assert done.outputs["reused"] == "false"
    assert script.requests.count(START) == 1
    (warning,) = [one for one in done.commands if one.name == "warning"]
    assert "Another run" in warning.text


def test_an_odd_entry_of_the_list_is_no_reason_to_start_again(steps: Steps) -> None:
    script = started()
    script.answers[START] = [problem(502, detail="bad gateway")]
    listings = iter([listed()])
    odd = listed({"id": "tr1", "status": None, "input": GIVEN, "version": VERSION})
    script.always(LIST, lambda _: next(listings, odd))  # type: ignore[arg-type]
    done = steps.run(script, INPUTS)
    assert done.status == 1
    assert script.requests.count(START) == 1


def test_a_list_that_lags_is_asked_with_patience(steps: Steps) -> None:
    lists = [listed(), listed(), listed(), listed(other())]
    script = lost(LOST[0], *lists).on(LOOK, ok(training("succeeded", output=DONE)))
    assert steps.run(script, INPUTS).status == 0
    assert script.requests.count(START) == 1


def test_only_when_none_was_made_it_is_started_again(steps: Steps) -> None:
    script = lost(LOST[2], *[listed()] * 5).on(LOOK, ok(training("succeeded", output=DONE)))
    script.on(START, ok(training("starting"), 201))
    done = steps.run(script, INPUTS)
    assert done.status == 0
    assert sum(done.clock.naps) >= 30


def test_a_start_that_stays_open_says_where_to_look(steps: Steps) -> None:
    script = started()
    script.answers[START] = []
    script.always(START, problem(503, detail="down"))
    done = steps.run(script, INPUTS)
    assert "Could not confirm that the training started" in done.error
    assert "https://replicate.com/trainings" in done.error
    assert script.requests.count(START) == 3


def test_a_garbled_success_is_never_repeated(steps: Steps) -> None:
    script = lost(httpx.Response(201, text="<html>"), *[listed()] * 5)
    assert "Could not confirm" in steps.run(script, INPUTS).error
    assert script.requests.count(START) == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ConnectError("refused"),
        problem(429, detail="Request was throttled. Your rate limit resets in ~30s."),
        problem(408, detail="too slow"),
    ],
    ids=str,
)
def test_a_start_that_surely_made_nothing_is_simply_repeated(
    steps: Steps, answer: httpx.Response | Exception
) -> None:
    script = started().on(LOOK, ok(training("succeeded", output=DONE)))
    script.answers[START] = [answer, ok(training("starting"), 201)]
    assert steps.run(script, INPUTS).status == 0
    started_at = script.requests.index(LOOK)
    assert script.requests[:started_at].count(LIST) == 1


@pytest.mark.parametrize("status", [400, 401, 402, 403, 409, 413, 422])
def test_a_refused_start_is_not_repeated(steps: Steps, status: int) -> None:
    script = started()
    script.answers[START] = [problem(status, detail="no")]
    assert steps.run(script, INPUTS).status == 1


@pytest.mark.parametrize(
    "stranger",
    [
        other(version="e" * 64),
        other(input=GIVEN | {"steps": 11}),
        other(input={"steps": 10}),
        other(destination="you/other"),
    ],
)
def test_a_stranger_is_not_taken_for_the_start(steps: Steps, stranger: dict[str, Any]) -> None:
    script = lost(httpx.Response(201, text="no json"), *[listed(stranger)] * 5)
    assert "Could not confirm" in steps.run(script, INPUTS).error


def test_what_was_there_before_is_not_taken_for_the_start(steps: Steps) -> None:
    script = started().on(LIST, *[listed(other(id="old"))] * 6)
    script.answers[START] = [httpx.Response(201, text="no json")]
    assert "Could not confirm" in steps.run(script, INPUTS | {"reuse": "never"}).error


def test_a_second_signal_in_a_start_that_hangs_leads_to_the_look_up_and_the_cancel(
    steps: Steps,
) -> None:
    stop = StopSignals()

    def hanging(_: httpx.Request) -> httpx.Response:
        stop._on_signal(signal.SIGINT, None)
        stop._on_signal(signal.SIGTERM, None)
        raise AssertionError("not reached")

    script = own_upload(steps, lost(LOST[0], listed(), listed(mine())))
    script.answers[START] = [hanging]
    script.on("POST /trainings/tr1/cancel", ok(training("canceled")))
    done = steps.run(script, OWN, stop)
    assert done.status == 1
    assert done.outputs["training-id"] == "tr1"
    assert done.outputs["status"] == "canceled"


def test_a_signal_in_a_lost_start_does_not_wait_for_the_whole_patience(steps: Steps) -> None:
    stop = StopSignals()

    def lost_answer(_: httpx.Request) -> httpx.Response:
        stop._on_signal(signal.SIGINT, None)
        raise httpx.ReadError("reset")

    script = own_upload(steps, lost(LOST[0], listed(mine())))
    script.answers[START] = [lost_answer]
    script.on("POST /trainings/tr1/cancel", ok(training("canceled")))
    done = steps.run(script, OWN, stop)
    assert done.outputs["status"] == "canceled"
    assert done.clock.seconds < 4


def theirs(**more: object) -> dict[str, Any]:
    """Return a training of another run that says where it goes."""
    return other(destination="you/m") | more


def resumed(*found: dict[str, Any]) -> Script:
    return (
        Script()
        .on(TRAINER, trainer())
        .on("GET /models/you/m", ok(model()))
        .on(LIST, listed(*found))
        .always(THERE, ok({"id": NEW_VERSION}))
    )


def test_a_running_training_of_the_very_same_work_is_followed(steps: Steps) -> None:
    script = resumed(theirs()).on(
        LOOK, ok(theirs(logs="hi\n")), ok(training("succeeded", output=DONE))
    )
    done = steps.run(script, INPUTS)
    assert done.outputs["reused"] == "true"
    assert done.outputs["version-id"] == NEW_VERSION
    assert done.outputs["dataset-url"] == GIVEN["train_data"]
    assert START not in script.requests


def test_an_upload_is_compared_by_content_and_not_sent_again(steps: Steps) -> None:
    (steps.workspace / "a.txt").write_text("hello")
    file = {"id": "f1", "checksums": {"sha256": HELLO}, "urls": {"get": UPLOADED}}
    script = resumed(mine()).on("GET /files/f1", ok(file | {"metadata": {"destination": "you/m"}}))
    script.on(LOOK, ok(mine()), ok(training("succeeded", output=DONE)))
    done = steps.run(script, INPUTS | {"dataset": "a.txt"})
    assert done.outputs["reused"] == "true"
    assert done.outputs["dataset-url"] == UPLOADED
    assert done.outputs["dataset-sha256"] == HELLO


@pytest.mark.parametrize(
    "file",
    [
        {"checksums": {"sha256": "0" * 64}},
        {"checksums": {"sha256": HELLO}, "metadata": {"destination": "you/other"}},
    ],
)
def test_other_content_or_another_destination_is_other_work(
    steps: Steps, file: dict[str, Any]
) -> None:
    (steps.workspace / "a.txt").write_text("hello")
    script = (
        resumed(mine())
        .on("GET /files/f1", ok({"id": "f1", "urls": {"get": UPLOADED}} | file))
        .on(*NO_FILES)
        .on("POST /files", ok({"id": "f2", "urls": {"get": "https://x.test/f2"}}, 201))
        .on(START, ok(training("starting"), 201))
    )
    done = steps.run(script, INPUTS | {"dataset": "a.txt", "mode": "start"})
    assert done.outputs["reused"] == "false"
    sent = next(one for one in script.asked if one.method == "POST").content
    assert b'{"destination": "you/m"}' in sent


def test_what_was_taken_up_and_went_elsewhere_is_not_called_this_steps_version(
    steps: Steps,
) -> None:
    elsewhere = {"version": f"you/other:{NEW_VERSION}"}
    script = resumed(theirs()).on(LOOK, ok(theirs()), ok(training("succeeded", output=elsewhere)))
    done = steps.run(script, INPUTS)
    assert done.status == 1
    assert "you/other" in done.error
    assert "reuse: never" in done.error
    assert "version-id" not in done.outputs


def test_a_list_of_several_pages_is_read_up_to_what_was_there_before(steps: Steps) -> None:
    link = "https://api.replicate.com/v1/trainings?cursor=cD0y"
    pages = [
        ok({"next": link, "results": [other(id="s1", input={"steps": 1})]}),
        listed(other(), other(id="old")),
    ]
    script = lost(LOST[0]).on(LIST, *pages)
    script.answers[LIST][0] = listed(other(id="old", status="failed"))
    script.on(LOOK, ok(training("succeeded", output=DONE)))
    done = steps.run(script, INPUTS)
    assert done.outputs["training-id"] == "tr1"
    assert [one.url.query for one in script.asked if one.url.path.endswith("/trainings")].count(
        b"cursor=cD0y"
    ) == 1


def test_reuse_never_always_starts(steps: Steps) -> None:
    script = resumed(theirs()).on(START, ok(training("starting"), 201))
    done = steps.run(script, INPUTS | {"reuse": "never", "mode": "start"})
    assert done.outputs["reused"] == "false"


def test_a_list_that_lags_behind_an_end_leads_to_no_dead_training(steps: Steps) -> None:
    script = resumed(theirs()).on(LOOK, ok(theirs(status="canceled")))
    script.on(START, ok(training("starting", id="tr2"), 201))
    done = steps.run(script, INPUTS | {"mode": "start"})
    assert (done.outputs["training-id"], done.outputs["reused"]) == ("tr2", "false")


def ended(**more: object) -> dict[str, Any]:
    return other(status="succeeded", output={"version": f"you/m:{NEW_VERSION}"}) | more


def test_reuse_succeeded_takes_the_version_and_pays_nothing(steps: Steps) -> None:
    script = resumed(ended()).on(LOOK, ok(ended()))
    done = steps.run(script, INPUTS | {"reuse": "succeeded"})
    assert (done.status, done.outputs["version-id"]) == (0, NEW_VERSION)
    assert done.outputs["reused"] == "true"


@pytest.mark.parametrize(
    ("found", "version"),
    [
        (ended(), problem(404, detail="deleted")),
        (ended(output={"version": f"you/other:{NEW_VERSION}"}), None),
        (ended(output=None), None),
        (ended(status="failed"), None),
    ],
)
def test_a_version_that_is_gone_or_elsewhere_is_trained_again(
    steps: Steps, found: dict[str, Any], version: httpx.Response | None
) -> None:
    script = resumed(found).on(START, ok(training("starting"), 201))
    if version:
        script.on(LOOK, ok(found))
        script.always(THERE, version)
    done = steps.run(script, INPUTS | {"reuse": "succeeded", "mode": "start"})
    assert done.outputs["reused"] == "false"


def test_what_succeeded_is_not_taken_by_default(steps: Steps) -> None:
    script = resumed(ended()).on(START, ok(training("starting"), 201))
    assert steps.run(script, INPUTS | {"mode": "start"}).outputs["reused"] == "false"


def test_a_model_whose_creation_was_not_confirmed_is_found(steps: Steps) -> None:
    script = Script().on("GET /models/you/m", problem(404), ok(model()))
    script.on("GET /account", ok({"type": "user", "username": "you"}))
    script.on("GET /hardware", ok([{"sku": "gpu-t4", "name": "T4"}]))
    script.on("POST /models", httpx.Response(201, text="{"), problem(409, detail="exists"))
    done = steps.run(script, INPUTS | {"mode": "create"})
    assert (done.status, done.outputs["model-created"]) == (0, "true")


def test_another_training_of_the_very_same_work_is_named(steps: Steps) -> None:
    script = resumed(theirs(id="tr1"), theirs(id="twin"))
    script.on(LOOK, ok(theirs()), ok(training("succeeded", output=DONE)))
    done = steps.run(script, INPUTS)
    assert done.outputs["training-id"] == "tr1"
    assert "https://replicate.com/p/twin" in done.log


def test_of_several_that_may_be_its_own_the_one_made_after_the_start_is_followed(
    steps: Steps,
) -> None:
    date = {"date": "Sun, 01 Nov 2026 10:00:00 GMT"}
    before = other(id="tr0", created_at="2026-11-01T09:59:58Z")
    after = other(id="tr1", created_at="2026-11-01T10:00:02Z")
    script = lost(LOST[0], listed(before), listed(after, before))
    script.answers[LIST][0].headers.update(date)  # type: ignore[union-attr]
    script.on(LOOK, ok(training("succeeded", output=DONE)))
    done = steps.run(script, INPUTS)
    assert (done.status, done.outputs["training-id"]) == (0, "tr1")


def test_of_two_with_its_own_upload_the_first_is_its_own(steps: Steps) -> None:
    (steps.workspace / "a.txt").write_text("hello")
    mine = other(id="tr1", input=GIVEN | {"train_data": UPLOADED})
    script = started().on(*NO_FILES)
    script.on("POST /files", ok({"id": "f1", "urls": {"get": UPLOADED}}, 201))
    script.answers[START] = [httpx.ReadTimeout("slow")]
    script.on(LIST, listed()).always(LIST, listed(mine | {"id": "tr2"}, mine))
    script.on(LOOK, ok(training("succeeded", output=DONE)))
    script.on("POST /trainings/tr2/cancel", ok(training("canceled", id="tr2")))
    done = steps.run(script, INPUTS | {"dataset": "a.txt"})
    assert (done.status, done.outputs["training-id"]) == (0, "tr1")
