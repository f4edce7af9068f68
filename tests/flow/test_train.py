"""The main job and its variations, over a scripted Replicate and a clock moved by hand."""

import json

import httpx
import pytest

from support.scenes import (
    DONE,
    INPUTS,
    LIST,
    LOOK,
    NO_FILES,
    START,
    THERE,
    TRAINER,
    started,
    trainer,
)
from support.scripted import (
    NEW_VERSION,
    SCHEMA,
    TOKEN,
    VERSION,
    Script,
    model,
    ok,
    problem,
    training,
)
from support.steps import Steps


def test_creates_the_destination_trains_and_gives_the_version(steps: Steps) -> None:
    script = (
        Script()
        .on(TRAINER, trainer())
        .on("GET /models/you/m", problem(404, detail="nope"))
        .on("GET /account", ok({"type": "user", "username": "you"}))
        .on("GET /hardware", ok([{"sku": "gpu-t4", "name": "T4"}]))
        .on("POST /models", ok(model(), 201))
        .on(LIST, ok({"results": []}))
        .always(THERE, ok({"id": NEW_VERSION}))
        .on(START, ok(training("starting", ""), 201))
        .on(
            LOOK,
            ok(training("processing", "one\n")),
            ok(training("succeeded", "one\ntwo\n", output=DONE, metrics={"predict_time": 1.5})),
        )
    )
    done = steps.run(script, INPUTS | {"description": "A fine-tune"})
    assert done.status == 0
    assert {name: value for name, value in done.outputs.items() if name != "manifest"} == {
        "cost": "",
        "model": "you/m",
        "model-url": "https://replicate.com/you/m",
        "model-created": "true",
        "previous-version-id": "",
        "dataset-url": "https://example.com/data.jsonl",
        "dataset-sha256": "",
        "training-id": "tr1",
        "training-url": "https://replicate.com/p/tr1",
        "reused": "false",
        "status": "succeeded",
        "predict-time": "1.5",
        "total-time": "",
        "weights-url": "https://replicate.delivery/w.tar",
        "version-id": NEW_VERSION,
        "version": f"you/m:{NEW_VERSION}",
        "version-url": f"https://replicate.com/you/m/versions/{NEW_VERSION}",
    }
    assert done.state["training-id"] == "tr1"
    assert done.state["training-settled"] == "ended"
    manifest = json.loads(done.outputs["manifest"])
    assert manifest["version"] == f"you/m:{NEW_VERSION}"
    assert manifest["inputs"]["steps"] == {"value": 10, "source": "training-input"}
    for told in (
        f"✅ you/m has a new version\nyou/m:{NEW_VERSION[:12]} was trained in 1.5 s.",
        "destination created by this run",
        f"Trainer acme/trainer:{VERSION}",
        "https://example.com/data.jsonl",
    ):
        assert told in done.read
    assert [line for line in done.shown if line in {"one", "two"}] == ["one", "two"]
    assert script.body("POST /models") == {
        "owner": "you",
        "name": "m",
        "visibility": "private",
        "hardware": "gpu-t4",
        "description": "A fine-tune",
    }
    assert script.body(START) == {
        "destination": "you/m",
        "input": {"steps": 10, "train_data": "https://example.com/data.jsonl"},
    }


def test_the_owner_defaults_to_the_tokens_account(steps: Steps) -> None:
    script = (
        Script()
        .on("GET /account", ok({"type": "user", "username": "me"}))
        .on("GET /models/me/m", ok(model("me")))
    )
    done = steps.run(script, {"mode": "create", "model-name": "m"})
    assert (done.status, done.outputs["model"]) == (0, "me/m")


def test_names_are_sent_as_the_service_spells_them(steps: Steps) -> None:
    script = started().always("GET /account", ok({"type": "user", "username": "You"}))
    script.answers.pop("GET /models/you/m")
    script.on("GET /models/You/M", ok(model("You", "m")))
    done = steps.run(script, INPUTS | {"model-name": "YOU/M", "mode": "start"})
    assert done.status == 0
    assert script.body(START)["destination"] == "You/m"


