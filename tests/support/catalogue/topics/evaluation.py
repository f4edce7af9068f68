"""Evaluations: what is wrong with the input, and how their predictions end."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import httpx

from replicate_train.diagnostics.errors import ActionError, invalid
from replicate_train.diagnostics.finding import Finding
from replicate_train.evaluation import download, files
from replicate_train.evaluation.against_schema import check_inputs
from replicate_train.evaluation.failed import failure
from replicate_train.evaluation.files import OutputFiles
from replicate_train.evaluation.model import Outcome
from replicate_train.evaluation.read import read
from replicate_train.evaluation.report import as_json
from replicate_train.evaluation.run import Evaluator
from replicate_train.replicate.client import connect
from replicate_train.replicate.exchange import Exchange
from replicate_train.replicate.predictions import Predictions
from replicate_train.replicate.retry import RetryPolicy
from replicate_train.replicate.schemas import Version
from replicate_train.replicate.session import Session
from replicate_train.report import error as report
from replicate_train.runner.commands import Runner
from replicate_train.runner.signals import StopSignals
from replicate_train.runner.workspace import Workspace
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic
from support.scripted import TOKEN, URL, Script, ok, problem

TOPIC = Topic("evaluation", "Evaluations of the new version")

CREATE, LOOK, CANCEL = "POST /predictions", "GET /predictions/p1", "POST /predictions/p1/cancel"
PAGE = "https://replicate.com/you/m/versions/d"
FIELDS = {"prompt": {"type": "string", "maxLength": 5}, "image": {"format": "uri"}}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
FILE = "https://replicate.delivery/a.png"


def show(stage: Stage, error: ActionError) -> None:
    """Show an error as its annotations."""
    runner = Runner({})

    def annotate() -> None:
        for title, text, at in report.annotations(error):
            runner.error(title, text, at)

    stage.process(annotate)


def found(stage: Stage, findings: Sequence[Finding]) -> None:
    show(stage, invalid(findings))


def refused(stage: Stage, text: str) -> None:
    """Show what is wrong with a text of `evaluation`."""
    found(stage, read(text, (TOKEN,))[1])


def expecting(lines: str) -> str:
    return f"- input: {{}}\n  expect:\n    {lines}"


TOPIC.table(
    {
        "Not YAML": "- [",
        "A mapping instead of a list": "input: {prompt: hi}",
        "A text instead of a list": "hi",
        "An empty list": "[]",
        "Too many items": "- input: {}\n" * 51,
        "An item that is no mapping": "- hi",
        "No input": "- name: greets",
        "An input that is no mapping": "- input: hi",
        "Unknown keys": "- input: {}\n  expct: {}\n  zzz: 1",
        "Names that are not valid": "- {input: {}, name: [a]}\n- {input: {}, name: ''}\n"
        '- {input: {}, name: "a\\tb"}\n- {input: {}, name: a}\n- {input: {}, name: a}',
        "Timeouts that are not valid": "- {input: {}, timeout: soon}\n- {input: {}, timeout: 0}",
        "A token of this step": f"- input: {{prompt: {TOKEN}}}",
        "Expectations that are no mapping": "- input: {}\n  expect: hi",
        "Unknown expectations": expecting("contans: a\n    zzz: 1"),
        "Nothing to contain": expecting("contains: []"),
        "Patterns that are not valid": expecting("matches: '('"),
        "A pattern with look-around": expecting("matches: '(?=a)'"),
        "A pattern that is too long": expecting(f"matches: {'a' * 10_001}"),
        "A number that JSON cannot carry": expecting("equals: .nan"),
        "A path without a value": expecting("json-path: $.a"),
        "Paths that are not valid": expecting("json-path: {a.b: 1}"),
        "A path to many values": expecting("json-path: {$.a.*: 1}"),
        "Numbers that are not valid": expecting("min-outputs: none\n    max-seconds: 0"),
        "Media types that are not valid": expecting("media-type: png"),
        "A media type that cannot be told": expecting("media-type: image/jpg"),
        "A group of media types that cannot be told": expecting("media-type: font/*"),
        "Too many expectations": expecting(f"contains: [{', '.join('a' * 101)}]"),
    },
    refused,
)


@TOPIC.scene("Inputs that the version does not accept")
def schema(stage: Stage) -> None:
    schemas = {"Input": {"properties": FIELDS, "required": ["image"]}}
    version = Version(id="v", openapi_schema={"components": {"schemas": schemas}})
    text = "- input: {prompt: too long}\n- input: {promt: hi, image: here}\n- input: {image: ''}"
    found(stage, check_inputs(read(text)[0], version)[1])
    nothing = Version(id="v", openapi_schema={"components": {"schemas": {"Input": {}}}})
    found(stage, check_inputs(read("- input: {prompt: hi}")[0], nothing)[1])
    key = f"- input: {{prompt: {'r8_' + 'a' * 37}, image: https://x.y/a}}"
    found(stage, check_inputs(read(key)[0], version)[1])


def evaluated(stage: Stage, script: Script, text: str, directory: str = "") -> tuple[Outcome, ...]:
    """Run evaluations, show their log, and the error of those that failed."""
    runner, clock, came = Runner({}), stage.steps.clock, list[Outcome]()

    def run() -> None:
        with connect(URL, TOKEN, script) as http, download.connect(script) as other:
            service = Predictions(Session(Exchange(http), RetryPolicy(clock)))
            downloader = download.Downloader(other, clock, URL, TOKEN)
            collected = OutputFiles(
                downloader,
                Workspace(stage.workspace),
                directory,
                lambda text: runner.warning("File not saved", text),
            )
            runs = Evaluator(service, clock, StopSignals(), collected, runner.say)
            came.extend(runs.run(read(text)[0], "d" * 64))

    stage.process(run)
    assert not script.breaches, script.breaches
    if error := failure(came, PAGE):
        show(stage, error)
    return tuple(came)


def ended(status: str = "succeeded", **more: object) -> httpx.Response:
    return ok({"id": "p1", "status": status, "metrics": {"predict_time": 1.5}, **more})


def answered(*answers: httpx.Response) -> Script:
    return Script().on(CREATE, ok({"id": "p1", "status": "starting"}, 201)).on(LOOK, *answers)


@TOPIC.scene("Every expectation holds")
def passed(stage: Stage) -> None:
    text = "- name: greets\n  input: {}\n  expect: {contains: hello, min-outputs: 1}"
    evaluated(stage, answered(ended(output="hello")), text)


@TOPIC.scene("Nothing is expected but success, and two of three fail")
def two_of_three(stage: Stage) -> None:
    gone = problem(422, detail="- prompt: too long")
    script = Script().on(CREATE, ended(output="hi"), ended("failed", error="out of memory"), gone)
    came = evaluated(stage, script, "- input: {}\n- input: {}\n- input: {}")
    stage.show("output evaluation", json.dumps(json.loads(as_json(came)), indent=2).splitlines())


EXPECTED: dict[str, tuple[str, Any]] = {
    "A text that is not there": ("contains: hello", "bye"),
    "A text that is not there, in an empty output": ("contains: hello", ""),
    "A pattern that is not found": ("matches: '^h'", ["b", "ye"]),
    "Another value": ("equals: {a: ''}", {"a": "b"}),
    "Another text than none": ("equals: ''", None),
    "Another value at a path": ("json-path: {$.label: cat}", {"label": "dog"}),
    "No value at a path": ("json-path: {$.name: cat}", {"label": "dog"}),
    "Too few outputs": ("min-outputs: 2", ["a"]),
    "Too slow": ("max-seconds: 1", "a"),
    "No files": ("media-type: image/*", "a"),
    "A file that is not valid": ("media-type: image/*", "data:image/png;base64,###"),
    "A file of another type": ("media-type: image/*", "data:image/png,hello"),
    "A file of an unknown type": ("media-type: image/*", "data:image/png,%ff%00"),
    "Two files, one of another type": ("media-type: text/plain", ["data:,hi", "data:,%25PDF-1"]),
    "A file that is not on https": ("media-type: image/*", "http://replicate.delivery/a.png"),
    "A file in the runner's network": ("media-type: image/*", "https://10.0.0.1/a.png"),
}
TOPIC.table(
    EXPECTED,
    lambda stage, row: evaluated(
        stage,
        answered(ended(output=row[1])),
        f"- name: greets\n  input: {{}}\n  expect: {{{row[0]}}}",
    ),
)


@TOPIC.scene("The time is not reported")
def no_time(stage: Stage) -> None:
    script = answered(ok({"id": "p1", "status": "succeeded", "output": "a"}))
    evaluated(stage, script, expecting("max-seconds: 1"))


def moved(location: str) -> httpx.Response:
    return httpx.Response(302, headers={"location": location})


TOPIC.table(
    {
        "A file that is gone": httpx.Response(404),
        "A file whose server fails": httpx.Response(503),
        "A file that is moved without end": moved(FILE),
        "A file that is moved to an address that is not valid": moved("https://a:b@example.com/"),
    },
    lambda stage, answer: evaluated(
        stage,
        answered(ended(output=FILE)).always("GET /a.png", answer),
        expecting("media-type: image/*"),
    ),
)


@TOPIC.scene("A file that takes too long")
def slow(stage: Stage) -> None:
    clock = stage.steps.clock

    class Slow(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            clock.seconds += 200
            yield b"x" * (1 << 17)

    script = answered(ended(output=FILE))
    script.always("GET /a.png", lambda _: httpx.Response(200, stream=Slow()))
    evaluated(stage, script, expecting("media-type: image/*"))


@TOPIC.scene("Files that cannot be saved")
def unsaved(stage: Stage) -> None:
    text = "- name: draws\n  input: {}"
    png = httpx.Response(200, content=PNG)
    stage.write({"out/01-draws-1.png": "older", "other": "a file"})
    urls = [FILE, "data:,hello"]
    script = answered(ended(output=urls)).always("GET /a.png", png)
    evaluated(stage, script, text, "out")
    script = answered(ended(output=urls)).always("GET /a.png", png)
    evaluated(stage, script, text, "other")
    script = answered(ended(output=FILE)).always("GET /a.png", png)
    evaluated(stage, script, text, ".git")
    script = answered(ended(output=FILE)).always("GET /a.png", httpx.Response(404))
    evaluated(stage, script, text, "out")


@TOPIC.scene("Files that are too large")
def large(stage: Stage) -> None:
    text = "- name: draws\n  input: {}"
    for name in ("MAX_FILE", "MAX_ALL"):
        with stage.patch.context() as patch:
            patch.setattr(files, name, 100)
            urls = ["data:,hello", f"data:,{'a' * 95}", f"data:,{'b' * 101}"]
            evaluated(stage, answered(ended(output=urls)), text, "out")


@TOPIC.scene("Files that take too long together")
def together(stage: Stage) -> None:
    script = answered(ended(output=[FILE, "data:,hello"]))
    script.always("GET /a.png", stage.later(700, httpx.Response(200, content=PNG)))
    evaluated(stage, script, "- name: draws\n  input: {}", "out")


TOPIC.table(
    {
        "The account has no credit": problem(402, detail="You have insufficient credit"),
        "Replicate refuses an input": problem(422, detail="- prompt: too long"),
        "A rate limit that lasts": problem(429, detail="throttled", retry_after=300),
        "Replicate fails": problem(502),
    },
    lambda stage, answer: evaluated(stage, Script().always(CREATE, answer), "- input: {}"),
)
TOPIC.table(
    {
        "The service fails again and again": ended("failed", error="E6716 error starting"),
        "Cancelled by somebody": ended("canceled"),
        "Cancelled before it ran": ended("aborted"),
    },
    lambda stage, answer: evaluated(stage, Script().always(CREATE, answer), "- input: {}"),
)
TOPIC.table(
    {
        "A prediction that never starts": (
            ok({"id": "p1", "status": "starting"}),
            ended("canceled"),
        ),
        "A prediction that does not end": (
            ok({"id": "p1", "status": "processing"}),
            ended("canceled"),
        ),
        "Polls and the cancel fail": (problem(500, detail="oops"), problem(500, detail="oops")),
    },
    lambda stage, answers: evaluated(
        stage,
        answered().always(LOOK, answers[0]).always(CANCEL, answers[1]),
        "- {input: {}, timeout: 1m}",
    ),
)


@TOPIC.scene("The service fails until the timeout")
def failing(stage: Stage) -> None:
    answer = stage.later(200, ended("failed", error="E6716 error starting prediction"))
    script = (
        Script().always(CREATE, ok({"id": "p1", "status": "starting"}, 201)).always(LOOK, answer)
    )
    evaluated(stage, script, "- {input: {}, timeout: 1m}")
