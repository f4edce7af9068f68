"""What goes wrong, each with its own words, and with nothing spent that need not be."""

import json

import httpx
import pytest

from support.scenes import INPUTS, LOOK, START, TRAINER, started, trainer
from support.scripted import VERSION, Script, model, ok, problem, training
from support.steps import Steps

CREATE = "POST /models"
HARDWARE = [{"sku": "cpu", "name": "CPU"}, {"sku": "gpu-t4", "name": "T4"}]


def absent() -> Script:
    """Return a script up to the creation of a destination."""
    return (
        Script()
        .on("GET /models/you/m", problem(404, detail="Not found"))
        .on("GET /account", ok({"type": "user", "username": "you"}))
        .on("GET /hardware", ok(HARDWARE))
    )


def looked() -> Script:
    """Return a script of a destination that exists."""
    return Script().on("GET /models/you/m", ok(model(latest="a" * 64)))


def create(steps: Steps, script: Script, **inputs: str) -> str:
    done = steps.run(script, {"mode": "create", "model-name": "you/m", **inputs})
    assert done.status == 1
    return done.error


@pytest.mark.parametrize(
    "answer",
    [
        problem(409, errors=[{"detail": "A model with that name and owner already exists."}]),
        problem(409, detail="Conflict"),
        problem(422, detail="Model already exists"),
    ],
)
def test_a_sibling_that_creates_it_first_is_no_error(steps: Steps, answer: httpx.Response) -> None:
    script = absent().on(CREATE, answer).on("GET /models/you/m", ok(model()))
    done = steps.run(script, {"mode": "create", "model-name": "you/m"})
    assert (done.status, done.outputs["model-created"]) == (0, "false")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (problem(403, detail="You may not do this"), "cannot create models for this owner"),
        (problem(404, detail="Not found"), "cannot create models for this owner"),
        (
            problem(422, detail="x", errors=[{"detail": "bad owner", "pointer": "/owner"}]),
            "cannot create models for this owner",
        ),
        (
            problem(422, detail="x", errors=[{"detail": "Enter a slug", "pointer": "/name"}]),
            "can contain lower-case letters, digits, `-`, `_` and `.`",
        ),
        (
            problem(422, detail="You reached the limit of 1,000 models"),
            "An account can have up to 1,000 models",
        ),
        (problem(403, detail="model limit reached"), "An account can have up to 1,000 models"),
        (problem(422, detail="hardware is not available"), "Set `hardware` to another SKU"),
    ],
)
def test_a_refused_creation_says_how_to_fix_it(
    steps: Steps, answer: httpx.Response, expected: str
) -> None:
    error = create(steps, absent().on(CREATE, answer), hardware="gpu-t4")
    assert "Replicate refused to create you/m: " in error
    assert expected in error
    assert "https://replicate.com/create" in error


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (409, "Busy"),
        (409, "A model with that name and owner already exists."),
        (422, "already exists"),
    ],
)
def test_the_name_of_a_deleted_model_stays_taken(steps: Steps, status: int, said: str) -> None:
    script = absent().on(CREATE, problem(status, detail=said))
    script.on("GET /models/you/m", problem(404, detail="Not found"))
    error = create(steps, script)
    assert "model-name: `m` was used before and stays taken on Replicate" in error
    assert "Replicate does not release the name of a deleted model. you/m does not exist" in error
    assert "Choose another `model-name`" in error
    assert f"{status}: {said}" in error
    assert script.requests.count(CREATE) == 1


def test_a_missing_model_is_not_created_against_the_workflows_will(steps: Steps) -> None:
    script = Script().on("GET /models/you/m", problem(404, detail="Not found"))
    error = create(steps, script, **{"create-model": "false"})
    assert "Model you/m does not exist" in error
    assert "`create-model` is `false`, so it is not created" in error
    assert "or set `create-model: true`" in error
    assert "https://replicate.com/create" in error


def test_unknown_hardware_lists_what_there_is(steps: Steps) -> None:
    error = create(steps, absent(), hardware="gpu-t5")
    assert (
        "hardware: `gpu-t5` is not available on Replicate. Available: cpu, gpu-t4.\n"
        "Did you mean `gpu-t4`?"
    ) in error


OPTIONS = problem(
    400,
    title="Validation failed",
    detail="The following errors occurred:\n- hardware: gpu-t4 is not a valid hardware SKU. Your "
    "options are: cpu, gpu-a100-large, gpu-l40s, gpu-l40s-2x.",
)
UNREADABLE = [
    problem(503, detail="out of order"),
    problem(404, detail="Not found"),
    httpx.Response(200, html="<p>a gateway</p>"),
    ok({"hardware": "odd"}),
    ok([]),
    httpx.ConnectError("no route to host"),
]


