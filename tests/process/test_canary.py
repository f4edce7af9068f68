"""The tokens are in nothing that a step writes, leaves behind or publishes, however it ends."""

import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from support.canary import (
    CARELESS,
    GITHUB_TOKEN,
    TOKEN,
    Watched,
    installed,
    notations,
    published,
    traces,
    watch,
)
from support.entrypoint import PROGRAM
from support.faults import add_faults, faults_left
from support.served import LM, ROOT, Served, sandbox

BROKEN = (str(ROOT / "tests/support/broken_step.py"),)
POST = (*PROGRAM, "post")
DEBUG = {"RUNNER_DEBUG": "1"}
TRAIN = {
    "model_name": "canary/m",
    "trainer": LM,
    "dataset": "harbour.jsonl",
    "training_input": "steps: 20",
    "logs_file": "training.log",
    "reuse": "never",
}


@dataclass(frozen=True)
class Case:
    """A step: the faults of the service, what differs in its inputs, and what its log says."""

    says: str
    faults: tuple[dict, ...] = ()
    inputs: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    program: tuple[str, ...] = PROGRAM
    status: int = 1


def answers(request: str, status: int, body: object, **headers: str) -> dict:
    return {"request": request, "answer": {"status": status, "body": body, "headers": headers}}


def ends(status: str, **more: object) -> dict:
    return {"training": {"status": status, "log": CARELESS, **more}}


START = "POST /models/*/*/versions/*/trainings"
SAID = {"detail": f"Not with {CARELESS}", "title": CARELESS, "status": 401}
CASES = {
    "success": Case("Version  ", (ends("succeeded"),), {"readme": "CARD.md"}, status=0),
    "success, debug": Case("::debug::", (ends("succeeded"),), env=DEBUG, status=0),
    "plan": Case("Nothing was changed", inputs={"mode": "plan"}, status=0),
    "plan, debug": Case("::debug::GET", inputs={"mode": "plan"}, env=DEBUG, status=0),
    "the trainer prints it and fails": Case(
        "title=Training failed", (ends("failed", error=f"no access for {CARELESS}"),)
    ),
    "401 that echoes it": Case(
        "title=API token not valid", (answers("GET /models/*/*", 401, SAID),), env=DEBUG
    ),
    "422 that echoes it": Case(
        "title=Replicate refused an input",
        (answers(START, 422, {"detail": CARELESS, "invalid_fields": [{"field": TOKEN}]}),),
    ),
    "a page that echoes it": Case(
        "title=Replicate refused the request",
        (answers("GET /models/*/*", 400, f"<h1>{CARELESS}</h1>", Server=TOKEN),),
        env=DEBUG,
    ),
    "a redirect to it": Case(
        "title=Replicate API redirects",
        (answers("GET /models/*/*", 302, "", Location=f"https://x.example/?key={TOKEN}"),),
        env=DEBUG,
    ),
    "in another input": Case("title=Input not valid", inputs={"description": f"a {TOKEN}"}),
    "in the trainer's inputs": Case(
        "title=Input not valid", inputs={"training_input": f'prefix: "{TOKEN}"'}
    ),
    "in a file name": Case("title=Input not valid", inputs={"dataset": "pictures"}),
    "a bug": Case("title=Bug in this action", program=BROKEN),
    "a bug, debug": Case("Traceback", program=BROKEN, env=DEBUG),
}


