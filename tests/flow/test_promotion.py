"""What follows a version: predictions, deployment, README, old versions, and what stops it."""

import base64
import html
import json
import signal
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from replicate_train.job import finish
from replicate_train.job.post import run_post
from replicate_train.runner.signals import StopSignals
from support.scenes import DONE, INPUTS, LIST, LOOK, START, TRAINER, listed, other, started, trainer
from support.scripted import (
    NEW_VERSION,
    TOKEN,
    URL,
    HandClock,
    Script,
    model,
    ok,
    problem,
    training,
)
from support.steps import Done, Steps

BEFORE, LIVE = "a" * 64, "b" * 64  # the model's latest version, and what the deployment runs
APP, PATCH_APP = "GET /deployments/you/live", "PATCH /deployments/you/live"
CREATE, README = "POST /predictions", "PATCH /models/you/m"
VERSIONS = "GET /models/you/m/versions"
HELLO = "- name: greets\n  input: {prompt: hi}\n  expect: {contains: hello}\n"
TEXT = "# {{version}}\n{{version_id}} {{commit}} {{ref}} {{run_url}} [{{dataset_sha256}}]\n"
ALL = {"evaluation": HELLO, "deployment": "you/live", "readme": "R.md", "keep-versions": "1"}
INPUT = {
    "type": "object",
    "required": ["prompt"],
    "properties": {"prompt": {"type": "string"}, "key": {"type": "string", "x-cog-secret": True}},
}
SCHEMA = {"components": {"schemas": {"Input": INPUT}}}


def deployment(version: str, model: str = "you/m") -> httpx.Response:
    return ok(
        {"owner": "you", "name": "live", "current_release": {"model": model, "version": version}}
    )


def predictions(output: object) -> Callable[[httpx.Request], httpx.Response]:
    """Answer each start of a prediction with one that has ended."""

    def answer(request: httpx.Request) -> httpx.Response:
        version = json.loads(request.content)["version"]
        told = output if version == NEW_VERSION else "before"
        ended = {"id": f"p{version[:1]}", "status": "succeeded", "output": told}
        return ok(ended | {"metrics": {"predict_time": 1.5}}, 201)

    return answer


def ended(**more: object) -> httpx.Response:
    return ok(training("succeeded", output=DONE, metrics={"predict_time": 100.0}, **more))


def script(output: object = "hello") -> Script:
    """Return a script up to the predictions of a new version."""
    play = started().on(LOOK, ended())
    play.always("GET /models/you/m/versions/" + NEW_VERSION, ok(version()))
    return play.always(CREATE, predictions(output))


def version(**more: object) -> dict[str, Any]:
    return {"id": NEW_VERSION, "openapi_schema": SCHEMA, **more}


def promoted(play: Script, *old: str) -> Script:
    """Add the answers for a deployment that moves, a README, and versions that are deleted."""
    play.on(APP, deployment(LIVE), deployment(LIVE)).on(PATCH_APP, deployment(NEW_VERSION))
    play.on(README, ok(model()))
    return pruning(play, *old)


def pruning(play: Script, *old: str) -> Script:
    dates = [(NEW_VERSION, 20), (BEFORE, 10), (LIVE, 9), *((one * 64, 1) for one in old)]
    known = [{"id": name, "created_at": f"2026-10-{day:02}T00:00:00Z"} for name, day in dates]
    play.on("GET /deployments", listed_deployments()).on(VERSIONS, ok({"results": known}))
    for one in (BEFORE, *(name * 64 for name in old)):
        play.on(f"DELETE /models/you/m/versions/{one}", httpx.Response(202))
    return play


def listed_deployments() -> httpx.Response:
    return ok({"results": [json.loads(deployment(NEW_VERSION).content)]})


@pytest.fixture
def readme(steps: Steps) -> None:
    (steps.workspace / "R.md").write_text(TEXT)


def writes(play: Script) -> list[str]:
    """Return what was changed after the training started, in order."""
    asked = play.requests[play.requests.index(START) + 1 :]
    return [one for one in asked if not one.startswith("GET")]