def test_a_pinned_trainer_is_taken_as_it_is(steps: Steps) -> None:
    pinned = f"GET /models/acme/trainer/versions/{VERSION}"
    script = started().on(pinned, ok({"id": VERSION, "openapi_schema": SCHEMA}))
    script.answers.pop(TRAINER)
    done = steps.run(script, INPUTS | {"trainer": f"acme/trainer:{VERSION}", "mode": "start"})
    assert done.status == 0
    assert not [one for one in done.commands if one.name == "notice"]


def test_a_trainer_that_is_not_pinned_says_how_to_pin_it(steps: Steps) -> None:
    done = steps.run(started(), INPUTS | {"mode": "start"})
    assert f"to pin it: `trainer: acme/trainer:{VERSION}`" in done.log
    assert not [one for one in done.commands if one.name == "notice"]
    assert done.outputs["status"] == "starting"


def test_mode_wait_gives_the_same_outputs(steps: Steps) -> None:
    script = (
        Script()
        .on(LOOK, ok(training("processing")), ok(training("succeeded", output=DONE)))
        .on("GET /models/you/m", ok(model()))
        .on(THERE, ok({"id": NEW_VERSION}))
    )
    done = steps.run(script, {"mode": "wait", "training-id": "tr1"})
    assert done.status == 0
    assert done.outputs["version"] == f"you/m:{NEW_VERSION}"
    assert done.outputs["reused"] == "true"


def test_what_cannot_be_read_of_a_paid_training_counts_as_left_out(steps: Steps) -> None:
    odd = {"created_at": "yesterday", "metrics": [], "logs": 3, "urls": None}
    script = started()
    script.answers[START] = [ok(training("starting") | odd, 201)]
    script.on(LOOK, ok(training("succeeded", output=DONE) | odd))
    done = steps.run(script, INPUTS)
    assert (done.status, done.outputs["version-id"]) == (0, NEW_VERSION)


@pytest.mark.parametrize("version", [f"you/m:{NEW_VERSION}", NEW_VERSION])
def test_the_version_comes_with_or_without_its_model(steps: Steps, version: str) -> None:
    script = started().on(LOOK, ok(training("succeeded", output={"version": version})))
    done = steps.run(script, INPUTS)
    assert done.outputs["version"] == f"you/m:{NEW_VERSION}"


def test_a_version_that_is_not_named_is_found_on_the_destination(steps: Steps) -> None:
    versions = [
        {"id": NEW_VERSION, "created_at": "2026-11-01T10:05:00Z"},
        {"id": "a" * 64, "created_at": "2026-10-01T00:00:00Z"},
    ]
    script = (
        started()
        .on(LOOK, ok(training("succeeded", output=None)))
        .on("GET /models/you/m/versions", ok({"results": versions}))
    )
    assert steps.run(script, INPUTS).outputs["version-id"] == NEW_VERSION


def test_trained_without_a_version_is_a_failure_that_says_so(steps: Steps) -> None:
    script = (
        started()
        .on(LOOK, ok(training("succeeded", output={"weights": "https://x.example/w"})))
        .on("GET /models/you/m/versions", ok({"results": [{"id": "a" * 64}]}))
    )
    done = steps.run(script, INPUTS)
    assert done.status == 1
    assert "Version not created" in done.error
    assert "https://replicate.com/p/tr1" in done.error
    assert "version-id" not in done.outputs


@pytest.mark.parametrize("status", ["failed", "canceled", "aborted"])
def test_other_endings_fail_with_their_reason(steps: Steps, status: str) -> None:
    script = started().on(LOOK, ok(training(status, "boom\n", error="CUDA out of memory")))
    done = steps.run(script, INPUTS)
    assert done.status == 1
    assert done.outputs["status"] == status
    assert f"Training tr1 {status}" in done.error
    assert "CUDA out of memory" in done.error


