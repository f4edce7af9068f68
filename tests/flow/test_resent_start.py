"""A start that had to be sent again may arrive twice: the second training is found and ended."""

from typing import Any

import httpx
import pytest

from support.scenes import DONE, GIVEN, INPUTS, LIST, LOOK, NO_FILES, START, listed, other, started
from support.scripted import NEW_VERSION, Script, ok, problem, training
from support.steps import Steps

UPLOADED = "https://api.replicate.com/v1/files/f1"
OWN = INPUTS | {"dataset": "a.txt"}
FIRST = "POST /trainings/tr1/cancel"
SECOND = "POST /trainings/tr2/cancel"


def mine(name: str, second: int, status: str = "processing", **more: object) -> dict[str, Any]:
    made = f"2026-11-01T10:{second // 60:02}:{second % 60:02}Z"
    given = GIVEN | {"train_data": UPLOADED}
    return other(id=name, input=given, created_at=made, status=status) | more


def resent(steps: Steps, *later: dict[str, Any], **second: object) -> Script:
    """Return a script whose first start is lost and whose second one makes tr2."""
    (steps.workspace / "a.txt").write_text("hello")
    file = {"id": "f1", "urls": {"get": UPLOADED}, "created_at": "2026-11-01T10:00:00Z"}
    script = started().on(*NO_FILES).on("POST /files", ok(file, 201))
    script.answers[START] = [httpx.ReadError("reset"), ok(mine("tr2", 31, **second), 201)]
    script.on(LIST, *[listed()] * 6).always(LIST, listed(mine("tr2", 31), *later))
    return script


def polled(steps: Steps, name: str, seconds: float) -> Any:
    def answer(_: httpx.Request) -> httpx.Response:
        if steps.clock.seconds < seconds:
            return ok(mine(name, 31))
        return ok(training("succeeded", id=name, output=DONE))

    return answer


def test_a_twin_that_arrives_late_is_cancelled(steps: Steps) -> None:
    script = resent(steps, mine("tr1", 90)).on(FIRST, ok(mine("tr1", 90, "canceled")))
    script.always("GET /trainings/tr2", polled(steps, "tr2", 300))
    script.answers[LIST].append(listed(mine("tr2", 31)))  # not there after a minute
    done = steps.run(script, OWN)
    assert (done.status, done.outputs["training-id"]) == (0, "tr2")
    assert "tr1 was cancelled" in done.log
    assert done.state["training-resent"] == ""


def test_of_two_own_trainings_the_younger_is_cancelled(steps: Steps) -> None:
    """The list showed the first one late: then the second, which was followed so far, goes."""
    script = resent(steps, mine("tr1", 1)).on(SECOND, ok(mine("tr2", 31, "canceled")))
    script.always("GET /trainings/tr2", ok(mine("tr2", 31)))
    script.always(LOOK, polled(steps, "tr1", 300))
    done = steps.run(script, OWN)
    assert (done.status, done.outputs["training-id"]) == (0, "tr1")
    assert done.outputs["version-id"] == NEW_VERSION


def test_a_twin_that_runs_on_at_the_end_is_cancelled(steps: Steps) -> None:
    script = resent(steps, mine("tr1", 1)).on(FIRST, ok(mine("tr1", 1, "canceled")))
    script.on("GET /trainings/tr2", ok(training("succeeded", id="tr2", output=DONE)))
    assert steps.run(script, OWN).status == 0


def test_the_cancel_of_a_twin_is_repeated_for_two_minutes(steps: Steps) -> None:
    canceled = mine("tr1", 90, "canceled")

    def back(_: httpx.Request) -> httpx.Response:
        return ok(canceled) if steps.clock.seconds > 130 else problem(503)

    script = resent(steps, mine("tr1", 90)).always(FIRST, back).always(LOOK, problem(503))
    script.on("GET /trainings/tr2", ok(training("succeeded", id="tr2", output=DONE)))
    done = steps.run(script, OWN)
    assert (done.status, FIRST in script.requests) == (0, True)
    assert "tr1 was cancelled" in done.log
    assert "could not be cancelled" not in done.log


def test_after_a_short_training_a_twin_is_left_to_the_post_step(steps: Steps) -> None:
    """The first start may still arrive, or be shown late."""
    script = resent(steps)
    script.on("GET /trainings/tr2", ok(training("succeeded", id="tr2", output=DONE)))
    done = steps.run(script, OWN)
    assert (done.status, done.state["training-resent"]) == (0, "true")


def test_a_step_that_is_killed_while_it_sends_a_start_again_has_said_so(steps: Steps) -> None:
    script = resent(steps)
    seen: list[str] = []

    def killed(_: httpx.Request) -> httpx.Response:
        seen.append((steps.folder / "STATE").read_text())
        return ok(mine("tr2", 31), 201)

    script.answers[START] = [httpx.ReadError("reset"), killed]
    script.on("GET /trainings/tr2", ok(training("succeeded", id="tr2", output=DONE)))
    steps.run(script, OWN)
    assert "training-resent" in seen[0]


def test_a_twin_that_may_be_another_runs_is_only_named(steps: Steps) -> None:
    script = started()
    script.answers[START] = [problem(502), ok(training("starting", id="tr2"), 201)]
    twin = other(id="tr1", created_at="2026-11-01T10:00:20Z")
    script.on(LIST, *[listed()] * 6).always(LIST, listed(twin))
    script.always("GET /trainings/tr2", polled(steps, "tr2", 300))
    done = steps.run(script, INPUTS)
    assert done.status == 0
    warnings = [one.text for one in done.commands if one.name == "warning"]
    assert len(warnings) == 1
    assert "tr1 has the same input" in warnings[0]


def test_a_start_that_is_refused_after_a_lost_one_says_what_may_be(steps: Steps) -> None:
    script = resent(steps)
    script.answers[START] = [httpx.ReadError("reset"), problem(402, detail="no credit")]
    script.always(LIST, listed())
    done = steps.run(script, OWN)
    assert "Could not confirm that the training started" in done.error
    assert "no credit" in done.error
    assert "nothing was changed" not in done.error
    assert done.state["training-expected"]


@pytest.mark.parametrize("answer", [problem(524), httpx.ReadTimeout("slow")], ids=str)
def test_after_a_time_out_the_start_is_looked_for_two_minutes(
    steps: Steps, answer: httpx.Response | Exception
) -> None:
    script = started().on(LIST, *[listed()] * 7, listed(other()))
    script.answers[START] = [answer]
    script.on(LOOK, ok(training("succeeded", output=DONE)))
    done = steps.run(script, INPUTS)
    assert (done.status, script.requests.count(START)) == (0, 1)
    assert done.clock.seconds >= 120


def test_a_trainer_that_answers_every_start_with_500_is_named(steps: Steps) -> None:
    script = started()
    script.answers.pop(START)
    script.always(START, problem(500, detail="An unexpected error ocurred"))
    done = steps.run(script, INPUTS)
    assert "trainer itself may be broken" in done.error


def test_defaults_that_the_service_adds_do_not_hide_a_start(steps: Steps) -> None:
    echoed = other(input=GIVEN | {"seed": 7})
    script = started().on(LIST, listed()).always(LIST, listed(echoed))
    script.answers[START] = [httpx.ReadError("reset")]
    script.on(LOOK, ok(training("succeeded", output=DONE)))
    done = steps.run(script, INPUTS)
    assert (done.status, script.requests.count(START)) == (0, 1)
