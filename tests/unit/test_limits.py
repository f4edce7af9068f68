"""How long the service asks to wait: which of its ways to say so wins, and the bounds."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from replicate_train.replicate.rate_limit import LONGEST_WAIT, moment, pause, remaining, retry_after

LATER = {
    "retry-after": "Mon, 23 Nov 2026 10:00:30 GMT",
    "date": "Mon, 23 Nov 2026 10:00:00 GMT",
}
WORDS = b'{"detail": "Your rate limit resets in ~30s."}'


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"retry-after": "0"}, b"", 0.0),
        ({"retry-after": "1.5"}, b"", 1.5),
        ({"retry-after": str(LONGEST_WAIT)}, b"", LONGEST_WAIT),
        ({"retry-after": str(LONGEST_WAIT + 1)}, b"", LONGEST_WAIT),
        ({"retry-after": "inf"}, b"", None),
        ({"retry-after": "nan"}, b"", None),
        ({"retry-after": "-1"}, b"", None),
        (LATER, b"", 30.0),
        (LATER | {"date": "Mon, 23 Nov 2026 10:01:00 GMT"}, b"", 0.0),
        (LATER, b'{"retry_after": 7}', 30.0),
        ({}, b'{"retry_after": 0}', 0.0),
        ({}, b'{"retry_after": -1}', None),
        ({}, b'{"retry_after": 9999}', LONGEST_WAIT),
        ({}, b'{"retry_after": null}', None),
        ({}, b'[{"retry_after": 7}]', None),
        ({"retry-after": "7"}, b'{"retry_after": 9}', 7.0),
        ({"retry-after": "soon"}, b'{"retry_after": 9}', 9.0),
        ({}, b'{"retry_after": 9, "detail": "resets in ~30s"}', 9.0),
        ({}, WORDS, 30.0),
        ({}, WORDS.upper(), 30.0),
        ({}, b"reset in 2.5 s", 2.5),
        ({}, b"resets in ~ 9999s", LONGEST_WAIT),
        ({}, b"resets in a while", None),
        ({}, b"", None),
    ],
)
def test_what_an_answer_asks_to_wait(
    headers: dict[str, str], body: bytes, seconds: float | None
) -> None:
    assert retry_after(headers, body) == seconds


def test_a_date_without_the_answers_own_is_counted_from_now() -> None:
    then = datetime.now(UTC) + timedelta(seconds=60)
    asked = retry_after({"retry-after": then.strftime("%a, %d %b %Y %H:%M:%S GMT")}, b"")
    assert asked is not None
    assert 50 < asked <= 60


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0.0),
        ({"ratelimit-reset": "10"}, 0.0),
        ({"ratelimit-remaining": "1", "ratelimit-reset": "10"}, 0.0),
        ({"ratelimit-remaining": "0.9", "ratelimit-reset": "10"}, 10.0),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "10"}, 10.0),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "500"}, LONGEST_WAIT),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "-3"}, 0.0),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "soon"}, 0.0),
        ({"ratelimit-remaining": "0"}, 0.0),
        ({"ratelimit-remaining": "many", "ratelimit-reset": "10"}, 0.0),
    ],
)
def test_an_allowance_that_is_used_up_is_a_pause(headers: dict[str, str], seconds: float) -> None:
    assert pause(headers) == seconds


@pytest.mark.parametrize(("told", "left"), [("0", 0.0), ("59", 59.0), ("", math.inf)])
def test_what_is_left_is_without_end_where_nothing_is_said(told: str, left: float) -> None:
    assert remaining({"ratelimit-remaining": told}) == left


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Mon, 23 Nov 2026 10:00:30 GMT", datetime(2026, 11, 23, 10, 0, 30, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 10:00:30 -0000", datetime(2026, 11, 23, 10, 0, 30, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 10:00:30 +0200", datetime(2026, 11, 23, 8, 0, 30, tzinfo=UTC)),
        ("soon", None),
        ("", None),
    ],
)
def test_a_date_of_http_has_a_zone(text: str, read: datetime | None) -> None:
    assert moment(text) == read