def absent_without_list(answer: httpx.Response | Exception) -> Script:
    script = Script().on("GET /models/you/m", problem(404, detail="Not found"))
    return script.always("GET /hardware", answer)


def sent_hardware(script: Script) -> list[str]:
    """Return the hardware of each creation that was asked for."""
    asked = zip(script.asked, script.requests, strict=True)
    return [json.loads(one.content)["hardware"] for one, name in asked if name == CREATE]


@pytest.mark.parametrize("answer", UNREADABLE)
def test_a_hardware_list_that_cannot_be_read_ends_no_step(
    steps: Steps, answer: httpx.Response | Exception
) -> None:
    script = absent_without_list(answer).on(CREATE, ok(model(), 201))
    done = steps.run(script, {"mode": "create", "model-name": "you/m"})
    assert done.status == 0
    assert sent_hardware(script) == ["gpu-t4"]
    assert "hardware: gpu-t4 (default; Replicate's hardware list could not be read)" in done.log
    assert done.clock.seconds < 15


@pytest.mark.parametrize("answer", UNREADABLE)
def test_given_hardware_is_sent_where_there_is_no_list(
    steps: Steps, answer: httpx.Response | Exception
) -> None:
    script = absent_without_list(answer).on(CREATE, ok(model(), 201))
    done = steps.run(script, {"mode": "create", "model-name": "you/m", "hardware": "gpu-t5"})
    assert done.status == 0
    assert sent_hardware(script) == ["gpu-t5"]


def test_chosen_hardware_is_the_cheapest_gpu_and_the_log_says_so(steps: Steps) -> None:
    listed = ["cpu", "gpu-h100", "gpu-l40s-2x", "gpu-l40s"]
    script = absent_without_list(ok([{"sku": sku, "name": sku} for sku in listed]))
    script.on(CREATE, ok(model(), 201))
    done = steps.run(script, {"mode": "create", "model-name": "you/m"})
    assert sent_hardware(script) == ["gpu-l40s"]
    assert script.body(CREATE)["visibility"] == "private"
    assert "hardware: gpu-l40s (cheapest GPU available; no gpu-t4)" in done.log


def test_chosen_hardware_that_is_refused_is_chosen_again_once(steps: Steps) -> None:
    script = absent().on(CREATE, OPTIONS, ok(model(), 201))
    done = steps.run(script, {"mode": "create", "model-name": "you/m"})
    assert done.status == 0
    assert sent_hardware(script) == ["gpu-t4", "gpu-l40s"]
    assert "hardware: gpu-l40s (cheapest GPU available; no gpu-t4)" in done.log


def test_a_second_refusal_of_chosen_hardware_is_an_error(steps: Steps) -> None:
    script = absent().on(CREATE, problem(422, detail="no such hardware"), OPTIONS)
    error = create(steps, script)
    assert sent_hardware(script) == ["gpu-t4", "cpu"]
    assert "Available: cpu, gpu-a100-large, gpu-l40s, gpu-l40s-2x" in error


def test_given_hardware_that_is_refused_is_an_error_with_the_options(steps: Steps) -> None:
    script = absent().on(CREATE, OPTIONS)
    error = create(steps, script, hardware="gpu-t4")
    said = "hardware: `gpu-t4` is not available on Replicate. Available: cpu, gpu-a100-large, gpu-l"
    assert said in error


def test_nothing_is_said_of_an_existing_model_that_the_workflow_does_not(steps: Steps) -> None:
    found = model(latest="a" * 64, visibility="public", hardware="gpu-h100")
    script = Script().on("GET /models/you/m", ok(found))
    done = steps.run(script, {"mode": "create", "model-name": "you/m"})
    assert done.status == 0
    assert not [one for one in done.commands if one.name in {"warning", "notice"}]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (problem(401, detail="You did not pass a valid authentication token"), "api-tokens"),
        (problem(402, detail="Payment Required"), "account/billing"),
        (problem(403, detail="Nope"), "does not have this permission"),
        (problem(404, detail="Not found"), "check `api-url`: Replicate's ends with /v1"),
        (problem(422, detail="x", invalid_fields=[{"field": "a", "description": "b"}]), "a: b"),
        (problem(429, detail="Request was throttled. Your rate limit resets in ~30s."), "~30s"),
        (httpx.Response(502, html="<h1>Bad gateway</h1>"), "replicatestatus.com"),
        (httpx.Response(200, html="<html>hello</html>"), "not JSON"),
        (ok(["a list"]), "not a valid Account"),
        (httpx.ConnectError("no route to host"), "could not reach"),
        (httpx.ReadTimeout("too slow"), "got no answer"),
        (httpx.ReadError(""), "ReadError"),
    ],
)
def test_each_refusal_has_its_own_words(
    steps: Steps, answer: httpx.Response | Exception, expected: str
) -> None:
    script = Script().always("GET /account", answer)
    done = steps.run(script, {"mode": "create", "model-name": "m"})
    assert done.status == 1
    assert expected in done.error
    assert "### ❌" in done.summary


