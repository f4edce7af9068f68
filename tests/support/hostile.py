"""Records of runs in which every foreign text is hostile, or huge."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from replicate_train.dataset.dataset import Hosted, Packed
from replicate_train.dataset.prepare import Prepared
from replicate_train.destination.ensure import Destination
from replicate_train.destination.state import DestinationState
from replicate_train.diagnostics.errors import ActionError, EvaluationFailed
from replicate_train.diagnostics.finding import Finding
from replicate_train.evaluation.failed import failure
from replicate_train.evaluation.model import Answer, Check, Evaluation, Outcome, OutputFile
from replicate_train.inputs.model import Inputs
from replicate_train.metrics.collector import Metrics
from replicate_train.plan.after import After
from replicate_train.plan.plan import Plan
from replicate_train.provenance.cost import Cost
from replicate_train.provenance.origin import Origin
from replicate_train.publish.deployment import Move
from replicate_train.publish.retention import Pruned, Refusal
from replicate_train.replicate.refs import ModelRef, VersionRef
from replicate_train.replicate.schemas import Deployment, File, Model, Training, Version
from replicate_train.report.record import Record
from replicate_train.trainer.given import Given
from replicate_train.trainer.trainer import Trainer
from replicate_train.trainer.yaml_text import Scalar
from replicate_train.training.history import EarlierVersion
from replicate_train.training.request import TrainingRequest
from replicate_train.training.reuse import ExistingTraining
from replicate_train.training.version import MadeVersion

PIECES = [
    *["<script>", "</script>", "<iframe src=//evil.example>", "<style>", "<img src=x onerror=y>"],
    *["</details>", "<details>", "</summary>", "<summary>", "<!--", "-->", "<b>", "</td></tr>"],
    *[
        "<a href='javascript:x'>",
        "javascript:alert(1)",
        "[x](javascript:x)",
        "![x](//evil.example)",
    ],
    *["https://evil.example/x", "http://evil.example", "www.evil.example", "ftp://evil.example"],
    *[
        "mona@evil.example",
        "@mona",
        "#1",
        "# ",
        "## ",
        "- ",
        "+ ",
        "1. ",
        "2) ",
        "> ",
        "===",
        "---",
    ],
    *[
        "```",
        "````",
        "~~~",
        "`",
        "``",
        "|",
        "| --- |",
        ":--",
        "\\",
        "*",
        "**",
        "_",
        "~~",
        "]",
        "](",
        "[",
    ],
    *["```mermaid\ngraph TD\n", "%%{init: {}}%%", "click a href", "::error::x", "##[error]x"],
    *[
        "\n",
        "\r",
        "\u2028",
        "\x1b[31m",
        "\u202e",
        "\t",
        " ",
        "    ",
        "a",
        "é",
        "&lt;",
        "&#60;",
        "loss",
    ],
    *['"', "'", "$", "${x}", "\\n", "\ud800", "😀"],
]

Text = Callable[[], str]


def trainer(text: Text, count: int) -> Trainer:
    """Return a trainer whose fields have foreign names, types and defaults."""
    fields = {
        f"{text()}{at}": {"type": text(), "default": text(), "description": text()}
        for at in range(count)
    }
    fields["key"] = {"type": "string", "format": "password", "x-cog-secret": True}
    schema = {"type": "object", "properties": fields}
    reference = VersionRef(ModelRef(text(), text()), text())
    return Trainer(reference, schema, {}, pinned=False, current=ModelRef(text(), text()))


def training(text: Text, count: int, status: str = "succeeded", **more: Any) -> Training:
    given = {f"{text()}{at}": text() for at in range(count)} | {"key": "hidden-by-its-name"}
    whole: dict[str, Any] = {
        "id": text(),
        "status": status,
        "version": text(),
        "created_at": "2026-11-01T10:00:00Z",
        "started_at": "2026-11-01T10:00:10Z",
        "completed_at": "2026-11-01T10:10:00Z",
        "metrics": {"predict_time": 590.0},
        "input": given,
        "error": text(),
        "logs": "".join(f"{text()}: {at} step {at}/9 {text()} loss={at}\n" for at in range(9)),
        "urls": {"web": f"https://replicate.com/p/{text()}" if count else f"javascript:{text()}"},
    }
    return Training.model_validate(whole | more)


def outcome(text: Text, number: int, checks: int, *, held: bool) -> Outcome:
    given = {text(): text(), "key": text(), "list": [text(), {text(): text()}]}
    urls = [
        f"https://replicate.delivery/{number}.png",
        text(),
        f"https://replicate.delivery/{text()}",
    ]
    files = [
        OutputFile(url, text() if at else "image/png", 1, problem=text())
        for at, url in enumerate(urls)
    ]
    judged = [Check(text(), held or at % 2 == 0, text()) for at in range(checks)]
    before = Answer(text(), text(), [text(), text()], "", 1.5, page=text())
    error = "" if number % 2 else text()
    output = {text(): [text()]} if number % 3 else text()
    answer = Answer(
        text(), "succeeded", output, error, 2.0, files if number % 5 == 0 else (), text()
    )
    evaluation = Evaluation(text(), given, secret_inputs=frozenset({"key"}))
    return Outcome(evaluation, answer, judged, before)


def plan(text: Text, count: int, *, uploads: bool, found: bool) -> Plan:
    made_by, fields = trainer(text, count), {}
    for name in list(made_by.fields)[: count // 2]:
        fields[name] = text()
    given = {
        name: Given(Scalar(value, "str", 3, 1), "training-input", text())
        for name, value in fields.items()
    }
    packed = Packed(text(), "application/zip", Path("x"), 12, "ab" * 32, 3)
    dataset = packed if uploads else Hosted(f"https://example.com/{text()}", "")
    request = TrainingRequest(made_by, text(), fields, dataset_input=text(), dataset=Hosted(text()))
    state = DestinationState(
        ModelRef(text(), text()), model(text) if found else None, {"description": text()}
    )
    return Plan(
        state,
        given,
        Prepared(dataset, notes=(text(), text())),
        None,
        request,
        [],
        ExistingTraining(training(text, 1)) if found else None,
        after=After((Evaluation(text(), {}),), deployment(text)),
    )


def model(text: Text) -> Model:
    latest = {"id": text()}
    return Model.model_validate(
        {
            "owner": text(),
            "name": text(),
            "url": f"https://replicate.com/{text()}",
            "latest_version": latest,
        }
    )


def deployment(text: Text) -> Deployment:
    release = {"model": text(), "version": text()}
    return Deployment.model_validate({"owner": text(), "name": text(), "current_release": release})


def record(
    text: Text, *, count: int = 3, many: int = 3, checks: int = 3, held: bool = True
) -> Record:
    """Return the record of a run that made a version, with `count` inputs."""
    inputs = {"api-url": "https://gateway.example/v1", "evaluation-files": "out"}
    ended = training(text, count)
    schema = {"Input": {"type": "object", "required": ["a"], "properties": {"a": {"type": text()}}}}
    version = Version(id=text(), openapi_schema={"components": {"schemas": schema}})
    made = MadeVersion(f"{text()}/{text()}", version)
    upload = File.model_validate(
        {"id": "f", "name": text(), "size": 3, "checksums": {"sha256": text()}}
    )
    whole = Record(Inputs.model_validate(inputs), origin(text))
    whole.warnings = [Finding(text(), text(), text(), text(), 3) for _ in range(many)]
    whole.plan = plan(text, count, uploads=held, found=False)
    whole.destination = Destination(model(text), created=True, updated=text())
    whole.training = ended
    whole.metrics = Metrics.of(ended.logs or "")
    whole.made, whole.model_page = made, f"https://replicate.com/{text()}"
    whole.previous = EarlierVersion(Version(id=text()), training(text, count), upload)
    whole.cost = Cost(Decimal("2.5"), text())
    whole.after = After((), deployment(text))
    whole.outcomes = tuple(outcome(text, at, checks, held=held) for at in range(min(many, 50)))
    whole.move = Move(text(), "a" * 64, text()) if held else None
    whole.pruned = Pruned(
        tuple(text() for _ in range(many)),
        tuple(Refusal(text(), text()) for _ in range(many)),
        text(),
    )
    return whole


def origin(text: Text) -> Origin:
    event = {"release": {"tag_name": text(), "name": text()}}
    names = ("REPOSITORY", "SHA", "REF", "REF_NAME", "WORKFLOW", "JOB", "ACTOR")
    environ = {f"GITHUB_{name}": text() for name in names}
    return Origin.from_environ(environ | {"GITHUB_EVENT_NAME": "release"}, event)


def error(text: Text, of: Record, many: int = 3) -> ActionError:
    """Return an error of a run: of its evaluations if one did not hold."""
    if found := failure(of.outcomes, "https://replicate.com/you/m/versions/x"):
        return found
    findings = [Finding(text(), text(), text(), text(), 3) for _ in range(many)]
    lines = [text() for _ in range(many)]
    return EvaluationFailed(
        text(), why=text(), fix=text(), link=f"https://x/{text()}", details=lines, findings=findings
    )
