"""How often a training is looked at: seldom, soon enough at its end, less if others need it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.following import follow, log_of, loop
from replicate_train.training.follow import courtesy, poll_interval


@given(st.floats(0, 1e6), st.floats(0.1, 600), st.floats(0, 1))
def test_an_interval_is_neither_nothing_nor_longer_than_allowed(
    settled: float, longest: float, chance: float
) -> None:
    assert min(longest, 0.5) * 0.9 <= poll_interval(settled, longest, chance) <= longest


def test_it_grows_with_the_time_since_the_last_change() -> None:
    assert [poll_interval(seconds, 15) for seconds in (0, 10, 200, 9000)] == [0.5, 0.5, 2.0, 15.0]


def test_following_costs_a_tenth_of_a_loop() -> None:
    log = log_of(300_000)
    (requests, size, noticed), (theirs, their_size) = follow(7200, log, 15.0), loop(7200, log)
    assert requests * 10 <= theirs
    assert size * 10 <= their_size
    assert noticed <= 15.2


@pytest.mark.parametrize("seconds", [5, 45, 299])
def test_the_end_of_a_short_training_is_seen_soon(seconds: float) -> None:
    assert follow(seconds, log_of(2000), 15.0)[2] <= 3.0


@pytest.mark.parametrize(
    ("remaining", "seconds"), [(float("inf"), 0), (2999, 0), (1000, 0), (500, 7.5), (0, 15)]
)
def test_it_holds_back_as_the_account_runs_out_of_requests(
    remaining: float, seconds: float
) -> None:
    assert courtesy(remaining, 15) == seconds
