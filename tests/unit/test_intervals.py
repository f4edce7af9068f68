"""How often a training is looked at, to the tenth of a second."""

import pytest

from replicate_train.training.follow import courtesy, poll_interval


@pytest.mark.parametrize(
    ("settled", "longest", "chance", "seconds"),
    [
        (0, 15, 1, 0.5),
        (50, 15, 1, 0.5),
        (51, 15, 1, 0.51),
        (300, 15, 1, 3.0),
        (1500, 15, 1, 15.0),
        (9999, 15, 1, 15.0),
        (9999, 60, 1, 60.0),
        (0, 0.1, 1, 0.1),
        (300, 15, 0, 2.7),
        (300, 15, 0.5, 2.85),
    ],
)
def test_a_look_is_a_hundredth_of_the_time_since_the_last_change_away(
    settled: float, longest: float, chance: float, seconds: float
) -> None:
    assert poll_interval(settled, longest, chance) == pytest.approx(seconds)


def test_nothing_is_taken_off_without_chance() -> None:
    assert poll_interval(300, 15) == 3.0


@pytest.mark.parametrize(
    ("remaining", "longest", "seconds"),
    [(1001, 15, 0), (1000, 15, 0), (999, 15, 0.015), (250, 60, 45), (0, 60, 60)],
)
def test_what_is_left_of_a_thousand_requests_is_shared(
    remaining: float, longest: float, seconds: float
) -> None:
    assert courtesy(remaining, longest) == pytest.approx(seconds)
