"""Mode plan: everything is read and shown, nothing is changed, and what is wrong ends it with 1."""

import httpx
import pytest

from support.scenes import (
    INPUTS,
    LIST,
    LOOK,
    NO_FILES,
    THERE,
    TRAINER,
    listed,
    other,
    started,
    trainer,
)
from support.scripted import NEW_VERSION, TOKEN, Script, model, ok, problem
from support.steps import Steps

PLAN = INPUTS | {"mode": "plan"}
HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
UPLOADED = "https://api.replicate.com/v1/files/f1"


def planned(*trainings: dict[str, object]) -> Script:
    script = Script().on(TRAINER, trainer()).on("GET /models/you/m", ok(model(latest="a" * 64)))
    return script.on(LIST, listed(*trainings))


def test_it_shows_what_would_be_done_and_does_none_of_it(steps: Steps) -> None:
    (steps.workspace / "data").mkdir()
    (steps.workspace / "data/a.jsonl").write_text('{"text": "x"}\n\n')
    (steps.workspace / "data/.DS_Store").write_text("x")
    (steps.workspace / "train.yml").write_text("# how\nsteps: '12'\n")
    script = Script().on(TRAINER, trainer()).on("GET /models/you/m", problem(404, detail="no"))
    script.on("GET /account", ok({"type": "user", "username": "you"}))
    script.on("GET /hardware", ok([{"sku": "gpu-t4", "name": "T4"}])).on(LIST, listed())
    script.on(*NO_FILES)
    given = {"dataset": "data", "training-input": "", "training-input-file": "train.yml"}
    done = steps.run(script, PLAN | given | {"logs-file": "out/log"})
    assert done.status == 0
    assert {request.split()[0] for request in script.requests} == {"GET"}
    for told in (done.log, done.summary.replace("\\", "")):
        assert "would be created (private, gpu-t4)" in told
        assert "hardware: gpu-t4 (default)" in told
        assert "data.zip (1 file), 127 bytes, would be uploaded → train_data" in told
        assert "followed for up to 5h30m, then cancelled" in told
        assert "ignored: 1 .DS_Store" in told
        assert "a new training would be started (reuse: running)" in told
        assert "Nothing was changed" in told
        assert "train.yml:2" in told
    assert any(line.split() == ["steps", "12", "train.yml:2"] for line in done.shown)
    assert any(line.split() == ["hf_token", "(none)", "not", "given"] for line in done.shown)
    assert "blank lines (1)" in done.summary.replace("\\", "")
    assert not (steps.workspace / "out").exists()
    assert done.outputs["model"] == "you/m"
    assert len(done.outputs["dataset-sha256"]) == 64


@pytest.mark.parametrize("empty", ["''", '""', "", "null", "~", "|\n"])
def test_an_empty_value_keeps_the_one_of_the_file(steps: Steps, empty: str) -> None:
    (steps.workspace / "train.yml").write_text("steps: 12\n")
    given = {"training-input": f"steps: {empty}", "training-input-file": "train.yml"}
    done = steps.run(planned(), PLAN | given)
    assert row(done.shown, "steps") == ["12", "train.yml:1"]


def test_a_value_replaces_the_one_of_the_file(steps: Steps) -> None:
    (steps.workspace / "train.yml").write_text("steps: 12\n")
    given = {"training-input": "steps: 0", "training-input-file": "train.yml"}
    assert row(steps.run(planned(), PLAN | given).shown, "steps") == ["0", "training-input"]


def test_it_shows_how_far_reuse_looks_back(steps: Steps) -> None:
    made = {"created_at": "2026-11-01T10:00:00Z", "input": {}}
    old = {"created_at": "2026-10-31T09:00:00Z", "input": {}}
    listed = [other(id="a", **made), other(id="b", **made), other(id="c", **old)]
    done = steps.run(planned(*listed), PLAN | {"reuse": "succeeded"})
    assert "started (reuse: succeeded; checked 2 trainings of the last day)" in done.log
    assert "checked 2 trainings of the last day" in done.summary
    assert "of the last day" not in steps.run(planned(*listed), PLAN).log


