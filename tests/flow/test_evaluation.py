"""Evaluations run on a new version: a few at a time, and nothing is left running."""

import json
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from replicate_train.clock import SystemClock
from replicate_train.evaluation import download
from replicate_train.evaluation.against_schema import check_inputs
from replicate_train.evaluation.failed import failure
from replicate_train.evaluation.files import OutputFiles
from replicate_train.evaluation.model import (
    NOT_STARTED,
    TIMED_OUT,
    Contains,
    Evaluation,
    MediaType,
    Outcome,
)
from replicate_train.evaluation.read import read
from replicate_train.evaluation.run import MAX_IN_FLIGHT, Evaluator
from replicate_train.replicate.client import Replicate, connect
from replicate_train.replicate.exchange import Exchange
from replicate_train.replicate.predictions import Predictions
from replicate_train.replicate.retry import RetryPolicy
from replicate_train.replicate.schemas import TERMINAL
from replicate_train.replicate.session import Session
from replicate_train.runner.signals import Stopped, StopSignals
from replicate_train.runner.workspace import Workspace
from support.cog_project import harbour
from support.scripted import TOKEN, URL, HandClock, Script, ok, problem
from support.served import LM, Served

CREATE, FIRST, CANCEL = "POST /predictions", "GET /predictions/p1", "POST /predictions/p1/cancel"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
HELLO = Evaluation("greets", {"prompt": "hi"}, [Contains("hello")])


def prediction(status: str, number: int = 1, **more: object) -> dict[str, Any]:
    return {"id": f"p{number}", "status": status, "urls": {}, **more}


def ended(output: object = "hello", number: int = 1, **more: object) -> httpx.Response:
    return ok(prediction("succeeded", number, output=output, metrics={"predict_time": 1.5}, **more))


def created(number: int = 1) -> httpx.Response:
    return ok(prediction("starting", number), 201)


def failed(error: str, number: int = 1) -> httpx.Response:
    return ok(prediction("failed", number, error=error))


@dataclass
class Stage:
    """Runs evaluations over a scripted service."""

    folder: Path
    clock: HandClock = field(default_factory=HandClock)
    stop: StopSignals = field(default_factory=StopSignals)
    said: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)

    def run(
        self,
        service: httpx.BaseTransport,
        *evaluations: Evaluation,
        previous: str = "",
        directory: str = "",
    ) -> tuple[Outcome, ...]:
        retry = RetryPolicy(self.clock)
        with connect(URL, TOKEN, service) as http, download.connect(service) as other:
            predictions = Predictions(Session(Exchange(http), retry))
            downloader = download.Downloader(other, self.clock, URL, TOKEN)
            workspace = Workspace(self.folder)
            files = OutputFiles(downloader, workspace, directory, self.warned.append)
            runs = Evaluator(predictions, self.clock, self.stop, files, self.said.append)
            outcomes = runs.run(evaluations or (HELLO,), "v2", previous)
        assert not isinstance(service, Script) or not service.breaches, service.breaches
        return outcomes

    def only(self, service: Script, *evaluations: Evaluation, **how: str) -> Outcome:
        (outcome,) = self.run(service, *evaluations, **how)
        return outcome


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


@dataclass
class Service(httpx.BaseTransport):
    """A service whose predictions take the seconds that their input says, and echo it."""

    clock: HandClock
    begun: list[dict[str, Any]] = field(default_factory=list)
    ends: dict[str, float] = field(default_factory=dict)
    most: int = 0
    cancelled: list[str] = field(default_factory=list)
    on_create: Callable[[int], None] = lambda _: None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        _, _, kind, *rest = request.url.path.split("/")
        assert kind == "predictions"
        if not rest:
            return self._create(json.loads(request.read()))
        name, *action = rest
        if action:
            self.cancelled.append(name)
            self.ends[name] = 0.0
            return ok(prediction("canceled", int(name[1:])))
        given = self.begun[int(name[1:]) - 1]
        if self.clock.now() < self.ends[name]:
            return ok(prediction("processing", int(name[1:])))
        return ended([given["version"], given["input"]["text"]], int(name[1:]))

    def _create(self, body: dict[str, Any]) -> httpx.Response:
        number = len(self.begun) + 1
        self.begun.append(body)
        self.ends[f"p{number}"] = self.clock.now() + body["input"]["seconds"]
        self.most = max(self.most, len(self.running))
        self.on_create(number)
        return created(number)

    @property
    def running(self) -> list[str]:
        return [name for name, end in self.ends.items() if end > self.clock.now()]