@pytest.mark.usefixtures("readme")
def test_the_order_is_predictions_deployment_readme_deletes(steps: Steps) -> None:
    play = promoted(script(), "7")
    done = steps.run(play, INPUTS | ALL)
    assert done.status == 0
    deletes = [f"DELETE /models/you/m/versions/{one}" for one in ("7" * 64, BEFORE)]
    assert writes(play) == [CREATE, CREATE, PATCH_APP, README, *deletes]
    assert play.body(PATCH_APP) == {"version": NEW_VERSION}
    (entry,) = json.loads(done.outputs["evaluation"])
    assert (entry["held"], entry["previous"]["output"]) == (True, "before")
    manifest = json.loads(done.outputs["manifest"])
    assert manifest["evaluation"] == [entry]
    assert manifest["deployment"] == {"name": "you/live", "before": LIVE, "after": NEW_VERSION}
    assert "you/live now runs it." in done.read


@pytest.mark.usefixtures("readme")
def test_an_evaluation_that_breaks_stops_what_follows(steps: Steps) -> None:
    play = script("bye").on(APP, deployment(LIVE))
    done = steps.run(play, INPUTS | ALL)
    assert done.status == 1
    assert set(writes(play)) == {CREATE}
    assert "title=Evaluation failed" in done.error
    (entry,) = json.loads(done.outputs["evaluation"])
    assert (entry["held"], entry["output"]) == (False, "bye")
    manifest = json.loads(done.outputs["manifest"])
    assert (manifest["evaluation"], manifest["deployment"]) == ([entry], None)
    assert done.outputs["version-id"] == NEW_VERSION
    assert "It stays. you/live was not moved to it." in done.read


@pytest.mark.usefixtures("readme")
def test_an_input_that_the_version_does_not_accept_stops_what_follows(steps: Steps) -> None:
    play = script().on(APP, deployment(LIVE))
    done = steps.run(play, INPUTS | ALL | {"evaluation": "- input: {promt: hi}\n"})
    assert (done.status, writes(play)) == (1, [])
    assert "evaluation, line 1: `evaluation 1`: unknown input `promt`." in done.error
    assert json.loads(done.outputs["manifest"])["evaluation"] == []
    assert "evaluation" not in done.outputs


def test_a_deployment_that_runs_the_version_is_not_patched(steps: Steps) -> None:
    play = script().on(APP, deployment(LIVE), deployment(NEW_VERSION))
    done = steps.run(play, INPUTS | {"deployment": "you/live"})
    assert (done.status, writes(play)) == (0, [])
    assert "you/live: already runs the new version" in done.log
    assert "you/live runs it." in done.read


def test_a_deployment_that_changed_its_model_meanwhile_is_not_moved(steps: Steps) -> None:
    play = script().on(APP, deployment(LIVE), deployment(LIVE, "you/other"))
    done = steps.run(play, INPUTS | {"deployment": "you/live", "keep-versions": "1"})
    assert (done.status, writes(play)) == (1, [])
    assert "`you/live` runs `you/other`, not `you/m`." in done.error


@pytest.mark.usefixtures("readme")
def test_the_readme_has_the_facts_of_the_version(steps: Steps) -> None:
    (steps.workspace / "d.jsonl").write_text('{"text": "hi"}\n')
    play = script().on(README, ok(model()))
    upload = {"id": "f1", "name": "d.jsonl", "urls": {"get": f"{URL}/files/f1"}}
    play.on("POST /files", ok(upload, 201)).always("GET /files", ok({"results": []}))
    run = {"GITHUB_REPOSITORY": "acme/x", "GITHUB_RUN_ID": "7", "GITHUB_SHA": "f" * 40}
    more = {"readme": "R.md", "dataset": "d.jsonl"}
    done = steps.run(play, INPUTS | more, GITHUB_REF_NAME="main", **run)
    assert done.status == 0, done.log
    assert play.body(README)["readme"] == (
        f"# you/m:{NEW_VERSION}\n{NEW_VERSION} {'f' * 40} main "
        f"https://github.com/acme/x/actions/runs/7 [{done.outputs['dataset-sha256']}]\n"
    )


@pytest.mark.usefixtures("readme")
def test_a_readme_that_is_refused_is_a_warning(steps: Steps) -> None:
    play = pruning(script().on(README, problem(403, detail="no")))
    play.on("DELETE /models/you/m/versions/" + LIVE, httpx.Response(202))
    done = steps.run(play, INPUTS | {"readme": "R.md", "keep-versions": "1"})
    assert (done.status, writes(play)[0]) == (0, README)
    assert "README not updated" in done.log


WAIT = {"mode": "wait", "training-id": "tr1", "model-name": "you/m", "price-per-second": "0.002"}


