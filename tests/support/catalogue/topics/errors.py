"""What Replicate answers when it does not do what it is asked."""

import httpx

from replicate_train.replicate.watchdog import Watchdog
from support.catalogue.answers import absent, known
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic
from support.scenes import INPUTS
from support.scripted import Answer, Script, model, ok, problem

TOPIC = Topic("replicate-errors", "What Replicate answers")

CREATE = {"mode": "create", "model-name": "m"}
THROTTLED = "Request was throttled. Your rate limit resets in ~30s."


def bomb(request: httpx.Request) -> httpx.Response:
    """Return an answer that cannot be unpacked."""
    return httpx.Response(
        200,
        headers={"content-encoding": "gzip"},
        stream=httpx.ByteStream(b"hello"),
        request=request,
    )


@TOPIC.scene("The token is not valid")
def token(stage: Stage) -> None:
    answer = problem(
        401, title="Unauthenticated", detail="You did not pass a valid authentication token"
    )
    stage.run(Script().on("GET /account", answer), CREATE)


TOPIC.table(
    {
        "400": problem(400, title="Bad request"),
        "402": problem(402, title="Insufficient credit", detail="You have insufficient credit"),
        "403": problem(403, detail="Not for you"),
        "404 for the account": problem(404, detail="Not found"),
        "409": problem(409, detail="Conflict"),
        "413": problem(413, detail="Too large"),
        "418": problem(418, detail="I'm a teapot"),
        "422": problem(
            422, detail="- x\n", invalid_fields=[{"field": "x", "description": "Not valid"}]
        ),
        "429 that lasts": httpx.Response(429, json={"detail": THROTTLED}),
        "502 that lasts": httpx.Response(502, html="<h1>Bad gateway</h1>"),
        "A redirect": httpx.Response(302, headers={"location": "https://example.com/"}),
        "Not JSON": httpx.Response(200, html="<html>Please log in</html>"),
        "Not JSON, without a type": httpx.Response(200, content=b"hello"),
        "JSON of another shape": ok({"name": "you"}),
        "JSON that is a list": ok([]),
        "Cannot be unpacked": bomb,
        "No connection": httpx.ConnectError("no route to host"),
        "The proxy refuses": httpx.ProxyError("407 Proxy Authentication Required"),
        "A certificate of an unknown authority": httpx.ConnectError(
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer"
        ),
        "No answer": httpx.ReadTimeout("timed out"),
    },
    lambda stage, answer: stage.check(Script().always("GET /account", answer), CREATE),
)


@TOPIC.scene("404 for something else")
def not_found(stage: Stage) -> None:
    script = known().always("GET /trainings", problem(404, detail="Not found"))
    stage.check(script, INPUTS | {"mode": "plan"})


@TOPIC.scene("500 for the creation of a model")
def creation(stage: Stage) -> None:
    script = absent().always("POST /models", problem(500, detail="oops"))
    stage.check(script, CREATE)


@TOPIC.scene("An answer that is too large")
def large(stage: Stage) -> None:
    stage.patch.setattr("replicate_train.replicate.exchange.LARGEST_ANSWER", 1 << 20)
    stage.check(Script().always("GET /account", ok({"x": "x" * (2 << 20)})), CREATE)


@TOPIC.scene("An answer that takes too long as a whole")
def slow(stage: Stage) -> None:
    expired = property(lambda _: True, lambda *_: None)
    stage.patch.setattr(Watchdog, "expired", expired, raising=False)
    stage.check(Script().always("GET /account", httpx.ReadError("closed")), CREATE)


@TOPIC.scene("A failure that passes")
def passing(stage: Stage) -> None:
    answers: list[Answer] = [problem(503, detail="down")] * 2
    script = Script().on("GET /models/you/m", *answers, ok(model()))
    stage.log(script, CREATE)


@TOPIC.scene("A rate limit that passes")
def limited(stage: Stage) -> None:
    answer = httpx.Response(429, json={"detail": THROTTLED})
    stage.log(Script().on("GET /models/you/m", answer, ok(model())), CREATE)


@TOPIC.scene("A failure of Replicate, and something else is wrong")
def both(stage: Stage) -> None:
    script = known(problem(401, detail="You did not pass a valid authentication token"))
    script.answers.pop("GET /models/you/m")
    plan = {"mode": "plan", "trainer": "acme/trainer", "dataset": "images"}
    stage.run(script, CREATE | plan)