def test_the_log_says_how_far_reuse_looks_back(steps: Steps) -> None:
    done = steps.run(started(), INPUTS | {"mode": "start", "reuse": "succeeded"})
    assert "Reuse        checked 0 trainings of the last day" in done.log


def test_it_shows_what_would_be_followed(steps: Steps) -> None:
    done = steps.run(planned(other(destination="you/m")).on(LOOK, ok(other())), PLAN)
    said = "tr1 (processing) has the same inputs and dataset; it would be followed, but not canc"
    assert said in done.log
    assert "             https://replicate.com/p/tr1" in done.shown
    assert "             followed for up to 5h30m, then left running" in done.shown


def test_it_shows_a_version_that_would_be_reused(steps: Steps) -> None:
    made = {"output": {"version": f"you/m:{NEW_VERSION}"}, "destination": "you/m"}
    ended = other(status="succeeded", **made)
    script = planned(ended).on(LOOK, ok(ended)).on(THERE, ok({"id": NEW_VERSION}))
    done = steps.run(script, PLAN | {"reuse": "succeeded"})
    assert "tr1 (succeeded) has the same inputs and dataset; its version would be" in done.log
    assert "followed for up to" not in done.log


def test_it_shows_what_follows_the_training(steps: Steps) -> None:
    (steps.workspace / "card.md").write_text("# A model")
    given = {"readme": "card.md", "timeout": "45m", "on-timeout": "leave"}
    done = steps.run(planned(), PLAN | given)
    assert "             followed for up to 45m, then left running" in done.shown
    assert "README       card.md, published after the training succeeded" in done.shown
    assert "📋 you/m: no problems found" in done.read
    assert "| input | value | source |" in done.summary
    assert "Dataset      https://example.com/data.jsonl → train_data" in done.shown


def test_an_upload_has_no_url_yet(steps: Steps) -> None:
    (steps.workspace / "a.txt").write_text("hello")
    done = steps.run(planned().on(*NO_FILES), PLAN | {"dataset": "a.txt"})
    assert row(done.shown, "train_data") == ["a.txt,", "5", "bytes", "dataset"]


def test_what_would_be_followed_needs_no_upload(steps: Steps) -> None:
    (steps.workspace / "a.txt").write_text("hello")
    same = other(input={"steps": 10, "train_data": UPLOADED}, destination="you/m")
    file = {"id": "f1", "checksums": {"sha256": HELLO}, "urls": {"get": UPLOADED}}
    script = planned(same).on("GET /files/f1", ok(file)).on(LOOK, ok(same))
    done = steps.run(script, PLAN | {"dataset": "a.txt"})
    assert "Dataset      a.txt, 5 bytes, already uploaded → train_data" in done.shown
    assert f"             {UPLOADED}" in done.shown
    assert row(done.shown, "train_data") == ["a.txt,", "5", "bytes", "dataset"]
    assert done.outputs["dataset-url"] == UPLOADED


def row(shown: list[str], name: str) -> list[str]:
    """Return what the plan's table says of an input."""
    (found,) = [line.split()[1:] for line in shown if line.split()[:1] == [name]]
    return found


def test_what_may_be_a_signature_is_not_shown(steps: Steps) -> None:
    signed = "https://example.com/data.zip?signature=abc"
    done = steps.run(planned(), PLAN | {"dataset": signed, "webhook": "https://hook.test/abc"})
    assert row(done.shown, "train_data") == ["https://example.com/data.zip?...", "dataset"]
    assert "Webhook      start, output, logs, completed → hook.test" in done.log
    assert "abc" not in done.log + done.summary
    assert done.outputs["dataset-url"] == signed