def test_an_unknown_status_is_followed(steps: Steps) -> None:
    script = started().on(LOOK, ok(training("pondering")), ok(training("succeeded", output=DONE)))
    assert steps.run(script, INPUTS).status == 0


def test_the_trainers_secret_is_masked_and_never_printed(steps: Steps) -> None:
    secret = "hf_abcdefghijklmnop"
    refusal = problem(422, detail=f"the token {secret} is not valid")
    script = started()
    script.answers[START] = [refusal]
    done = steps.run(script, INPUTS | {"training-input": f"hf_token: {secret}"})
    assert done.log.count(secret) == 1
    assert f"::add-mask::{secret}" in done.log
    assert secret not in done.summary


def test_the_logs_file_has_the_whole_log_as_it_came(steps: Steps) -> None:
    script = started().on(
        LOOK,
        ok(training("processing", "a\r50%\r")),
        ok(training("succeeded", "a\r50%\r100%\nend", output=DONE)),
    )
    assert steps.run(script, INPUTS | {"logs-file": "out/train.log"}).status == 0
    assert (steps.workspace / "out/train.log").read_bytes() == b"a\r50%\r100%\nend"


def test_the_readme_becomes_the_models(steps: Steps) -> None:
    (steps.workspace / "CARD.md").write_text("# Card")
    script = (
        started()
        .on(LOOK, ok(training("succeeded", output=DONE)))
        .on("PATCH /models/you/m", ok(model()))
    )
    assert steps.run(script, INPUTS | {"readme": "CARD.md"}).status == 0
    assert script.body("PATCH /models/you/m") == {"readme": "# Card"}


def test_a_readme_that_is_refused_is_a_warning_with_advice(steps: Steps) -> None:
    (steps.workspace / "CARD.md").write_text("# Card")
    script = started().on(LOOK, ok(training("succeeded", output=DONE)))
    script.on("PATCH /models/you/m", problem(403, detail="Not yours."))
    done = steps.run(script, INPUTS | {"readme": "CARD.md"})
    assert done.status == 0
    (warning,) = [one.text for one in done.commands if one.name == "warning"]
    assert warning == (
        "PATCH /models/you/m answered 403: Not yours. The new version is not affected. "
        "Update the README on https://replicate.com/you/m, or re-run the job."
    )


def test_a_failure_without_a_reason_says_so(steps: Steps) -> None:
    done = steps.run(started().on(LOOK, ok(training("failed"))), INPUTS)
    assert "Replicate gives no reason." in done.error


def test_an_existing_destination_is_brought_up_to_date(steps: Steps) -> None:
    script = (
        Script()
        .on("GET /models/you/m", ok(model(visibility="public", description="old")))
        .on("PATCH /models/you/m", ok(model()))
    )
    wanted = {"mode": "create", "model-name": "you/m", "description": "new"}
    wanted |= {"visibility": "private"}
    done = steps.run(script, wanted)
    assert script.body("PATCH /models/you/m") == {"description": "new"}
    (warning,) = [one for one in done.commands if one.name == "warning"]
    assert "visibility" in warning.text
    assert "/settings" in warning.text


def test_a_directory_is_zipped_and_uploaded(steps: Steps) -> None:
    data = steps.workspace / "data"
    (data / ".git").mkdir(parents=True)
    (data / ".git/config").write_text("x")
    (data / "a.jsonl").write_text('{"text": "hello"}')
    url = "https://api.replicate.com/v1/files/f1"
    script = started().on(*NO_FILES).on("POST /files", ok({"id": "f1", "urls": {"get": url}}, 201))
    done = steps.run(script, INPUTS | {"dataset": "data", "mode": "start"})
    upload = next(
        one for one in script.asked if one.url.path == "/v1/files" and one.method == "POST"
    ).content
    assert b'name="content"; filename="data.zip"' in upload
    assert b"Content-Type: application/zip" in upload
    assert b"a.jsonl" in upload
    assert b"config" not in upload
    assert done.outputs["dataset-url"] == url
    assert len(done.outputs["dataset-sha256"]) == 64