def echo(name: str, seconds: float, **more: Any) -> Evaluation:
    return Evaluation(name, {"text": name, "seconds": seconds}, [Contains(name)], **more)


def test_a_prediction_is_created_polled_and_judged(stage: Stage) -> None:
    script = Script().on(CREATE, created()).on(FIRST, ok(prediction("processing")), ended())
    outcome = stage.only(script)
    assert outcome.held
    assert (outcome.answer.output, outcome.answer.seconds) == ("hello", 1.5)
    assert outcome.answer.page == "https://replicate.com/p/p1"
    assert script.body(CREATE) == {"version": "v2", "input": {"prompt": "hi"}}
    create = script.asked[0]
    assert create.headers["cancel-after"] == "630s"
    assert "prefer" not in create.headers
    assert stage.said == ["Evaluation `greets` passed (1.5 s)"]


def test_an_expectation_that_does_not_hold_is_an_error_with_what_came(stage: Stage) -> None:
    script = Script().on(CREATE, created()).on(FIRST, ended("bye"))
    outcome = stage.only(script)
    assert not outcome.held
    line = "`greets` (contains `hello`): the output is `bye`"
    assert stage.said == [f"Evaluation failed (1.5 s): {line}"]
    error = failure([outcome, replace(outcome, checks=())], "https://replicate.com/you/m")
    assert error
    assert (error.title, error.what) == ("Evaluation failed", "1 of 2 evaluations failed")
    assert error.details == (line,)
    assert failure([replace(outcome, checks=())], "") is None


def test_at_most_four_are_in_flight_and_all_are_run(stage: Stage) -> None:
    service = Service(stage.clock)
    evaluations = [echo(f"e{number}", 10 + number) for number in range(10)]
    outcomes = stage.run(service, *evaluations)
    assert service.most == MAX_IN_FLIGHT == 4
    assert [one.evaluation.name for one in outcomes] == [f"e{number}" for number in range(10)]
    assert all(one.held for one in outcomes)
    assert stage.clock.seconds < 60  # one after the other they take 145 seconds


def test_the_previous_version_comes_after_the_new_one(stage: Stage) -> None:
    service = Service(stage.clock)
    outcomes = stage.run(service, *[echo(f"e{at}", 5) for at in range(5)], previous="v1")
    assert [one["version"] for one in service.begun] == ["v2"] * 5 + ["v1"] * 5
    for outcome in outcomes:
        assert outcome.previous
        assert outcome.answer.output[0] == "v2"
        assert outcome.previous.output == ["v1", outcome.evaluation.name]


def test_failures_of_the_previous_version_change_nothing(stage: Stage) -> None:
    gone = problem(422, title="Invalid version or not permitted", detail="no such version")
    script = Script().on(CREATE, created(), gone).on(FIRST, ended())
    outcome = stage.only(script, previous="v1")
    assert outcome.held
    assert outcome.previous
    assert outcome.previous.status == NOT_STARTED
    assert "no such version" in outcome.previous.error


def test_a_refused_creation_is_a_broken_check(stage: Stage) -> None:
    script = Script().on(CREATE, problem(422, detail="- prompt: too long"), created())
    script.on(FIRST, ended())
    one, two = stage.run(script, HELLO, replace(HELLO, name="again"))
    assert (one.held, one.answer.status) == (False, NOT_STARTED)
    assert "the prediction could not be started" in one.checks[0].why
    assert "too long" in one.checks[0].why
    assert two.held


@pytest.mark.parametrize("status", [401, 402, 403])
def test_a_refusal_of_the_account_is_asked_for_once(stage: Stage, status: int) -> None:
    script = Script().on(CREATE, problem(status, detail="no credit"))
    outcomes = stage.run(script, *[replace(HELLO, name=str(at)) for at in range(9)], previous="v1")
    assert len(script.asked) == 1
    assert {one.answer.status for one in outcomes} == {NOT_STARTED}
    assert all("no credit" in one.answer.error for one in outcomes)


def test_a_rate_limit_is_waited_for(stage: Stage) -> None:
    throttled = problem(429, detail="throttled", retry_after=30)
    script = Script().on(CREATE, throttled, throttled, created()).on(FIRST, ended())
    assert stage.only(script).held
    assert 60 <= stage.clock.seconds < 75