def test_it_shows_an_upload_that_exists(steps: Steps) -> None:
    (steps.workspace / "a.txt").write_text("hello")
    file = {"id": "f1", "checksums": {"sha256": HELLO}, "urls": {"get": UPLOADED}}
    script = planned().on("GET /files", ok({"next": None, "results": [file]}))
    done = steps.run(script, PLAN | {"dataset": "a.txt"})
    assert "Dataset      a.txt, 5 bytes, already uploaded → train_data" in done.shown
    assert f"             {UPLOADED}" in done.shown
    assert row(done.shown, "train_data") == ["a.txt,", "5", "bytes", "dataset"]
    assert done.outputs["dataset-url"] == UPLOADED


def test_a_secret_is_shown_nowhere(steps: Steps) -> None:
    given = {"training-input": "steps: 0x\nhf_token: hf_abcdefgh"}
    script = Script().on(TRAINER, trainer()).on("GET /models/you/m", ok(model()))
    wrong = steps.run(script, PLAN | given)
    right = steps.run(planned(), PLAN | {"training-input": "hf_token: hf_abcdefgh"})
    for done in (wrong, right):
        assert "hf_abcdefgh" not in done.log.replace("::add-mask::hf_abcdefgh", "") + done.summary
    assert any(line.split() == ["hf_token", "***", "training-input"] for line in right.shown)


def test_a_file_that_cannot_be_read_is_the_only_thing_that_is_told(steps: Steps) -> None:
    (steps.workspace / "train.yml").write_text("train_data: https://example.com/x\n steps: 1")
    script = Script().on(TRAINER, trainer()).on("GET /models/you/m", ok(model()))
    given = {"dataset": "", "training-input": "", "training-input-file": "train.yml"}
    done = steps.run(script, PLAN | given)
    (error,) = [one for one in done.commands if one.name == "error"]
    assert error.text.startswith(
        "training-input-file: train.yml, line 2: not valid YAML: mapping values are not allowed"
    )


@pytest.mark.parametrize("out", ["GET /account", "GET /models/you/m"])
def test_what_is_wrong_does_not_wait_for_a_part_that_is_out(steps: Steps, out: str) -> None:
    script = Script().on(TRAINER, trainer()).always(out, problem(503, detail="out of order"))
    done = steps.run(script, PLAN | {"dataset": "nowhere", "training-input": "stepz: 1"})
    assert done.clock.seconds < 1
    for told in ("out of order", "not found in the workspace", "Did you mean `steps`?"):
        assert told in done.error


def test_what_the_service_asks_to_wait_is_waited_from_the_first_request_on(steps: Steps) -> None:
    busy = httpx.Response(429, headers={"retry-after": "5"}, json={"detail": "throttled"})
    script = planned()
    script.answers[TRAINER] = [busy, trainer()]
    done = steps.run(script, PLAN)
    assert done.status == 0
    assert done.clock.seconds >= 5


def test_mode_start_leaves_alone_what_it_has_no_use_for(steps: Steps) -> None:
    done = steps.run(started(), INPUTS | {"mode": "start", "readme": "nowhere.md"})
    assert done.status == 0


def test_what_is_wrong_here_does_not_wait_for_a_service_that_is_out(steps: Steps) -> None:
    script = Script().always(TRAINER, problem(503, detail="out of order"))
    done = steps.run(script, PLAN | {"dataset": "nowhere"})
    assert done.status == 1
    assert script.requests == [TRAINER]
    assert done.clock.seconds < 1
    assert "out of order" in done.error
    assert "not found in the workspace" in done.error


def test_a_service_that_is_out_for_a_moment_is_asked_again(steps: Steps) -> None:
    script = planned()
    script.answers[TRAINER] = [problem(503, detail="out of order"), trainer()]
    assert steps.run(script, PLAN).status == 0


def test_a_trainer_that_has_moved_is_told(steps: Steps) -> None:
    script = planned()
    script.answers[TRAINER] = [ok(model("acme", "better-trainer", latest="c" * 64))]
    done = steps.run(script, PLAN)
    (warning,) = [one for one in done.commands if one.name == "warning"]
    said = "trainer: `acme/trainer` was renamed to `acme/better-trainer`.\n"
    assert warning.text == f"{said}Set `trainer: acme/better-trainer`."


