"""The local Replicate's rate limits, with a clock that is moved by hand."""

import pytest

from replicate_sandbox.limits import Limits, Rate, throttled
from scripted import HandClock


def test_a_full_bucket_lets_a_burst_through_and_then_drips() -> None:
    clock = HandClock()
    limits = Limits(Rate(60, 3), clock.now)
    assert [limits.spend("you")[1] for _ in range(5)] == [False, False, False, True, True]
    clock.sleep(1)
    assert [limits.spend("you")[1] for _ in range(2)] == [False, True]
    assert (limits.counted, limits.refused) == (7, 3)


def test_headers_say_how_many_are_left_and_when_there_is_one_more() -> None:
    limits = Limits(Rate(6, 1), HandClock().now)
    assert limits.spend("you")[0] == {"ratelimit-remaining": "0", "ratelimit-reset": "10"}
    headers, one_too_many = limits.spend("you")
    assert one_too_many
    problem = throttled(headers)
    assert problem.body["detail"] == "Request was throttled. Your rate limit resets in ~10s."


def test_each_account_has_its_own() -> None:
    limits = Limits(Rate(6, 1), HandClock().now)
    assert not limits.spend("you")[1]
    assert not limits.spend("someone-else")[1]


def test_predictions_have_a_limit_of_their_own() -> None:
    limits = Limits(now=HandClock().now)
    predictions = [limits.spend("you", prediction=True)[1] for _ in range(700)]
    assert predictions.count(False) == 600
    assert not limits.spend("you")[1]


@pytest.mark.parametrize(("text", "rate"), [("6:1", Rate(6, 1)), ("3000", Rate(3000, 3000))])
def test_a_rate_is_read(text: str, rate: Rate) -> None:
    assert Rate.read(text) == rate


@pytest.mark.parametrize("text", ["", "0", "6:0", "many", "6:1:1"])
def test_no_rate(text: str) -> None:
    with pytest.raises(ValueError, match=r"rate|int"):
        Rate.read(text)
