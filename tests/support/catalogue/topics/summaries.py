"""Whole job summaries, one of each kind."""

import json
from collections.abc import Callable
from typing import Any

import httpx

from replicate_train.evaluation import model as evaluated
from replicate_train.evaluation.model import Check, Evaluation, Outcome
from replicate_train.inputs.model import Inputs
from replicate_train.provenance.origin import Origin
from replicate_train.publish.retention import Pruned, Refusal
from replicate_train.report.record import Record
from replicate_train.report.summary.evaluations import evaluations
from replicate_train.report.summary.publication import publication
from replicate_train.runner.signals import Stopped, StopSignals
from support.catalogue import render
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic
from support.scenes import INPUTS, LIST, LOOK, TRAINER, listed
from support.scripted import NEW_VERSION, URL, VERSION, Answer, Script, model, ok, problem, training

TOPIC = Topic("summaries", "Job summaries")

OLD, BEFORE = "a" * 64, "tr0"
NEW = "GET /models/you/m/versions/" + NEW_VERSION
DEPLOYMENT = "GET /deployments/you/live"
PREDICT = "POST /predictions"
SCHEMA = {
    "components": {
        "schemas": {
            "Input": {
                "type": "object",
                "required": ["prompt"],
                "properties": {"prompt": {"type": "string"}, "key": {"x-cog-secret": True}},
            }
        }
    }
}
LOG = "".join(
    f"step {step}/1500 loss={0.2 + 0.35 / (1 + step / 100):.4f}\n" for step in range(0, 1501, 50)
)
EVALUATION = """
- name: says hello
  input: {prompt: "hello, you"}
  expect: {contains: hello, max-seconds: 20}
- name: an image
  input: {prompt: a photo of TOK}
  expect: {min-outputs: 1}
"""
MORE = {
    "trainer": "ostris/flux-dev-lora-trainer",
    "evaluation": EVALUATION,
    "deployment": "you/live",
    "keep-versions": "3",
}
RUN = {
    "GITHUB_REPOSITORY": "acme/photos",
    "GITHUB_RUN_ID": "1234",
    "GITHUB_REF": "refs/heads/main",
    "GITHUB_REF_NAME": "main",
    "GITHUB_EVENT_NAME": "push",
    "GITHUB_ACTOR": "mona",
    "GITHUB_SHA": "1f0c" * 10,
}


def made(new: str, **more: Any) -> dict[str, Any]:
    """Return a training that made a version."""
    times = {
        "created_at": "2026-11-20T10:00:00.123Z",
        "started_at": "2026-11-20T10:00:12.123Z",
        "completed_at": "2026-11-20T10:28:07.023Z",
        "metrics": {"predict_time": 1674.9},
    }
    output = {"version": f"you/m:{new}", "weights": "https://replicate.delivery/w.tar"}
    given = {"train_data": INPUTS["dataset"], "steps": 10}
    return training("succeeded", LOG, output=output, input=given) | times | more


def earlier() -> dict[str, Any]:
    """Return the training of the version before."""
    given = {"train_data": "https://example.com/older.jsonl", "steps": 8}
    return made(OLD, id=BEFORE, input=given, metrics={"predict_time": 1111.2})


def script(ended: Answer, trainer: str = "GET /models/ostris/flux-dev-lora-trainer") -> Script:
    """Return a script up to an ended training, which has a version before."""
    owner, name = trainer.split("/")[-2:]
    start = f"POST /models/{owner}/{name}/versions/{VERSION}/trainings"
    return (
        Script()
        .on(trainer, ok(model(owner, name, latest=VERSION)))
        .on("GET /models/you/m", ok(model(latest=OLD)))
        .always(LIST, listed(earlier()))
        .on(start, ok(training("starting", ""), 201))
        .on(LOOK, ended)
        .always(NEW, ok({"id": NEW_VERSION, "openapi_schema": SCHEMA}))
        .always(f"GET /trainings/{BEFORE}", ok(earlier()))
    )


def deployment(version: str) -> httpx.Response:
    release = {"number": 3, "model": "you/m", "version": version}
    return ok({"owner": "you", "name": "live", "current_release": release})