def test_a_damaged_upload_is_noticed(steps: Steps) -> None:
    (steps.workspace / "a.txt").write_text("hello")
    answer = {"id": "f", "checksums": {"sha256": "0" * 64}, "urls": {"get": "https://x/f"}}
    script = started().on(*NO_FILES).always("POST /files", ok(answer, 201))
    script.answers.pop(START)
    done = steps.run(script, INPUTS | {"dataset": "a.txt"})
    assert "arrived damaged" in done.error
    assert script.requests.count("POST /files") > 1


def test_webhook_and_events_are_passed_on(steps: Steps) -> None:
    script = started()
    hooks = {"webhook": "https://example.com/h", "webhook-events": "start, completed"}
    steps.run(script, INPUTS | hooks | {"mode": "start"})
    body = script.body(START)
    assert body["webhook"] == "https://example.com/h"
    assert body["webhook_events_filter"] == ["start", "completed"]


def test_the_waits_grow_and_stay_below_the_limit(steps: Steps) -> None:
    looks = [ok(training("processing")) for _ in range(60)]
    script = started().on(LOOK, *looks, ok(training("succeeded", output=DONE)))
    naps = steps.run(script, INPUTS | {"max-poll-interval": "2s"}).clock.naps
    assert 0.45 <= naps[0] <= 0.5
    assert max(naps) <= 2


def test_the_token_stays_at_its_origin(steps: Steps) -> None:
    elsewhere = httpx.Response(302, headers={"location": "https://evil.example/v1/account"})
    script = Script().on("GET /account", elsewhere)
    done = steps.run(script, {"mode": "create", "model-name": "m"})
    assert "redirect" in done.error
    assert script.requests == ["GET /account"]


def test_a_hostile_training_makes_no_commands(steps: Steps) -> None:
    evil = (
        "::set-output name=version-id::x\r  ::add-mask::you\n x ##[add-path]/evil\n::endgroup::\n"
    )
    hostile = training("failed", evil, error="::error::\n##[set-env name=PATH]x\r::warning::y")
    done = steps.run(started().on(LOOK, ok(hostile)), INPUTS)
    assert {one.name for one in done.commands} <= {
        "add-mask",
        "group",
        "endgroup",
        "notice",
        "error",
    }
    assert len([one for one in done.commands if one.name == "error"]) == 1
    assert not [one for one in done.commands if one.name == "add-mask" and one.message == "you"]
    assert json.dumps(done.outputs).count("evil") == 0


def test_a_secret_that_straddles_two_looks_is_not_in_the_logs_file(steps: Steps) -> None:
    script = started().on(
        LOOK,
        ok(training("processing", f"a\nthe token {TOKEN[:9]}")),
        ok(training("succeeded", f"a\nthe token {TOKEN} is wrong", output=DONE)),
    )
    assert steps.run(script, INPUTS | {"logs-file": "out/train.log"}).status == 0
    assert (steps.workspace / "out/train.log").read_text() == "a\nthe token *** is wrong"


def test_a_logs_file_that_cannot_be_written_ends_no_training(steps: Steps) -> None:
    def removed(_: httpx.Request) -> httpx.Response:
        (steps.workspace / "train.log").unlink()
        return ok(training("succeeded", "a\nb\n", output=DONE))

    script = started().on(LOOK, removed)
    done = steps.run(script, INPUTS | {"logs-file": "train.log"})
    assert done.status == 0
    (warning,) = [one for one in done.commands if one.name == "warning"]
    assert "logs-file: `train.log` cannot be written: the file was removed" in warning.text