def test_a_rate_limit_does_not_stop_the_polls_of_others(stage: Stage) -> None:
    seen: list[float] = []

    def look(_: httpx.Request) -> httpx.Response:
        seen.append(stage.clock.seconds)
        return ended()

    throttled = problem(429, detail="throttled", retry_after=60)
    script = Script().on(CREATE, created(), throttled, created(2), created(3)).on(FIRST, look)
    script.on("GET /predictions/p2", ended(number=2)).on("GET /predictions/p3", ended(number=3))
    outcomes = stage.run(script, HELLO, replace(HELLO, name="b"), replace(HELLO, name="c"))
    assert all(one.held for one in outcomes)
    assert seen < [59]


def test_a_rate_limit_that_lasts_ends_the_evaluation(stage: Stage) -> None:
    script = Script().always(CREATE, problem(429, detail="throttled", retry_after=60))
    outcome = stage.only(script)
    assert outcome.answer.status == NOT_STARTED
    assert "throttled" in outcome.answer.error
    assert 500 < stage.clock.seconds <= 700


@pytest.mark.parametrize(
    "answer", [problem(502), httpx.ReadError("closed"), httpx.ConnectError("no route")]
)
def test_a_creation_that_fails_is_sent_three_times(stage: Stage, answer: Any) -> None:
    script = Script().on(CREATE, answer, answer, created()).on(FIRST, ended())
    assert stage.only(script).held
    script = Script().on(CREATE, answer, answer, answer)
    assert stage.only(script).answer.status == NOT_STARTED


@pytest.mark.parametrize(
    "error",
    [
        "E6716 error starting prediction",
        "Director: unexpected error handling prediction",
        "Prediction interrupted; please retry (code: PA)",
    ],
)
def test_a_failure_of_the_service_is_repeated_twice(stage: Stage, error: str) -> None:
    script = Script().on(CREATE, created(1), created(2), created(3))
    script.on(FIRST, failed(error)).on("GET /predictions/p2", failed(error, 2))
    assert stage.only(script.on("GET /predictions/p3", ended(number=3))).held
    script = Script().on(CREATE, failed(error), failed(error), failed(error))
    assert error in stage.only(script).checks[0].why


def test_a_failure_of_the_model_is_not_repeated(stage: Stage) -> None:
    script = Script().on(CREATE, created()).on(FIRST, failed("out of memory"))
    outcome = stage.only(script)
    assert (outcome.answer.status, outcome.answer.error) == ("failed", "out of memory")
    assert outcome.checks[0].why == "the prediction failed: out of memory"


@pytest.mark.parametrize("status", [401, 404, 500, 302])
def test_an_outage_while_polling_is_survived(stage: Stage, status: int) -> None:
    script = Script().on(CREATE, created()).on(FIRST, *[problem(status)] * 20, ended())
    assert stage.only(script).held


def test_a_timeout_cancels_the_prediction(stage: Stage) -> None:
    script = Script().on(CREATE, created()).always(FIRST, ok(prediction("starting")))
    script.on(CANCEL, ok(prediction("canceled")))
    outcome = stage.only(script, replace(HELLO, timeout=90))
    assert script.asked[0].headers["cancel-after"] == "120s"
    assert outcome.answer.status == TIMED_OUT
    assert outcome.checks[0].why == (
        "the prediction timed out: it did not end within 1m30s. It was still starting: the first "
        "prediction of a version can take minutes."
    )
    assert 90 <= stage.clock.seconds < 95


def test_a_prediction_that_ends_as_it_times_out_counts(stage: Stage) -> None:
    script = Script().on(CREATE, created()).always(FIRST, ok(prediction("processing")))
    assert stage.only(script.on(CANCEL, ended()), replace(HELLO, timeout=9)).held


def test_a_cancel_that_fails_is_told(stage: Stage) -> None:
    script = Script().on(CREATE, created()).always(FIRST, problem(500, detail="oops"))
    script.on(CANCEL, problem(500, detail="oops"))
    why = stage.only(script, replace(HELLO, timeout=9)).checks[0].why
    assert "GET /predictions/p1 answered 500: oops." in why
    assert "It could not be cancelled (POST /predictions/p1/cancel answered 500: oops)." in why
    assert "Replicate cancels it soon." in why


def test_repeats_and_a_cold_boot_count_into_the_timeout(stage: Stage) -> None:
    def slow(_: httpx.Request) -> httpx.Response:
        stage.clock.seconds += 200
        return failed("E6716 error starting prediction")

    script = Script().on(CREATE, created(), created()).on(FIRST, slow, slow)
    outcome = stage.only(script, replace(HELLO, timeout=300))
    assert outcome.answer.status == TIMED_OUT
    assert [one.headers["cancel-after"] for one in script.asked if one.method == "POST"] == [
        "330s",
        "128s",
    ]