def predictions(*outputs: object) -> Callable[[httpx.Request], httpx.Response]:
    """Return what answers each start of a prediction: an ended one, by version and prompt."""
    answers = iter(outputs)

    def answer(request: httpx.Request) -> httpx.Response:
        given = json.loads(request.content)
        number = given["version"][:1] + str(len(given["input"]["prompt"]))
        ended = {"status": "succeeded", "output": next(answers), "metrics": {"predict_time": 4.1}}
        return ok({"id": f"p{number}", "input": given["input"], **ended}, 201)

    return answer


IMAGE = ["https://replicate.delivery/xezq/out-0.webp"]
OLDER = ["https://replicate.delivery/xezq/out-1.webp"]


@TOPIC.scene("A new version that passes, moves the deployment and replaces old versions")
def whole(stage: Stage) -> None:
    play = script(stage.later(1687, ok(made(NEW_VERSION))))
    play.on(DEPLOYMENT, deployment(OLD), deployment(OLD))
    play.on("PATCH /deployments/you/live", deployment(NEW_VERSION))
    play.always(PREDICT, predictions("hello from the harbour", IMAGE, "hello there", OLDER))
    play.on("GET /deployments", ok({"results": []}))
    versions = [
        {"id": sign * 64, "created_at": f"2026-11-{day:02}T00:00:00Z"} for sign, day in OLDEST
    ]
    play.on("GET /models/you/m/versions", ok({"results": versions}))
    play.on(f"DELETE /models/you/m/versions/{'7' * 64}", ok({}, 202))
    refusal = problem(403, detail="Another user has run this version")
    play.on(f"DELETE /models/you/m/versions/{'8' * 64}", refusal)
    stage.run(play, INPUTS | MORE, **RUN)


OLDEST = [("d", 20), ("a", 10), ("9", 9), ("8", 8), ("7", 7)]


@TOPIC.scene("A new version that fails its evaluation")
def broken(stage: Stage) -> None:
    play = script(stage.later(1687, ok(made(NEW_VERSION))))
    play.on(DEPLOYMENT, deployment(OLD))
    many = [f"https://replicate.delivery/xezq/{number}.webp" for number in range(6)]
    play.always(PREDICT, predictions("good day", many, "hello there", OLDER))
    stage.run(play, INPUTS | MORE, **RUN)


@TOPIC.scene("The new version does not accept the input of an evaluation")
def not_accepted(stage: Stage) -> None:
    play = script(stage.later(1687, ok(made(NEW_VERSION))))
    given = {"evaluation": '- input: {promt: "hello"}\n'}
    stage.run(play, INPUTS | MORE | {"deployment": "", "keep-versions": ""} | given, **RUN)


@TOPIC.scene("The first version of a model, of a trainer whose price is not known")
def first(stage: Stage) -> None:
    play = script(stage.later(1687, ok(made(NEW_VERSION))), TRAINER)
    play.answers["GET /models/you/m"] = [ok(model())]
    stage.run(play, INPUTS, **RUN)


@TOPIC.scene("The deployment cannot be moved")
def not_moved(stage: Stage) -> None:
    play = script(stage.later(1687, ok(made(NEW_VERSION))))
    play.on(DEPLOYMENT, deployment(OLD), deployment(OLD))
    play.on("PATCH /deployments/you/live", problem(403, detail="No."))
    stage.run(play, INPUTS | MORE | {"evaluation": "", "keep-versions": ""}, **RUN)


@TOPIC.scene("A training that ran out of memory")
def out_of_memory(stage: Stage) -> None:
    log = LOG[:400] + "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB\n"
    ended = made(NEW_VERSION, status="failed", logs=log, output=None, error="exit status 1")
    stage.run(script(stage.later(700, ok(ended))), INPUTS | MORE | NOTHING_AFTER, **RUN)


NOTHING_AFTER = {"evaluation": "", "deployment": "", "keep-versions": ""}


@TOPIC.scene("A training that times out and is cancelled")
def timed_out(stage: Stage) -> None:
    running = ok(training("processing", LOG[:400]))
    play = script(running)
    play.always(LOOK, stage.later(120, running))
    play.answers["POST /trainings/tr1/cancel"] = [ok(training("canceled", LOG[:400]))]
    stage.run(play, INPUTS | MORE | NOTHING_AFTER | {"timeout": "10m"}, **RUN)


