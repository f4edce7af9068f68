"""Durations: what inputs may say, and how they are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate_train.inputs.parsers import duration
from replicate_train.runner.text import duration as told

YEAR = 366 * 24 * 3600


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1s", 1),
        ("1m", 60),
        ("1h", 3600),
        ("1", 60),
        ("90", 5400),
        ("1h1s", 3601),
        ("1m1s", 61),
        ("90m90s", 5490),
        ("0h1m", 60),
        ("007", 420),
        ("8784h", YEAR),
        ("1000h59m59s", 3603599),
        ("527040", YEAR),
    ],
)
def test_a_duration_is_seconds(text: str, seconds: float) -> None:
    read = duration(text)
    assert read == seconds
    assert isinstance(read, float)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "0",
            "0s",
            "0h0m0s",
            "-1",
            "+1",
            "1.5h",
            "1d",
            "1 h",
            "1H",
            "h",
            "ms",
            "1s1m",
            "1m1h",
        ),
        *(
            "1h 30m",
            "1hm",
            "8785h",
            "527041",
            "8784h1s",
            "9" * 12,
            "1000h59m59s1",
            "٣",
            "٣m",
            "1e3",
        ),
    ],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        duration(text)


@given(st.integers(1, 1000 * 3600))
def test_what_is_told_can_be_read(seconds: int) -> None:
    assert duration(told(seconds)) == seconds


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (0.9, "0s"),
        (59, "59s"),
        (60, "1m"),
        (61.9, "1m1s"),
        (3600, "1h"),
        (3601, "1h1s"),
        (19_800, "5h30m"),
        (90_061, "25h1m1s"),
    ],
)
def test_a_duration_is_told_without_what_is_nothing(seconds: float, text: str) -> None:
    assert told(seconds) == text
