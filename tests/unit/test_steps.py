"""The flow tests' own harness: a request that was not scripted, or a defect, fails the test."""

import httpx
import pytest

from support.scripted import Script, ok, problem
from support.steps import Steps

CREATE = {"mode": "create", "model-name": "m"}


def broken(_: httpx.Request) -> httpx.Response:
    raise ZeroDivisionError("oops")


def test_a_request_without_an_answer_fails_the_test(steps: Steps) -> None:
    with pytest.raises(AssertionError, match="unexpected: GET /models/you/m"):
        steps.run(Script(), CREATE, defect=True)


def test_an_answer_that_is_left_over_fails_the_test(steps: Steps) -> None:
    script = Script().on("GET /account", problem(401, detail="no")).on("GET /files", ok([]), ok([]))
    with pytest.raises(AssertionError, match=r"left over: GET /files \(2\)"):
        steps.run(script, CREATE)


def test_a_defect_fails_the_test_that_does_not_want_one(steps: Steps) -> None:
    with pytest.raises(AssertionError, match="oops"):
        steps.run(Script().on("GET /account", broken), CREATE)


def test_a_wanted_defect_that_does_not_come_fails_the_test(steps: Steps) -> None:
    with pytest.raises(AssertionError):
        steps.run(Script().on("GET /account", problem(401, detail="no")), CREATE, defect=True)