def waiting(**more: object) -> Script:
    play = Script().on(LOOK, ended(model="acme/trainer", version="c" * 64, **more))
    return play.always("GET /models/you/m/versions/" + NEW_VERSION, ok(version()))


@pytest.mark.usefixtures("readme")
def test_mode_wait_evaluates_and_deploys_too(steps: Steps) -> None:
    play = promoted(waiting().on(CREATE, predictions("hello")))
    play.on("GET /models/you/m", ok(model()))
    done = steps.run(play, WAIT | ALL)
    assert done.status == 0, done.log
    changed = [one for one in play.requests if not one.startswith("GET")]
    assert changed[:3] == [CREATE, PATCH_APP, README]
    assert changed[3].startswith("DELETE")
    assert done.outputs["cost"] == "0.2"
    manifest = json.loads(done.outputs["manifest"])
    assert manifest["trainer"] == "acme/trainer:" + "c" * 64
    assert manifest["cost"]["dollars"] == "0.2"
    assert "you/live now runs it." in done.read


def test_mode_wait_says_that_the_deployment_was_not_moved(steps: Steps) -> None:
    play = waiting().on(CREATE, predictions("bye")).on(APP, deployment(LIVE))
    play.on("GET /models/you/m", ok(model()))
    done = steps.run(play, WAIT | {"evaluation": HELLO, "deployment": "you/live"})
    assert done.status == 1
    assert "you/live was not moved to it." in done.read


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"evaluation": "- input: 3"}, "evaluation, line 1"),
        ({"deployment": "you/live"}, "`you/live` runs `you/other`, not `you/m`"),
    ],
)
def test_mode_wait_checks_what_follows_before_it_waits(
    steps: Steps, wrong: dict[str, str], said: str
) -> None:
    play = Script()
    if "deployment" in wrong:
        play.on(LOOK, ok(training("processing", destination="you/m")))
        play.on(APP, deployment(LIVE, "you/other"))
    done = steps.run(play, {"mode": "wait", "training-id": "tr1"} | wrong)
    assert done.status == 1
    assert said in done.error
    assert not done.state


def test_mode_wait_checks_the_deployment_of_a_destination_that_is_known_late(steps: Steps) -> None:
    play = waiting().on(APP, deployment(LIVE, "you/other"), deployment(LIVE, "you/other"))
    play.on("GET /models/you/m", ok(model()))
    done = steps.run(play, WAIT | {"model-name": "", "deployment": "you/live"})
    assert done.status == 1
    assert "`you/live` runs `you/other`, not `you/m`" in done.error


@pytest.mark.usefixtures("readme")
def test_mode_start_uses_none_of_it(steps: Steps) -> None:
    play = started()
    done = steps.run(play, INPUTS | ALL | {"mode": "start", "evaluation": "- nonsense"})
    assert done.status == 0
    assert writes(play) == []
    assert not {"evaluation", "manifest", "cost", "version"} & set(done.outputs)


def plan(steps: Steps, play: Script, **inputs: str) -> Done:
    done = steps.run(play, INPUTS | {"mode": "plan"} | inputs)
    assert not [one for one in play.requests if not one.startswith("GET")]
    return done


def planning(**latest: object) -> Script:
    release = model(latest=BEFORE)
    release["latest_version"] |= latest
    play = Script().on(TRAINER, trainer()).on("GET /models/you/m", ok(release))
    return play.always(LIST, listed())


def test_a_plan_reports_a_deployment_that_is_missing(steps: Steps) -> None:
    play = planning().on(APP, problem(404)).on("GET /deployments", listed_deployments())
    play.staying.pop(LIST)
    done = plan(steps, play, deployment="you/live", evaluation="- input: {a: 1}\n  name: 3\n  x: 1")
    assert done.status == 1
    assert "deployment: `you/live` does not exist" in done.error
    assert "evaluation, line 3: unknown key `x`" in done.error


def test_a_plan_reports_a_deployment_of_another_model(steps: Steps) -> None:
    play = planning().on(APP, deployment(LIVE, "you/other"))
    done = plan(steps, play, deployment="you/live")
    assert done.status == 1
    assert "`you/live` runs `you/other`, not `you/m`" in done.error


