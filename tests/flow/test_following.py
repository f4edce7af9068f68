"""A training that is followed survives whatever stands between the step and Replicate."""

import json
from collections.abc import Callable

import httpx
import pytest

from support.scenes import DONE, INPUTS, LOOK, START, started
from support.scripted import NEW_VERSION, Script, ok, problem, training
from support.steps import Steps

STRAY = (
    *(302, 307, 400, 401, 403, 404, 409, 410, 418, 451),
    *(500, 501, 502, 503, 504, 507, *range(520, 528), 529, 530),
)
SUCCEEDED = ok(training("succeeded", output=DONE))


@pytest.mark.parametrize("status", STRAY)
def test_one_odd_answer_does_not_cost_a_training(steps: Steps, status: int) -> None:
    script = started().on(LOOK, ok(training("processing")), problem(status), SUCCEEDED)
    done = steps.run(script, INPUTS)
    assert (done.status, done.outputs["version-id"]) == (0, NEW_VERSION)
    assert "polling continues" not in done.log  # what passes at once is not worth a line


def silence(steps: Steps, seconds: float, answer: httpx.Response) -> Callable[..., httpx.Response]:
    """Answer badly for so many seconds, and then with the end of the training."""
    began: list[float] = []

    def answering(_: httpx.Request) -> httpx.Response:
        began.append(steps.clock.seconds)
        return answer if steps.clock.seconds - began[0] < seconds else SUCCEEDED

    return answering


def test_an_outage_of_two_hours_is_waited_for_until_the_timeout(steps: Steps) -> None:
    script = started().always(LOOK, silence(steps, 7200, problem(522)))
    done = steps.run(script, INPUTS)
    assert done.status == 0
    assert done.log.count("polling continues") == 1
    assert done.log.count("Replicate answers again") == 1


@pytest.mark.parametrize("status", [302, 401, 404])
def test_a_refusal_that_lasts_ten_minutes_is_survived(steps: Steps, status: int) -> None:
    script = started().always(LOOK, silence(steps, 600, problem(status, detail="no")))
    assert steps.run(script, INPUTS).status == 0


def test_a_refusal_that_lasts_longer_leaves_the_training_running(steps: Steps) -> None:
    script = started().always(LOOK, problem(404, detail="no such training"))
    done = steps.run(script, INPUTS)
    assert "Lost contact with training tr1" in done.error
    assert "left running" in done.error
    assert (done.status, done.state["training-settled"]) == (1, "left")
    assert 660 <= done.clock.seconds < 700


def test_a_rate_limit_is_not_waited_for_beyond_the_timeout(steps: Steps) -> None:
    throttled = problem(429, retry_after=100)
    script = started().on(LOOK, ok(training("processing"))).always(LOOK, throttled)
    script.on("POST /trainings/tr1/cancel", ok(training("canceled")))
    done = steps.run(script, INPUTS | {"timeout": "30s"})
    assert "did not end within the timeout" in done.error
    assert done.clock.seconds < 35


def test_a_defect_while_polling_is_reported_and_following_goes_on(steps: Steps) -> None:
    script = started().on(LOOK, ok(training("processing")), ZeroDivisionError("odd"), SUCCEEDED)
    done = steps.run(script, INPUTS)
    assert done.status == 0
    assert "ZeroDivisionError" in done.log


def test_a_defect_that_stays_ends_the_step(steps: Steps) -> None:
    script = started().always(LOOK, ZeroDivisionError("odd"))
    done = steps.run(script, INPUTS, defect=True)
    assert done.status == 1
    assert script.requests.count(LOOK) == 20


def test_deep_output_and_giant_numbers_are_data(steps: Steps) -> None:
    deep = "[" * 5_000 + "]" * 5_000
    end = json.dumps(training("succeeded", output={"version": DONE["version"]}))
    odd = end.replace('"output": {', f'"output": {{"deep": {deep}, "big": {"7" * 6_000}, ')
    assert odd != end
    script = started().on(LOOK, httpx.Response(200, text=odd))
    done = steps.run(script, INPUTS)
    assert (done.status, done.outputs["version-id"]) == (0, NEW_VERSION)


def test_odd_metrics_are_left_out(steps: Steps) -> None:
    metrics = '{"predict_time": 1e999, "total_time": NaN}'
    end = json.dumps(training("succeeded", output=DONE, metrics={}))
    script = started().on(LOOK, httpx.Response(200, text=end.replace("{}", metrics)))
    done = steps.run(script, INPUTS)
    assert (done.status, done.outputs["predict-time"], done.outputs["total-time"]) == (0, "", "")


def test_a_start_is_waited_for_longer_than_the_front_end_does(steps: Steps) -> None:
    """Cloudflare answers 524 after 100 seconds; to hang up earlier would lose that answer."""
    script = started().on(LOOK, SUCCEEDED)
    steps.run(script, INPUTS)
    (start,) = [one for one in script.asked if one.url.path.endswith("/trainings") and one.content]
    assert start.extensions["timeout"]["read"] > 100
    assert START in script.requests
    assert isinstance(script, Script)


def test_debugging_shows_each_request_and_no_secret(steps: Steps) -> None:
    script = started().on(LOOK, ok(training("processing", "a\n")), SUCCEEDED)
    done = steps.run(script, INPUTS, RUNNER_DEBUG="1")
    shown = [one.text.partition(":")[0] for one in done.commands if one.name == "debug"]
    assert shown == script.requests


def test_without_debugging_no_request_is_shown(steps: Steps) -> None:
    done = steps.run(started().on(LOOK, SUCCEEDED), INPUTS)
    assert "debug" not in {one.name for one in done.commands}