def test_what_replicate_fails_in_is_told_beside_what_is_wrong(steps: Steps) -> None:
    script = Script().on(TRAINER, problem(401, detail="no such token"))
    done = steps.run(script, PLAN | {"dataset": "nowhere"})
    first, second = [one for one in done.commands if one.name == "error"]
    assert "no such token" in first.text
    assert "api-tokens" in first.text
    assert "title=Input not valid" in second.properties
    assert "not found in the workspace" in second.text
    assert "no such token" in done.summary
    assert "not found in the workspace" in done.summary


@pytest.mark.parametrize(
    "inputs",
    [
        {"dataset": f"x/{TOKEN}"},
        {"readme": TOKEN},
        {"training-input-file": TOKEN},
        {"hardware": TOKEN},
        {"owner": TOKEN},
        {"dataset-input": TOKEN},
        {"training-input": f"{TOKEN}: 1"},
        {"training-input": f"steps: {'x' * 40}{TOKEN}"},
    ],
)
def test_the_token_is_shown_nowhere_wherever_it_is_pasted(
    steps: Steps, inputs: dict[str, str]
) -> None:
    script = Script().always(TRAINER, trainer()).always("GET /hardware", ok([{"sku": "cpu"}]))
    for owner in ("you", TOKEN):
        script.always(f"GET /models/{owner}/m", problem(404, detail=f"no token {TOKEN}"))
    given = {"model-name": "m", "dataset": "https://example.com/x.zip"}
    assert steps.run(script, PLAN | given | inputs).status == 1  # and run() looks for the token


@pytest.mark.parametrize("written", ["null", "x", "''", '"-"'])
def test_what_is_no_secret_masks_nothing(steps: Steps, written: str) -> None:
    done = steps.run(planned(), PLAN | {"training-input": f"steps: 1\nhf_token: {written}"})
    assert [one.text for one in done.commands if one.name == "add-mask"] == [TOKEN]
    assert done.outputs["model"] == "you/m"


def test_it_is_a_check_that_fails(steps: Steps) -> None:
    script = Script().on(TRAINER, trainer()).on("GET /models/you/m", ok(model()))
    done = steps.run(script, PLAN | {"training-input": "steps: many"})
    assert done.status == 1
    assert "training-input, line 1: `steps` must be an integer, not `many`" in done.error


def test_exactly_ten_problems_are_ten_annotations(steps: Steps) -> None:
    text = "\n".join(f"unknown_{number}: 1" for number in range(10))
    script = Script().on(TRAINER, trainer()).on("GET /models/you/m", ok(model()))
    done = steps.run(script, PLAN | {"training-input": text})
    errors = [one.text for one in done.commands if one.name == "error"]
    said = [f"training-input, line {n + 1}: unknown input `unknown_{n}`." for n in range(10)]
    assert [text.partition("\n")[0] for text in errors] == said
    assert "| training-input | line 10 |" in done.summary


def test_inputs_schema_and_dataset_are_told_together(steps: Steps) -> None:
    (steps.workspace / "a.jsonl").write_text('{"text": "x"}\n{oops\n')
    (steps.workspace / "train.yml").write_text("steps: many\n")
    given = {"timeout": "soon", "dataset": "a.jsonl", "training-input": "stepz: 1"}
    script = Script().on(TRAINER, trainer()).on("GET /models/you/m", ok(model()))
    done = steps.run(script, PLAN | given | {"training-input-file": "train.yml"})
    errors = [one for one in done.commands if one.name == "error"]
    subjects = [one.text.partition(":")[0] for one in errors]
    assert subjects == ["dataset", "timeout", "training-input, line 1", "training-input-file"]
    assert "file=a.jsonl,line=2" in errors[0].properties
    assert "file=train.yml,line=1" in errors[3].properties