def test_a_prediction_that_somebody_cancels_is_told(stage: Stage) -> None:
    script = Script().on(CREATE, created()).on(FIRST, ok(prediction("canceled")))
    assert stage.only(script).checks[0].why == "the prediction was cancelled on Replicate"


def strike(stage: Stage) -> None:
    stage.stop._on_signal(signal.SIGINT, None)


@pytest.mark.parametrize("at", [1, 3, 4, 6])
def test_a_signal_cancels_everything_in_flight(stage: Stage, at: int) -> None:
    service = Service(stage.clock, on_create=lambda number: strike(stage) if number == at else None)
    evaluations = [echo(f"e{number}", 30) for number in range(8)]
    with pytest.raises(Stopped):
        stage.run(service, *evaluations)
    assert len(service.begun) == at
    assert not service.running
    assert len(service.cancelled) == min(at, 4) or at == 6


def test_a_signal_while_polling_cancels_within_seconds(stage: Stage) -> None:
    def struck(_: httpx.Request) -> httpx.Response:
        strike(stage)
        return ok(prediction("processing"))

    oops = problem(500)
    script = Script().on(CREATE, created(1), created(2)).on(FIRST, struck)
    script.on(CANCEL, oops, oops, ok(prediction("canceled")))
    script.always("POST /predictions/p2/cancel", ok(prediction("canceled", 2)))
    script.always("GET /predictions/p2", ok(prediction("processing", 2)))
    with pytest.raises(Stopped):
        stage.run(script, HELLO, replace(HELLO, name="b"))
    assert script.requests.count("POST /predictions/p2/cancel") == 1
    assert not script.breaches


def test_cancels_that_fail_are_given_up_after_seconds(stage: Stage) -> None:
    def struck(_: httpx.Request) -> httpx.Response:
        strike(stage)
        return ok(prediction("processing"))

    script = Script().on(CREATE, created()).on(FIRST, struck).always(CANCEL, problem(500))
    with pytest.raises(Stopped):
        stage.run(script)
    assert stage.clock.seconds < 8


def test_a_defect_cancels_too_and_is_not_hidden(stage: Stage) -> None:
    script = Script().on(CREATE, created()).on(FIRST, ZeroDivisionError("odd"))
    script.on(CANCEL, ok(prediction("canceled")))
    with pytest.raises(ZeroDivisionError):
        stage.run(script)
    assert script.requests[-1] == CANCEL


def test_secrets_of_the_input_are_in_no_answer(stage: Stage) -> None:
    secret = "hunter2-hunter2"
    one = Evaluation("a", {"key": secret}, [Contains("x")], secret_inputs=frozenset({"key"}))
    script = Script().on(CREATE, created(), created())
    script.on(FIRST, ended([f"key={secret}", {"at": secret}]), failed(f"bad key {secret}"))
    outcomes = stage.run(script, one, replace(one, name="b"))
    assert json.loads(script.asked[0].content)["input"] == {"key": secret}
    assert "bad key ***" in outcomes[1].answer.error
    shown = [(it.answer, it.checks) for it in outcomes]
    assert secret not in f"{shown}{stage.said}"


FILE = "https://replicate.delivery/x/out.png"
DRAW = Evaluation("draws a cat", {}, [MediaType("image/png")])


def returning(output: object) -> Script:
    return Script().on(CREATE, created()).on(FIRST, ended(output))


def files(stage: Stage) -> Mapping[str, bytes]:
    return {
        path.relative_to(stage.folder).as_posix(): path.read_bytes()
        for path in stage.folder.rglob("*")
        if path.is_file()
    }


def test_a_file_is_judged_by_its_bytes_and_asked_for_without_the_token(stage: Stage) -> None:
    script = returning([FILE]).on("GET /x/out.png", httpx.Response(200, content=PNG))
    outcome = stage.only(script, DRAW)
    assert outcome.held
    (file,) = outcome.answer.files
    assert (file.url, file.media_type, file.size, file.saved_as) == (FILE, "image/png", 108, "")
    assert len(file.sha256) == 64
    assert "authorization" not in script.asked[-1].headers
    assert files(stage) == {}


def test_files_are_downloaded_only_where_needed(stage: Stage) -> None:
    outcome = stage.only(returning({"image": FILE}), replace(DRAW, expectations=()))
    assert [(one.url, one.media_type) for one in outcome.answer.files] == [(FILE, "")]