def test_a_trainer_that_is_missing(steps: Steps) -> None:
    script = looked().on(TRAINER, problem(404, detail="Not found"))
    error = steps.run(script, INPUTS).error
    assert "Trainer acme/trainer not found" in error
    assert "was deleted, or is private to another account. Replicate says: Not found" in error


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (trainer(), f"Use the latest version: `trainer: acme/trainer:{VERSION}`"),
        (ok(model("acme", "trainer")), "this one has no versions"),
        (problem(404, detail="Not found"), "Trainer acme/trainer not found"),
    ],
)
def test_a_version_that_is_gone(steps: Steps, found: httpx.Response, expected: str) -> None:
    gone = "e" * 64
    script = looked().on(TRAINER, found)
    script.on(f"{TRAINER}/versions/{gone}", problem(404, detail="Not found"))
    error = steps.run(script, INPUTS | {"trainer": f"acme/trainer:{gone}"}).error
    assert expected in error
    if found.status_code == 200:
        assert f"Trainer acme/trainer has no version {gone}" in error


def test_a_model_for_predictions_is_no_trainer(steps: Steps) -> None:
    schema = {"components": {"schemas": {"Input": {"type": "object"}, "Output": {}}}}
    version = {"id": VERSION, "openapi_schema": schema}
    script = looked().on(TRAINER, ok(model("acme", "trainer", latest_version=version)))
    error = steps.run(script, INPUTS).error
    assert "acme/trainer is a model for predictions and cannot be fine-tuned by a training" in error
    assert "A prediction has no destination model and makes no version" in error


@pytest.mark.parametrize(
    "found",
    [
        model("acme", "trainer", latest=VERSION, latest_version=None),
        model("acme", "trainer", latest_version={"id": VERSION, "openapi_schema": None}),
        model("acme", "trainer", latest_version={"id": VERSION, "openapi_schema": {"paths": {}}}),
    ],
)
def test_what_is_not_trainable_is_found_before_anything_is_made(
    steps: Steps, found: dict[str, object]
) -> None:
    script = looked().on(TRAINER, ok(found))
    done = steps.run(script, INPUTS)
    assert "Not a trainer" in done.error
    assert {request.split()[0] for request in script.requests} == {"GET"}


def test_a_destination_that_the_start_does_not_find(steps: Steps) -> None:
    script = started()
    script.answers[START] = [
        problem(404, detail="The specified training destination does not exist")
    ]
    assert "Replicate cannot use you/m as the destination" in steps.run(script, INPUTS).error


def test_a_training_that_can_no_longer_be_followed_is_named(steps: Steps) -> None:
    script = started().on(LOOK, ok(training("processing", "hi\n")))
    script.always(LOOK, problem(401, detail="no"))
    done = steps.run(script, INPUTS)
    assert "`mode: wait` and `training-id: tr1`" in done.error
    assert done.outputs["training-id"] == "tr1"
    assert done.state["training-settled"] == "left"
    assert 660 <= done.clock.seconds < 720