@TOPIC.scene("A workflow that is cancelled")
def cancelled(stage: Stage) -> None:
    def stopping(_: httpx.Request) -> httpx.Response:
        raise Stopped("SIGINT")

    play = script(ok(training("processing", LOG[:400]))).on(LOOK, stopping)
    play.on("POST /trainings/tr1/cancel", ok(training("canceled", LOG[:400])))
    stage.run(play, INPUTS | MORE | NOTHING_AFTER, stop=StopSignals(), **RUN)


@TOPIC.scene("A workflow that is cancelled during the evaluation")
def cancelled_late(stage: Stage) -> None:
    def stopping(_: httpx.Request) -> httpx.Response:
        raise Stopped("SIGINT")

    play = script(stage.later(1687, ok(made(NEW_VERSION)))).on(DEPLOYMENT, deployment(OLD))
    play.always(PREDICT, ok({"id": "p1", "status": "starting"}, 201))
    play.on("GET /predictions/p1", stopping)
    play.always("POST /predictions/p1/cancel", ok({"id": "p1", "status": "canceled"}))
    done = stage.log(play, INPUTS | MORE, stop=StopSignals(), **RUN)
    stage.show("beginning of the job summary", render.summary(done.summary.split("```")[0]))


@TOPIC.scene("A bug in a part that the step can do without")
def bugs(stage: Stage) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("steps")

    for part in ("success", "manifest_of", "estimate", "earlier_version"):
        stage.patch.setattr(f"replicate_train.job.finish.{part}", broken)
    play = script(stage.later(1687, ok(made(NEW_VERSION))))
    done = stage.log(play, INPUTS | MORE | NOTHING_AFTER, **RUN)
    stage.show("job summary", [done.summary or "(nothing is written)"])


@TOPIC.scene("A version that an identical training made before")
def reused(stage: Stage) -> None:
    there = made(NEW_VERSION, version=VERSION, destination="you/m")
    play = script(ok(there)).always(LIST, listed(there))
    for name in [name for name in play.answers if name.startswith("POST")]:
        play.answers.pop(name)
    stage.run(play, INPUTS | MORE | NOTHING_AFTER | {"reuse": "succeeded"}, **RUN)


@TOPIC.scene("A plan with evaluations and a deployment")
def planned(stage: Stage) -> None:
    play = script(ok({})).on(DEPLOYMENT, deployment(OLD))
    for name in [name for name in play.answers if name == LOOK or name.startswith("POST")]:
        play.answers.pop(name)
    stage.run(play, INPUTS | MORE | {"mode": "plan"}, **RUN)


@TOPIC.scene("A plan that would use what exists")
def planned_reuse(stage: Stage) -> None:
    there = made(NEW_VERSION, version=VERSION, destination="you/m")
    play = script(ok({})).always(LIST, listed(there))
    for name in [name for name in play.answers if name.startswith("POST")]:
        play.answers.pop(name)
    play.answers[LOOK] = [ok(there)]
    more = {"mode": "plan", "reuse": "succeeded"}
    stage.run(play, INPUTS | MORE | NOTHING_AFTER | more, **RUN)


@TOPIC.scene("Another trainer version, many images that are saved, and a deployment that is there")
def images(stage: Stage) -> None:
    before = earlier() | {"version": "b" * 64, "metrics": {}, "logs": "loss: nan\nloss: nan\n"}
    urls = [f"data:image/png;base64,{PNG}" for _ in range(6)]
    play = script(stage.later(1687, ok(made(NEW_VERSION, logs=LOG + "step 1500/1500 loss=nan\n"))))
    play.always(LIST, listed(before)).always(f"GET /trainings/{BEFORE}", ok(before))
    play.on(DEPLOYMENT, deployment(OLD), deployment(NEW_VERSION))
    play.always(PREDICT, predictions("hello", urls, "hello", OLDER))
    stage.write({"out/02-an-image-1.png": "x", "out/02-an-image-2.png/x": "a folder"})
    given = {"evaluation-files": "out", "keep-versions": ""}
    stage.run(play, INPUTS | MORE | given, **RUN)


PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEA"