def test_a_plan_warns_of_what_may_be_wrong(steps: Steps) -> None:
    (steps.workspace / "R.md").write_text("{{ver}}")
    play = planning(openapi_schema=SCHEMA).on(APP, deployment(LIVE))
    more = {"deployment": "you/live", "readme": "R.md", "evaluation": "- input: {promt: hi}"}
    done = plan(steps, play, **more)
    assert done.status == 0
    warned = [one.text for one in done.commands if one.name == "warning"]
    assert any("unknown placeholder `{{ver}}`" in one for one in warned)
    assert any("unknown input `promt`.\nDid you mean `prompt`?" in one for one in warned)
    assert "1 evaluation" in done.read
    assert f"you/live would run the new version (now {LIVE})" in done.read


def test_a_plan_without_a_destination_checks_what_it_can(steps: Steps) -> None:
    play = Script().on(TRAINER, trainer()).on("GET /models/you/m", problem(404))
    play.on("GET /hardware", ok([{"sku": "cpu", "name": "CPU"}])).always(LIST, listed())
    play.on(APP, deployment(LIVE, "you/other"))
    done = plan(steps, play, deployment="you/live", evaluation=HELLO)
    assert done.status == 1
    assert "`you/live` runs `you/other`, not `you/m`" in done.error


def test_a_reused_version_costs_nothing(steps: Steps) -> None:
    there = other(status="succeeded", output=DONE, destination="you/m")
    play = Script().on(TRAINER, trainer()).on("GET /models/you/m", ok(model(latest=BEFORE)))
    play.always(LIST, listed(there)).on(LOOK, ok(there))
    play.always("GET /models/you/m/versions/" + NEW_VERSION, ok(version()))
    more = {"reuse": "succeeded", "price-per-second": "0.5"}
    done = steps.run(play, INPUTS | more)
    assert done.status == 0, done.log
    assert (done.outputs["cost"], done.outputs["reused"]) == ("0", "true")
    assert "This run paid nothing for the training." in done.read


def struck(stop: StopSignals, answer: httpx.Response) -> Callable[[httpx.Request], httpx.Response]:
    """Return an answer during whose request a signal arrives."""

    def answering(_: httpx.Request) -> httpx.Response:
        stop._on_signal(signal.SIGINT, None)
        return answer

    return answering


def prediction(status: str) -> httpx.Response:
    return ok({"id": "p1", "status": status}, 201)


@pytest.mark.usefixtures("readme")
def test_a_signal_during_the_evaluation_leaves_the_version(
    steps: Steps, capsys: pytest.CaptureFixture[str]
) -> None:
    stop = StopSignals()
    play = script().on(APP, deployment(LIVE)).on(CREATE, prediction("starting"))
    play.on("GET /predictions/p1", struck(stop, prediction("processing")))
    play.on("POST /predictions/p1/cancel", prediction("canceled"))
    done = steps.run(play, INPUTS | ALL, stop)
    assert done.status == 1
    assert writes(play) == [CREATE, CREATE, "POST /predictions/p1/cancel"]
    assert "The workflow was cancelled (SIGINT)" in done.error
    assert f"Version you/m:{NEW_VERSION} was made and stays." in done.error
    assert "Not finished: `evaluation`, `deployment`, `readme`, `keep-versions`." in done.error
    assert "run the step with `mode: wait` and `training-id: tr1`." in done.error
    assert f"you/m:{NEW_VERSION[:12]} was trained in 1 min 40 s. It stays." in done.read
    assert "you/live was not moved to it." in done.read
    assert done.outputs["version"] == f"you/m:{NEW_VERSION}"
    assert done.outputs["status"] == "succeeded"
    assert json.loads(done.outputs["manifest"])["version"] == f"you/m:{NEW_VERSION}"
    assert post(done, capsys) == ""


def post(done: Done, capsys: pytest.CaptureFixture[str]) -> str:
    """Return what the post step prints; it asks nothing."""
    given = {"api-token": TOKEN, "api-url": URL, **INPUTS}
    environ = {f"INPUT_{name.upper()}": value for name, value in given.items()}
    environ |= {f"STATE_{name}": value for name, value in done.state.items()}
    play = Script()
    assert run_post(environ, HandClock(), play) == 0
    assert play.requests == []
    return capsys.readouterr().out


def test_a_signal_during_the_move_waits_for_it(steps: Steps) -> None:
    stop = StopSignals()
    play = script().on(APP, deployment(LIVE), deployment(LIVE))
    play.on(PATCH_APP, struck(stop, deployment(NEW_VERSION)))
    done = steps.run(play, INPUTS | {"deployment": "you/live", "keep-versions": "1"}, stop)
    assert done.status == 1
    assert "Not finished: `keep-versions`." in done.error
    manifest = json.loads(done.outputs["manifest"])
    assert manifest["deployment"] == {"name": "you/live", "before": LIVE, "after": NEW_VERSION}
    assert "was not moved" not in done.read