@pytest.fixture(scope="module")
def service() -> Iterator[Served]:
    with sandbox(f"--account=canary:{TOKEN}") as served:
        yield served


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    shutil.copy(ROOT / "examples/data/harbour.jsonl", folder)
    (folder / "CARD.md").write_text("# Model\n\n{{version}} of {{commit}}\n")
    (folder / "pictures").mkdir()
    (folder / f"pictures/{TOKEN}.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return tmp_path


def assert_nowhere(watched: Watched) -> None:
    shutil.rmtree(watched.place / "workspace/pictures")  # the test's own
    assert watched.leaks() == []
    assert watched.commands
    assert not list(watched.place.glob("tmp-*/*")), "a file was left behind"


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_step_leaves_no_token_behind(service: Served, place: Path, case: Case) -> None:
    if case.faults:
        add_faults(service, *case.faults, token=TOKEN).raise_for_status()
    watched = watch(service, place, case.env, case.program, **{**TRAIN, **case.inputs})
    assert watched.end() == case.status, watched.log
    assert case.says in watched.log
    assert faults_left(service, TOKEN) == []
    assert_nowhere(watched)


def test_a_token_that_is_not_valid(served: Served, place: Path) -> None:
    watched = watch(served, place, **TRAIN)
    assert watched.end() == 1
    assert "title=API token not valid" in watched.log
    assert_nowhere(watched)


@dataclass(frozen=True)
class Stop:
    """How a step is stopped, and what its post step meets and says."""

    number: int
    says: str = ""
    faults: tuple[dict, ...] = ()
    program: tuple[str, ...] = POST


STOPS = {
    "SIGTERM": Stop(signal.SIGTERM),
    "SIGKILL": Stop(signal.SIGKILL, "title=Training cancelled"),
    "SIGKILL, 401": Stop(
        signal.SIGKILL,
        "title=Training cancelled",
        (answers("GET /trainings/*", 401, SAID), answers("POST /trainings/*/cancel", 401, SAID)),
    ),
    "SIGKILL, a bug": Stop(
        signal.SIGKILL, "title=Training may still be running", program=(*BROKEN, "post")
    ),
}


@pytest.mark.parametrize("stop", STOPS.values(), ids=STOPS)
def test_a_step_that_is_stopped_and_its_post_step(service: Served, place: Path, stop: Stop) -> None:
    running = {"training": {"status": "succeeded", "seconds": 300, "log": CARELESS}}
    add_faults(service, running, token=TOKEN).raise_for_status()
    main = watch(service, place, DEBUG, **TRAIN)
    main.step.until(lambda: "using ***" in main.log)
    main.look()
    main.step.process.send_signal(stop.number)
    assert main.end() == (1 if stop.number == signal.SIGTERM else -stop.number)
    if stop.faults:
        add_faults(service, *stop.faults, token=TOKEN).raise_for_status()
    state = {f"STATE_{name}": value for name, value in main.step.state.items()}
    post = watch(service, place, {**DEBUG, **state}, stop.program, **TRAIN)
    assert post.end() == 0, post.log
    assert stop.says in post.log
    assert ("::warning" in post.log) == bool(stop.says)
    faults_left(service, TOKEN)
    with service.client(TOKEN) as api:
        api.post(f"/trainings/{main.step.outputs['training-id']}/cancel")
    shutil.rmtree(place / "workspace/pictures")
    assert main.leaks() + post.leaks() == []


def test_nothing_is_published(service: Served, place: Path) -> None:
    add_faults(service, {"training": {"status": "succeeded"}}, token=TOKEN)
    watched = watch(service, place, readme="CARD.md", description="From a step", **TRAIN)
    assert watched.end() == 0, watched.log
    said = published(service, watched.step.outputs["training-id"])
    assert "From a step" in said
    assert "# Model" in said
    said += installed()
    assert [word for token in (TOKEN, GITHUB_TOKEN) for word in traces(token) if word in said] == []


def test_the_search_finds_a_token(service: Served, place: Path) -> None:
    shutil.rmtree(place / "workspace/pictures")
    watched = watch(service, place, mode="plan", **TRAIN)
    watched.end()
    assert watched.leaks() == []
    for name, said in enumerate(notations(TOKEN)):
        (place / f"{name}").write_text(f"({said})")
    with watched.step.file.open("a") as log:
        log.write(f"::add-mask::{TOKEN}\n::debug::{TOKEN}\n")
    watched.commands.add(f"step --token={GITHUB_TOKEN}".encode())
    found = {leak.split(": ")[0] for leak in watched.leaks()}
    assert found == {"log", "command lines", *map(str, range(len(notations(TOKEN))))}