def test_the_dataset_is_not_given_twice(steps: Steps) -> None:
    script = looked().on(TRAINER, trainer())
    done = steps.run(script, INPUTS | {"training-input": "train_data: https://x.example"})
    assert "given twice" in done.error


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"dataset": "missing"}, "not found in the workspace"),
        ({"dataset": "empty.txt"}, "empty file"),
        ({"dataset": "hollow"}, "hollow: no files"),
        ({"dataset": "../secret"}, "outside the workspace"),
        ({"dataset": "/etc/passwd"}, "outside the workspace"),
        ({"dataset": "*.png"}, "matches no file"),
        (
            {"dataset": "release-asset:data.zip"},
            "runs for neither a release nor a tag",
        ),
        ({"dataset": "http://example.com/data"}, "must start with `https://`"),
        ({"training-input": "a: b: c"}, "training-input, line 1, column 5: not valid YAML"),
        (
            {"training-input-file": "nowhere.yml"},
            "`nowhere.yml` is not a file in the workspace.",
        ),
        ({"readme": "nowhere.md"}, "readme: `nowhere.md` is not a file in the workspace"),
        ({"readme": "/etc/hostname"}, "is outside the workspace.\nUse a path relative to the r"),
        ({"readme": "latin.md"}, "is not UTF-8 text (byte 4).\nSave it as UTF-8."),
        ({"logs-file": "hollow"}, "`hollow` is a directory.\nChoose another path."),
        ({"logs-file": "empty.txt/log"}, "`empty.txt/log` cannot be created: `empty.txt` is not"),
    ],
)
def test_what_is_wrong_in_the_workspace_is_seen_before_anything_is_changed(
    steps: Steps, inputs: dict[str, str], expected: str
) -> None:
    (steps.workspace / "empty.txt").touch()
    (steps.workspace / "hollow").mkdir()
    (steps.workspace / "latin.md").write_bytes(b"caf\xe9")
    script = looked().on(TRAINER, trainer())
    done = steps.run(script, INPUTS | inputs)
    assert expected in done.error
    assert {request.split()[0] for request in script.requests} == {"GET"}


def test_what_comes_later_is_refused_beside_all_else(steps: Steps) -> None:
    script = looked().on(TRAINER, trainer())
    later = {"dataset-storage": "s3://bucket/data", "dataset": "nowhere"}
    done = steps.run(script, INPUTS | later)
    assert "dataset-storage: not available in this release" in done.error
    assert "nowhere: not found in the workspace" in done.error


def test_a_dataset_in_object_storage_is_the_only_problem(steps: Steps) -> None:
    script = looked().on(TRAINER, trainer())
    done = steps.run(script, INPUTS | {"dataset": "s3://bucket/train.jsonl"})
    (error,) = [one.text for one in done.commands if one.name == "error"]
    assert error.startswith("dataset: `s3://` is not supported in this release. Use an `https://`")


def test_everything_that_is_wrong_is_told_at_once(steps: Steps) -> None:
    (steps.workspace / "train.yml").write_text("steps: 10\nstep: 3\n")
    script = absent().on(TRAINER, trainer())
    wrong = {
        "dataset": "missing",
        "training-input-file": "train.yml",
        "training-input": "steps: many",
        "hardware": "gpu-t5",
        "readme": "nowhere.md",
    }
    done = steps.run(script, INPUTS | wrong)
    errors = [one.text for one in done.commands if one.name == "error"]
    assert [text.partition(":")[0] for text in errors] == [
        "dataset",
        "hardware",
        "readme",
        "training-input, line 1",
        "training-input-file",
    ]
    (placed,) = [one for one in done.commands if "file=" in one.properties]
    assert "file=train.yml,line=2" in placed.properties
    assert "train.yml, line 2: unknown input `step`.\nDid you mean `steps`?" in placed.text
    assert all(text in done.read for text in ("gpu-t4", "nowhere.md", "train.yml:2"))


def test_an_api_that_fails_is_told_beside_what_is_wrong_here(steps: Steps) -> None:
    script = Script().on(TRAINER, problem(401, detail="Unauthenticated"))
    error = steps.run(script, INPUTS | {"dataset": "missing"}).error
    assert "not found in the workspace" in error
    assert "Unauthenticated" in error


def test_a_schema_without_a_plain_dataset_input_lists_the_candidates(steps: Steps) -> None:
    properties = {name: {"type": "string", "format": "uri"} for name in ("left", "right")}
    schema = {"components": {"schemas": {"TrainingInput": {"properties": properties}}}}
    version = {"id": VERSION, "openapi_schema": schema}
    script = looked().on(TRAINER, ok(model("acme", "trainer", latest_version=version)))
    done = steps.run(script, INPUTS | {"training-input": ""})
    assert "Could not determine which trainer input takes the dataset" in done.error
    assert "candidate: left" in done.error
    assert "dataset-input" in done.error


def test_a_defect_of_ours_is_reported_as_one(steps: Steps) -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        raise ZeroDivisionError("oops")

    script = Script().on("GET /account", broken)
    done = steps.run(script, {"mode": "create", "model-name": "m"}, defect=True, RUNNER_DEBUG="1")
    assert "Bug in this action" in done.error
    assert [one for one in done.commands if one.name == "debug" and "Traceback" in one.text]


def test_tracebacks_are_for_step_debugging_only(steps: Steps) -> None:
    script = Script().on("GET /account", problem(401, detail="no"))
    assert "Traceback" not in steps.run(script, {"mode": "create", "model-name": "m"}).log