def test_a_signal_after_all_of_it_names_the_version_alone(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = StopSignals()

    def summary(_: object) -> str:
        stop._on_signal(signal.SIGINT, None)
        return ""

    monkeypatch.setattr(finish, "success", summary)
    done = steps.run(script(), INPUTS, stop)
    assert done.status == 1
    assert f"Version you/m:{NEW_VERSION} was made and stays." in done.error
    assert "Not finished" not in done.error
    assert "mode: wait" not in done.error


def test_a_signal_before_the_version_is_known_says_how_to_get_it(steps: Steps) -> None:
    stop = StopSignals()
    play = started().on(LOOK, ended())
    play.staying.pop("GET /models/you/m/versions/" + NEW_VERSION)
    play.on("GET /models/you/m/versions/" + NEW_VERSION, struck(stop, ok(version())))
    done = steps.run(play, INPUTS, stop)
    assert "Training tr1 had already ended: succeeded." in done.error
    assert "Get its version with `mode: wait` and `training-id: tr1`." in done.error


@pytest.mark.parametrize(
    ("part", "missing"),
    [
        ("success", "No job summary"),
        ("manifest_of", "No manifest"),
        ("estimate", "No cost estimate"),
        ("earlier_version", "No comparison with the previous version"),
    ],
)
def test_a_bug_in_what_is_optional_is_a_warning(
    steps: Steps, monkeypatch: pytest.MonkeyPatch, part: str, missing: str
) -> None:
    whole = steps.run(script(), INPUTS | {"evaluation": HELLO}).outputs

    def broken(*_: object, **__: object) -> None:
        raise KeyError("of ours")

    monkeypatch.setattr(finish, part, broken)
    done = steps.run(script(), INPUTS | {"evaluation": HELLO}, RUNNER_DEBUG="1")
    assert done.status == 0
    (warning,) = [one for one in done.commands if one.name == "warning"]
    assert missing in warning.properties
    assert "KeyError: 'of ours'" in warning.text
    left_out = {"No manifest": {"manifest"}, "No cost estimate": {"cost"}}.get(missing, set())
    assert set(done.outputs) == set(whole) - left_out
    assert any("Traceback" in one.text for one in done.commands if one.name == "debug")


def test_a_bug_in_the_summary_of_a_failure_hides_no_error(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise RecursionError("of ours")

    monkeypatch.setattr("replicate_train.report.summary.failure.failure", broken)
    done = steps.run(script("bye"), INPUTS | {"evaluation": HELLO})
    assert done.status == 1
    assert "Evaluation failed" in done.error
    assert "No job summary" in done.log


@pytest.mark.parametrize(
    ("mode", "name"), [("plan", "planned"), ("start", "started"), ("create", "ready")]
)
def test_a_bug_in_the_summary_of_another_mode_is_a_warning(
    steps: Steps, monkeypatch: pytest.MonkeyPatch, mode: str, name: str
) -> None:
    def broken(*_: object) -> str:
        raise KeyError("of ours")

    monkeypatch.setattr(f"replicate_train.report.summary.planned.{name}", broken)
    play = started() if mode == "start" else planning()
    if mode == "create":
        play.answers.pop(TRAINER)
    assert steps.run(play, INPUTS | {"mode": mode}).status == 0


TRAINERS_SECRET = "hf_Canary/of+the=trainer&more"
EVALUATIONS_SECRET = 'ev_Canary "of" the <evaluation>'


def canaries(text: str) -> Callable[[httpx.Request], httpx.Response]:
    """Answer each start of a prediction with an output that repeats secrets in many notations."""
    return predictions([{"told": text, "at the cut": "." * 380 + text} for _ in range(3)])


@pytest.mark.parametrize("held", [True, False])
def test_secrets_are_in_no_summary_output_or_log(steps: Steps, *, held: bool) -> None:
    told = "".join(notation(TRAINERS_SECRET) + notation(EVALUATIONS_SECRET))
    evaluation = json.dumps(
        [
            {
                "name": "a",
                "input": {"prompt": "hi", "key": EVALUATIONS_SECRET},
                "expect": {"contains": "Canary" if held else "nothing of this"},
            }
        ]
    )
    log = f"loss: 1\n{told}\nloss: 2\nloss: 0.5\n"
    play = script().always(CREATE, canaries(told))
    latest = model(latest=BEFORE)
    latest["latest_version"]["openapi_schema"] = SCHEMA
    play.answers["GET /models/you/m"] = [ok(latest)]
    play.answers[LOOK] = [ended(logs=log, error=told, input={"hf_token": TRAINERS_SECRET})]
    before = training("succeeded", id="tr0", output={"version": f"you/m:{BEFORE}"})
    before |= {"input": {"hf_token": TRAINERS_SECRET, "old_token": "older secret"}}
    play.always(LIST, listed(before)).always("GET /trainings/tr0", ok(before))
    given = json.dumps({"steps": 10, "hf_token": TRAINERS_SECRET})
    done = steps.run(play, INPUTS | {"training-input": given, "evaluation": evaluation})
    assert done.status == (not held)
    masked = [one.message for one in done.commands if one.name == "add-mask"]
    assert len(set(masked)) == 3
    log = "\n".join(one for one in done.log.splitlines() if not one.startswith("::add-mask::"))
    for place in (done.summary, done.read, str(done.outputs), *done.outputs.values(), log):
        for secret in (TRAINERS_SECRET, EVALUATIONS_SECRET):
            for written in notation(secret):
                assert written not in place
                assert written[: len(written) // 2] not in place
        assert "older secret" not in place
    assert "hf_token" in done.read


def notation(secret: str) -> list[str]:
    """Return a secret in several notations."""
    data = secret.encode()
    return [
        secret,
        json.dumps(secret)[1:-1],
        quote(secret, safe=""),
        html.escape(secret),
        base64.b64encode(data).decode(),
        data.hex(),
    ]


def test_what_only_the_new_version_calls_secret_is_hidden_too(steps: Steps) -> None:
    play = script(f"I know {EVALUATIONS_SECRET}")
    given = json.dumps([{"input": {"prompt": "hi", "key": EVALUATIONS_SECRET}}])
    done = steps.run(play, INPUTS | {"evaluation": given})
    assert done.status == 0
    masks = [one.message for one in done.commands if one.name == "add-mask"]
    assert EVALUATIONS_SECRET in masks
    assert EVALUATIONS_SECRET not in str(done.outputs) + done.read


def test_a_token_in_an_evaluation_is_refused_before_anything_is_changed(steps: Steps) -> None:
    play = planning(openapi_schema=SCHEMA)
    play.staying.pop(LIST)
    given = json.dumps([{"input": {"prompt": f"x {TOKEN[:-1]}"}}]).replace(TOKEN[:-1], "ghs_of_job")
    done = plan(steps, play, evaluation=given, **{"github-token": "ghs_of_job"})
    assert done.status == 1
    assert "contains" in done.error
    assert "ghs_of_job" not in done.error + done.summary


def test_the_files_of_an_evaluation_are_saved(steps: Steps) -> None:
    play = script("data:text/plain;base64,aGVsbG8=")
    given = "- name: a\n  input: {prompt: hi}\n"
    done = steps.run(play, INPUTS | {"evaluation": given, "evaluation-files": "out"})
    assert done.status == 0
    assert [one.read_text() for one in (steps.workspace / "out").iterdir()] == ["hello"]
    assert "The step saved them in out." in done.read


@pytest.mark.usefixtures("readme")
def test_a_signal_during_the_deletes_names_only_them(steps: Steps) -> None:
    stop = StopSignals()
    play = script().on(APP, deployment(LIVE), deployment(LIVE))
    play.on(PATCH_APP, deployment(NEW_VERSION)).on(README, ok(model()))
    play.on("GET /deployments", struck(stop, listed_deployments()))
    done = steps.run(play, INPUTS | ALL, stop)
    assert done.status == 1
    assert "was made and stays. Not finished: `keep-versions`." in done.error


def test_a_deployment_is_not_asked_for_in_an_outage(steps: Steps) -> None:
    down = problem(503, detail="down")
    play = Script().always(TRAINER, down)
    done = plan(steps, play, deployment="you/live")
    assert done.status == 1
    assert not any("deployments" in one for one in play.requests)


def test_a_deployment_is_asked_for_once_where_there_are_problems(steps: Steps) -> None:
    play = planning().always(APP, problem(503, detail="down"))
    play.staying.pop(LIST)
    done = plan(steps, play, deployment="you/live", evaluation="- x: 1")
    assert done.status == 1
    assert play.requests.count(APP) == 1