def test_files_are_saved_under_names_that_say_what_they_are(stage: Stage) -> None:
    data = "data:text/plain;base64,aGVsbG8="
    script = returning([FILE, data]).on("GET /x/out.png", httpx.Response(200, content=PNG))
    outcome = stage.only(script, replace(DRAW, expectations=()), directory="out/eval")
    saved = {"out/eval/01-draws-a-cat-1.png": PNG, "out/eval/01-draws-a-cat-2.txt": b"hello"}
    assert files(stage) == saved
    assert [one.saved_as for one in outcome.answer.files] == list(saved)
    assert not stage.warned


def test_a_file_that_exists_is_replaced_with_a_warning(stage: Stage) -> None:
    (stage.folder / "out").mkdir()
    (stage.folder / "out/01-draws-a-cat-1.png").write_bytes(b"older")
    script = returning(FILE).on("GET /x/out.png", httpx.Response(200, content=PNG))
    stage.only(script, DRAW, directory="out/")
    assert files(stage) == {"out/01-draws-a-cat-1.png": PNG}
    assert stage.warned == ["`out/01-draws-a-cat-1.png` already existed, and was replaced"]


@pytest.mark.parametrize("inside", [False, True])
def test_a_link_is_never_followed(stage: Stage, tmp_path_factory: Any, inside: bool) -> None:
    other = tmp_path_factory.mktemp("other")
    (stage.folder / "out").mkdir()
    if inside:
        (stage.folder / "out/01-draws-a-cat-1.png").symlink_to(other / "target")
    else:
        (stage.folder / "out").rmdir()
        (stage.folder / "out").symlink_to(other)
    script = returning(FILE).on("GET /x/out.png", httpx.Response(200, content=PNG))
    outcome = stage.only(script, DRAW, directory="out")
    assert outcome.held
    assert list(other.iterdir()) == []
    assert outcome.answer.files[0].saved_as == ""
    assert "was not saved" in stage.warned[-1]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://replicate.delivery/x/out.png", "its URL does not start with `https://`"),
        ("https://169.254.169.254/latest", "its host is not on the internet"),
        ("https://10.0.0.1/x", "its host is not on the internet"),
        ("https://[::1]/x", "its host is not on the internet"),
        ("https://127.1/x", "its host is not on the internet"),
        ("https://metadata/x", "its host is not on the internet"),
        ("https://metadata.google.internal/x", "its host is not on the internet"),
        ("https://localhost./x", "its host is not on the internet"),
        ("data:image/png;base64,###", "is a `data:` URL that is not valid base64"),
    ],
)
def test_a_url_that_a_model_made_up_is_not_asked_for(stage: Stage, url: str, why: str) -> None:
    outcome = stage.only(returning(url), DRAW)
    assert why in outcome.checks[0].why


@pytest.mark.parametrize("path", ["/account", "/files", "/files/a/../../account", "/files/a?b=c"])
def test_the_token_opens_nothing_but_a_file(stage: Stage, path: str) -> None:
    script = returning(f"{URL}{path}")
    asked = httpx.URL(f"{URL}{path}").path.removeprefix("/v1")
    script.staying.clear()
    stage.only(script.on(f"GET {asked}", httpx.Response(401)), DRAW)
    assert "authorization" not in script.asked[-1].headers


def test_a_file_of_the_api_s_own_origin_is_asked_for_with_the_token(stage: Stage) -> None:
    script = returning(f"{URL}/files/f1")
    away = httpx.Response(302, headers={"location": FILE})
    script.on("GET /files/f1", away).on("GET /x/out.png", httpx.Response(200, content=PNG))
    assert stage.only(script, DRAW).held
    first, second = script.asked[-2:]
    assert first.headers["authorization"] == f"Bearer {TOKEN}"
    assert "authorization" not in second.headers


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("http://example.com/x", "its URL does not start with `https://`"),
        ("https://192.168.0.1/x", "its host is not on the internet"),
        ("https://you:pass@example.com/x", "its URL is not valid"),
    ],
)
def test_a_redirect_must_be_safe(stage: Stage, location: str, why: str) -> None:
    away = httpx.Response(302, headers={"location": location})
    outcome = stage.only(returning(FILE).on("GET /x/out.png", away), DRAW)
    assert outcome.checks[0].why == f"the file could not be downloaded: {why}"


def test_redirects_end(stage: Stage) -> None:
    again = httpx.Response(302, headers={"location": FILE})
    outcome = stage.only(returning(FILE).always("GET /x/out.png", again), DRAW)
    assert "more than 5 redirects" in outcome.checks[0].why


