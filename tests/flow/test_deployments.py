"""A deployment is found in the plan and moved at the end, by its version alone."""

import shlex
from typing import Any

import httpx
import pytest

from replicate_train.diagnostics.errors import DeploymentNotMoved, InputError
from replicate_train.publish.deployment import Move, check, find, move
from replicate_train.replicate.errors import Forbidden
from replicate_train.replicate.refs import ModelRef
from replicate_train.replicate.schemas import Deployment
from support.direct import client
from support.scripted import NEW_VERSION, URL, Script, ok, problem

REF = ModelRef("you", "app")
MODEL = ModelRef("you", "m")
APP = "/deployments/you/app"
OLD = "a" * 64


def runs(version: str, model: str = "you/m", name: str = "app") -> dict[str, Any]:
    configuration = {"hardware": "gpu-t4", "min_instances": 1, "max_instances": 5}
    release = {"number": 3, "model": model, "version": version, "configuration": configuration}
    return {"owner": "you", "name": name, "current_release": release}


def listed(*found: dict[str, Any]) -> httpx.Response:
    return ok({"next": None, "previous": None, "results": list(found)})


def test_a_deployment_is_moved_by_its_version_alone() -> None:
    script = Script().on(f"GET {APP}", ok(runs(OLD))).on(f"PATCH {APP}", ok(runs(NEW_VERSION)))
    moved = move(client(script), REF, NEW_VERSION, MODEL)
    assert moved == Move("you/app", OLD, NEW_VERSION)
    assert moved.moved
    assert script.body(f"PATCH {APP}") == {"version": NEW_VERSION}
    assert not script.breaches


def test_a_deployment_that_runs_the_version_is_left_alone() -> None:
    script = Script().on(f"GET {APP}", ok(runs(NEW_VERSION)))
    moved = move(client(script), REF, NEW_VERSION, MODEL)
    assert (moved.moved, moved.way_back(URL)) == (False, "")
    assert script.requests == [f"GET {APP}"]


def test_a_move_is_repeated_after_an_outage() -> None:
    script = Script().on(f"GET {APP}", ok(runs(OLD)))
    script.on(f"PATCH {APP}", httpx.ReadError("reset"), problem(503), ok(runs(NEW_VERSION)))
    assert move(client(script), REF, NEW_VERSION, MODEL).after == NEW_VERSION


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (problem(422, detail="Version is not deployable"), "Version is not deployable"),
        (problem(404, detail="Not found"), "answered 404"),
        (ok(runs(OLD)), f"it runs `{OLD}`"),
        (ok({"owner": "you", "name": "app"}), "it runs `nothing`"),
    ],
)
def test_a_deployment_that_does_not_move_is_an_error(answer: httpx.Response, said: str) -> None:
    script = Script().on(f"GET {APP}", ok(runs(OLD))).on(f"PATCH {APP}", answer)
    with pytest.raises(DeploymentNotMoved, match="was not moved") as caught:
        move(client(script), REF, NEW_VERSION, MODEL)
    assert said in caught.value.why
    assert caught.value.link == "https://replicate.com/deployments/you/app"


def test_the_way_back_is_one_command_line() -> None:
    back = shlex.split(Move("you/app", OLD, NEW_VERSION).way_back("https://gw.example.com/v1/"))
    assert back[-1] == "https://gw.example.com/v1/deployments/you/app"
    assert back[back.index("-d") + 1] == f'{{"version": "{OLD}"}}'


@pytest.mark.parametrize("before", ["", "x'; rm -rf /", "a b", '"'])
def test_there_is_no_way_back_to_what_is_no_version(before: str) -> None:
    assert Move("you/app", before, NEW_VERSION).way_back(URL) == ""


def test_an_existing_deployment_is_found() -> None:
    found = find(client(Script().on(f"GET {APP}", ok(runs(OLD)))), REF)
    assert (found.reference, found.current_release.version) == ("you/app", OLD)


@pytest.mark.parametrize(
    ("answer", "fix"),
    [
        (listed(runs(OLD, name="apps"), runs(OLD, name="other")), "Did you mean `you/apps`?"),
        (listed(), "https://replicate.com/deployments"),
        (problem(403, detail="no"), "https://replicate.com/deployments"),
    ],
)
def test_a_missing_deployment_is_a_finding(answer: httpx.Response, fix: str) -> None:
    script = Script().on(f"GET {APP}", problem(404, detail="Not found"))
    script.on("GET /deployments", answer)
    with pytest.raises(InputError) as caught:
        find(client(script), REF)
    (finding,) = caught.value.findings
    assert finding.subject == "deployment"
    assert "`you/app` does not exist" in finding.what
    assert fix in finding.fix


def test_a_deployment_that_cannot_be_read_is_an_error_of_replicate() -> None:
    script = Script().on(f"GET {APP}", problem(403, detail="no"))
    with pytest.raises(Forbidden):
        find(client(script), REF)


@pytest.mark.parametrize(
    ("model", "findings"),
    [("you/m", 0), ("You/M", 0), ("", 0), ("you/other", 1), ("odd", 1)],
)
def test_a_deployment_keeps_its_model(model: str, findings: int) -> None:
    found = list(check(Deployment.model_validate(runs(OLD, model)), MODEL))
    assert len(found) == findings
    for one in found:
        assert (one.subject, one.serious) == ("deployment", True)
        assert f"runs `{model}`, not `you/m`" in one.what


def test_a_list_of_deployments_is_read_page_by_page() -> None:
    link = "http://elsewhere.example.com/v1/deployments?cursor=x"
    pages = [ok({"next": link, "results": [runs(OLD, name="appx")]}), listed(runs(OLD, name="ap"))]
    script = Script().on(f"GET {APP}", problem(404)).on("GET /deployments", *pages)
    with pytest.raises(InputError):
        find(client(script), REF)
    assert script.asked[-1].url.params["cursor"] == "x"
    assert {one.url.host for one in script.asked} == {"127.0.0.1"}