@pytest.mark.parametrize(
    ("inputs", "asked"),
    [
        ({"api-token": ""}, set()),
        ({"api-url": "http://example.com"}, set()),
        ({"trainer": "flux"}, {"GET /account", "GET /models/you/m"}),
        ({"model-name": "a/b/c"}, {TRAINER}),
        ({"mode": "plam"}, set()),
    ],
)
def test_a_wrong_input_leaves_as_much_to_be_checked_as_can_be(
    steps: Steps, inputs: dict[str, str], asked: set[str]
) -> None:
    answers = {TRAINER: trainer(), "GET /models/you/m": ok(model())}
    script = Script()
    for request in asked & set(answers):
        script.on(request, answers[request])
    done = steps.run(script, PLAN | {"dataset": "nowhere"} | inputs)
    assert done.status == 1
    assert set(script.requests) == asked
    (wrong,) = inputs
    assert f"{wrong}: " in done.error
    assert ("not found in the workspace" in done.error) is (wrong != "mode")


def test_of_many_problems_ten_are_annotations_and_all_are_in_the_summary(steps: Steps) -> None:
    names = [f"unknown_{number}" for number in range(30)]
    script = Script().on(TRAINER, trainer()).on("GET /models/you/m", ok(model()))
    done = steps.run(script, PLAN | {"training-input": "\n".join(f"{name}: 1" for name in names)})
    errors = [one for one in done.commands if one.name == "error"]
    assert len(errors) == 10
    assert "21 more problems. The job summary lists all of them" in errors[-1].text
    assert all(name in done.read for name in names)


@pytest.mark.parametrize(
    ("kind", "owner", "account", "refused"),
    [
        ("organization", "you", "other-team", True),
        ("organization", "you", "You", False),
        ("user", "my-team", "you", True),
        ("user", "you", "you", False),
    ],
)
def test_a_model_is_created_for_the_tokens_own_account_alone(
    steps: Steps, kind: str, owner: str, account: str, refused: bool
) -> None:
    script = Script().on(TRAINER, trainer())
    spelled = owner if refused else account
    script.on(f"GET /models/{spelled}/m", problem(404, detail="no"))
    script.on("GET /account", ok({"type": kind, "username": account}))
    script.on("GET /hardware", ok([{"sku": "gpu-t4", "name": "T4"}]))
    if not refused:
        script.on(LIST, listed())
    done = steps.run(script, PLAN | {"model-name": f"{owner}/m"})
    assert done.status == refused
    assert (f"The token belongs to the {kind} {account}, not to {owner}" in done.log) is refused
    assert (f"Use a token of {owner}, or set the owner to {account}." in done.log) is refused


def test_an_existing_destination_gets_its_updates_and_warnings(steps: Steps) -> None:
    there = model("acme", "m", latest="a" * 64, visibility="public", description="old")
    script = Script().on(TRAINER, trainer()).on("GET /models/acme/m", ok(there))
    script.on("GET /hardware", ok([{"sku": "gpu-t4", "name": "T4"}])).on(LIST, listed())
    given = {"model-name": "acme/m", "description": "new", "hardware": "gpu-t5"}
    given |= {"visibility": "private"}
    done = steps.run(script, PLAN | given | {"paper-url": "https://example.com/paper"})
    assert done.status == 0
    assert "Destination  acme/m (existing): https://replicate.com/acme/m" in done.shown
    assert "             would update: description, paper-url" in done.shown
    warnings = [one.text for one in done.commands if one.name == "warning"]
    assert [text.partition(":")[0] for text in warnings] == ["owner", "visibility", "hardware"]
    assert warnings[0] == (
        "owner: `acme/m` does not belong to the token's account, `you`.\n"
        "Replicate may refuse the training. Use a token of `acme`."
    )
    assert warnings[1] == (
        "visibility: `acme/m` has `public`, not `private`, and the API cannot change it.\n"
        "Change it at https://replicate.com/acme/m/settings, or in the workflow."
    )
    assert (
        "`gpu-t5` is not available on Replicate. Available: gpu-t4. It is not used" in warnings[2]
    )
    assert "Did you mean `gpu-t4`?" in warnings[2]
    assert "has public, not private" in done.read