def test_a_redirect_to_the_api_is_without_the_token(stage: Stage) -> None:
    away = httpx.Response(302, headers={"location": f"{URL}/files/f1"})
    script = returning(FILE).on("GET /x/out.png", away).on("GET /files/f1", httpx.Response(401))
    stage.only(script, DRAW)
    assert "authorization" not in script.asked[-1].headers


def test_a_download_that_fails_is_repeated(stage: Stage) -> None:
    script = returning(FILE).on(
        "GET /x/out.png",
        httpx.Response(503),
        httpx.ReadError("closed"),
        httpx.Response(200, content=PNG),
    )
    assert stage.only(script, DRAW).held
    script = returning(FILE).on("GET /x/out.png", *[httpx.Response(503)] * 3)
    why = stage.only(script, DRAW, directory="out").checks[0].why
    assert why == "the file could not be downloaded: the server answered 503"
    assert stage.warned == [
        "`01-draws-a-cat-1` was not saved: it could not be downloaded: the server answered 503"
    ]


def test_a_file_that_is_too_large_is_judged_and_not_kept(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("replicate_train.evaluation.files.MAX_FILE", 100)
    script = returning(FILE).on("GET /x/out.png", httpx.Response(200, content=PNG))
    outcome = stage.only(script, DRAW, directory="out")
    assert outcome.held
    assert stage.warned == ["`01-draws-a-cat-1` was not saved: it is larger than 100 bytes"]
    assert files(stage) == {}


def test_all_files_together_have_a_limit(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replicate_train.evaluation.files.MAX_ALL", 100)
    data = "data:application/octet-stream," + "x" * 60
    urls = [f"{data}{number}" for number in range(3)]
    outcome = stage.only(returning(urls), replace(DRAW, expectations=()), directory="out")
    assert [bool(one.saved_as) for one in outcome.answer.files] == [True, False, False]
    assert len(stage.warned) == 2


@pytest.mark.engine
def test_a_trained_version_is_evaluated_for_real(served: Served, tmp_path: Path) -> None:
    """Train tiny-lm on the local Replicate, and run predictions of it in its Cog engine."""
    version_id = train_tiny_lm(served)
    text = """
- name: continues the prompt
  input: {prompt: "The harbour", length: "20", seed: 7}
  expect: {contains: The harbour, matches: "(?s)^The harbour.{20}$", max-seconds: 60}
- name: is told what it is not
  input: {prompt: x, length: 5}
  expect: {equals: x, media-type: image/*}
"""
    stage = Stage(tmp_path)
    with connect(served.url, served.token) as http, download.connect() as other:
        session = Session(Exchange(http), RetryPolicy(SystemClock()))
        evaluations, findings = read(text, (served.token,))
        version = Replicate(session).version("you", "evaluated", version_id)
        evaluations, wrong = check_inputs(evaluations, version)
        assert not (*findings, *wrong)
        downloader = download.Downloader(other, SystemClock(), served.url, served.token)
        files = OutputFiles(downloader, Workspace(tmp_path), "out", stage.warned.append)
        runs = Evaluator(Predictions(session), SystemClock(), stage.stop, files, stage.said.append)
        first, second = runs.run(evaluations, version_id, version_id)
    assert first.held, first
    assert first.previous
    assert first.previous.output == first.answer.output
    assert [check.held for check in second.checks] == [False, False]
    assert second.checks[1].why == "the output has no files"


def train_tiny_lm(served: Served) -> str:
    with served.client() as api:
        body = {"owner": "you", "name": "evaluated", "visibility": "private", "hardware": "cpu"}
        api.post("/models", json=body).raise_for_status()
        upload = {"content": ("d.jsonl", harbour().read_bytes(), "application/jsonl")}
        file = api.post("/files", files=upload).json()
        trainer = api.get(f"/models/{LM}").json()["latest_version"]["id"]
        given = {"train_data": file["urls"]["get"], "steps": 20}
        start = {"destination": "you/evaluated", "input": given}
        path = f"/models/{LM}/versions/{trainer}/trainings"
        training = api.post(path, json=start).raise_for_status().json()
        end = time.monotonic() + 120
        while training["status"] not in TERMINAL:
            assert time.monotonic() < end
            time.sleep(0.1)
            training = api.get(f"/trainings/{training['id']}").json()
        assert training["status"] == "succeeded", training
        return str(training["output"]["version"].partition(":")[2])