@TOPIC.scene("A trainer whose price is not known")
def no_price(stage: Stage) -> None:
    stage.patch.setattr("replicate_train.report.summary.details.DEFAULT_API_URL", URL)
    play = script(stage.later(1687, ok(made(NEW_VERSION))), TRAINER)
    done = stage.log(play, INPUTS, **RUN)
    lines = [line for line in render.summary(done.summary) if "price:" in line]
    stage.show("in the job summary", lines)


@TOPIC.scene("More checks and old versions than are listed")
def many(stage: Stage) -> None:
    checks = [Check(f"contains `{at}`", at < 2, "the output is `x`") for at in range(25)]
    outcome = Outcome(Evaluation("counts", {}), evaluated.Answer("p1", "succeeded", "x"), checks)
    (row,) = [one for one in evaluations([outcome], "").split("\n") if "counts**" in one]
    stage.show("an evaluation", [row])
    refused = tuple(Refusal("8" * 64, "It is used") for _ in range(22))
    record = Record(Inputs(), Origin(), pruned=Pruned(("7" * 64,) * 22, refused))
    lines = publication(record).split("\n")
    stage.show("old versions", [lines[0], lines[1], "...", lines[-1]])


def shortest(stage: Stage, inputs: dict[str, str], play: Script) -> None:
    """Show the end of a summary for which there is hardly any room."""
    stage.patch.setattr("replicate_train.report.summary.document.LIMIT", 0)
    given = {"visibility": "public"} | inputs  # which is a warning
    done = stage.log(play, INPUTS | MORE | {"keep-versions": ""} | given, **RUN)
    stage.show("end of the job summary", done.read.strip().split("\n")[-1:])


@TOPIC.scene("Nothing of a version's summary fits")
def large(stage: Stage) -> None:
    play = script(stage.later(1687, ok(made(NEW_VERSION))))
    play.on(DEPLOYMENT, deployment(OLD), deployment(OLD))
    play.on("PATCH /deployments/you/live", deployment(NEW_VERSION))
    play.always(PREDICT, predictions("hello from the harbour", IMAGE, "hello there", OLDER))
    shortest(stage, {}, play)


@TOPIC.scene("Nothing of a failure's summary fits")
def large_failure(stage: Stage) -> None:
    ended = made(NEW_VERSION, status="failed", logs=LOG, output=None)
    shortest(stage, NOTHING_AFTER, script(stage.later(700, ok(ended))))


@TOPIC.scene("Nothing of a plan's summary fits")
def large_plan(stage: Stage) -> None:
    play = script(ok({})).on(DEPLOYMENT, deployment(OLD))
    for name in [name for name in play.answers if name == LOOK or name.startswith("POST")]:
        play.answers.pop(name)
    shortest(stage, {"mode": "plan"}, play)


@TOPIC.scene("Nothing of the summary of a start fits")
def large_start(stage: Stage) -> None:
    play = script(ok({}))
    play.answers.pop(LOOK)
    shortest(stage, {"mode": "start"}, play)


@TOPIC.scene("Nothing of the summary of a destination fits")
def large_create(stage: Stage) -> None:
    play = Script().on("GET /models/you/m", ok(model(latest=OLD)))
    shortest(stage, {"mode": "create"}, play)


@TOPIC.scene("Mode start, and an identical training that succeeded before")
def start_reused(stage: Stage) -> None:
    there = made(NEW_VERSION, version=VERSION, destination="you/m")
    play = script(ok(there)).always(LIST, listed(there))
    for name in [name for name in play.answers if name.startswith("POST")]:
        play.answers.pop(name)
    more = {"mode": "start", "reuse": "succeeded"}
    stage.run(play, INPUTS | MORE | NOTHING_AFTER | more, **RUN)


@TOPIC.scene("More warnings than GitHub shows")
def many_warnings(stage: Stage) -> None:
    stage.write({"card.md": "\n".join(f"{{{{ name_{number} }}}}" for number in range(12))})
    play = script(ok({}))
    for name in [name for name in play.answers if name == LOOK or name.startswith("POST")]:
        play.answers.pop(name)
    stage.check(play, INPUTS | MORE | NOTHING_AFTER | {"mode": "plan", "readme": "card.md"}, **RUN)
