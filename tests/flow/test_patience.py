"""Retrying like a good citizen: what is repeated, for how long, and what is said of it."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate_train.replicate.rate_limit import LONGEST_WAIT, pause, retry_after
from support.scenes import DONE, INPUTS, LOOK, NO_FILES, THERE, started
from support.scripted import NEW_VERSION, Script, model, ok, problem, training
from support.steps import Steps

CREATE = {"mode": "create", "model-name": "you/m"}
GET = "GET /models/you/m"
FRONT_END = (500, 501, 502, 503, 504, 507, *range(520, 528), 529, 530)
TRANSIENT: list[httpx.Response | Exception] = [
    *(problem(status, detail="later") for status in (408, 425, 429, *FRONT_END)),
    httpx.Response(200, html="<p>gateway</p>"),
    httpx.ConnectError("refused"),
    httpx.ReadTimeout("slow"),
    httpx.RemoteProtocolError("reset"),
]


@pytest.mark.parametrize("trouble", TRANSIENT, ids=str)
def test_a_read_is_repeated_until_it_works(
    steps: Steps, trouble: httpx.Response | Exception
) -> None:
    script = Script().on(GET, trouble, trouble, ok(model()))
    done = steps.run(script, CREATE)
    assert done.status == 0
    assert len(done.clock.naps) == 2
    assert "Retrying" in done.log
    assert "answers again" in done.log


@pytest.mark.parametrize("status", [302, 400, 401, 402, 403, 409, 413, 418, 422, 451])
def test_what_will_not_change_is_not_repeated(steps: Steps, status: int) -> None:
    script = Script().on(GET, problem(status, detail="no"))
    assert steps.run(script, CREATE).clock.naps == []


def test_the_budget_bounds_the_whole_wait(steps: Steps) -> None:
    script = Script().always(GET, problem(503, detail="down"))
    done = steps.run(script, CREATE)
    assert done.status == 1
    assert 60 < done.clock.seconds <= 120
    assert done.log.count("Retrying") == 1


def test_an_upload_is_sent_again_from_its_start(steps: Steps) -> None:
    (steps.workspace / "a.txt").write_text("hello world")
    answer = {"id": "f", "urls": {"get": "https://api.replicate.com/v1/files/f"}}
    script = (
        started()
        .on(*NO_FILES)
        .on("POST /files", problem(502), httpx.WriteError("broken"), ok(answer, 201))
    )
    assert steps.run(script, INPUTS | {"dataset": "a.txt", "mode": "start"}).status == 0
    sent = [
        one.content for one in script.asked if one.url.path == "/v1/files" and one.method == "POST"
    ]
    assert len(sent) == 3
    assert all(b"hello world" in content for content in sent)


def test_an_outage_of_ten_minutes_does_not_fail_the_step(steps: Steps) -> None:
    script = started().on(LOOK, ok(training("processing", "one\n")))
    silence = 0.0

    def answer(_: httpx.Request) -> httpx.Response:
        nonlocal silence
        silence = silence or clock.seconds
        if clock.seconds - silence < 600:
            raise httpx.ConnectError("no route to host")
        return ok(training("succeeded", "one\ntwo\n", output=DONE))

    script.always(LOOK, answer)
    clock = steps.clock
    done = steps.run(script, INPUTS)
    assert done.status == 0
    assert clock.seconds >= 600
    assert done.log.count("polling continues") == 1
    assert done.log.count("Replicate answers again") == 1


def test_an_allowance_that_is_used_up_slows_the_step_down_before_it_hurts(steps: Steps) -> None:
    """Six requests a minute with a burst of one, as an account with little credit has."""
    last = -60.0

    def limited(answer: httpx.Response) -> httpx.Response:
        answer.headers.update({"ratelimit-remaining": "0", "ratelimit-reset": "10"})
        return answer

    def checked(value: object, status: int = 200):
        def answer(_: httpx.Request) -> httpx.Response:
            nonlocal last
            assert steps.clock.seconds - last >= 10, "too early"
            last = steps.clock.seconds
            return limited(ok(value, status))

        return answer

    script = Script()
    for request, value, status in (
        ("GET /models/acme/trainer", model("acme", "trainer", latest="c" * 64), 200),
        (GET, model(), 200),
        ("GET /trainings", {"results": []}, 200),
        (f"POST /models/acme/trainer/versions/{'c' * 64}/trainings", training("starting"), 201),
        (LOOK, training("processing"), 200),
        (LOOK, training("succeeded", output=DONE), 200),
        (THERE, {"id": NEW_VERSION}, 200),
    ):
        script.on(request, checked(value, status))
    assert steps.run(script, INPUTS).status == 0


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"retry-after": "7"}, b"", 7),
        (
            {
                "retry-after": "Mon, 23 Nov 2026 10:00:30 GMT",
                "date": "Mon, 23 Nov 2026 10:00:00 GMT",
            },
            b"",
            30,
        ),
        ({}, b'{"retry_after": 12.5}', 12.5),
        ({}, b'{"detail":"Request was throttled. Your rate limit resets in ~30s."}', 30),
        ({"retry-after": "99999"}, b"", LONGEST_WAIT),
        ({"retry-after": "-5"}, b"", None),
        ({"retry-after": "soon"}, b"<html>", None),
        ({}, b'{"retry_after": "x"}', None),
    ],
)
def test_what_the_service_asks_is_understood(
    headers: dict[str, str], body: bytes, seconds: float | None
) -> None:
    assert retry_after(headers, body) == seconds


@given(st.text(), st.text(), st.binary())
def test_no_limit_breaks_the_reader(after: str, date: str, body: bytes) -> None:
    asked = retry_after({"retry-after": after, "date": date}, body)
    assert asked is None or 0 <= asked <= LONGEST_WAIT
    assert 0 <= pause({"ratelimit-remaining": "0", "ratelimit-reset": after}) <= LONGEST_WAIT


def test_what_was_asked_is_waited(steps: Steps) -> None:
    throttled = problem(429, detail="Request was throttled. Your rate limit resets in ~30s.")
    done = steps.run(Script().on(GET, throttled, ok(model())), CREATE)
    assert 30 <= done.clock.naps[0] <= 31
