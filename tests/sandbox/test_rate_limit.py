"""The local Replicate's rate limits, with a clock that is moved by hand."""

import pytest

from replicate_sandbox.api.rate_limit import Rate, RateLimiter
from replicate_sandbox.contract.problems import Problem
from support.scripted import HandClock


def test_a_full_bucket_allows_a_burst_and_then_refills() -> None:
    clock = HandClock()
    limiter = RateLimiter(Rate(60, 3), clock.now)
    assert [limiter.count("you").allowed for _ in range(5)] == [True, True, True, False, False]
    clock.sleep(1)
    assert [limiter.count("you").allowed for _ in range(2)] == [True, False]
    assert (limiter.counted, limiter.refused) == (7, 3)


def test_headers_say_how_many_are_left_and_when_there_is_one_more() -> None:
    limiter = RateLimiter(Rate(6, 1), HandClock().now)
    first = limiter.count("you")
    assert first.headers == {"ratelimit-remaining": "0", "ratelimit-reset": "10"}
    first.check()
    with pytest.raises(Problem) as caught:
        limiter.count("you").check()
    assert caught.value.status == 429
    assert caught.value.body == {
        "detail": "Request was throttled. Your rate limit resets in ~10s.",
        "status": 429,
        "retry_after": 10,
    }


def test_each_account_has_its_own() -> None:
    limiter = RateLimiter(Rate(6, 1), HandClock().now)
    assert limiter.count("you").allowed
    assert limiter.count("someone-else").allowed


def test_predictions_have_a_limit_of_their_own() -> None:
    limiter = RateLimiter(now=HandClock().now)
    predictions = [limiter.count("you", prediction=True).allowed for _ in range(700)]
    assert predictions.count(True) == 600
    assert limiter.count("you").allowed


def test_little_credit_limits_what_is_created_and_nothing_else() -> None:
    clock = HandClock()
    limiter = RateLimiter(now=clock.now, little_credit=True)
    created = [limiter.count("you", prediction=True) for _ in range(2)]
    assert [one.allowed for one in created] == [True, False]
    with pytest.raises(Problem, match=r"reduced to 6 requests per minute with a burst of 1"):
        created[1].check()
    assert limiter.count("you").allowed
    clock.sleep(10)
    assert limiter.count("you", prediction=True).allowed


@pytest.mark.parametrize(("text", "rate"), [("6:1", Rate(6, 1)), ("3000", Rate(3000, 3000))])
def test_a_rate_is_read(text: str, rate: Rate) -> None:
    assert Rate.parse(text) == rate


@pytest.mark.parametrize("text", ["", "0", "6:0", "many", "6:1:1"])
def test_an_invalid_rate(text: str) -> None:
    with pytest.raises(ValueError, match=r"rate|int"):
        Rate.parse(text)
