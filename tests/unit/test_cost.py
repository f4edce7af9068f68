"""What a training costs: only where a price is known, and how it was computed."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate_train.provenance.cost import KNOWN_PRICES, Cost, estimate
from replicate_train.replicate.refs import ModelRef

FLUX = ModelRef("ostris", "flux-dev-lora-trainer")
OTHER = ModelRef("acme", "trainer")
MINE = Decimal("0.0010")
X = "\N{MULTIPLICATION SIGN}"
H100 = f"1,674.9 s {X} $0.001525 (H100, price of 2026-11)"


@pytest.mark.parametrize(
    ("trainer", "seconds", "price", "expected"),
    [
        (FLUX, 1674.9, None, ("2.554", "about $2.55", H100)),
        (ModelRef("Ostris", "FLUX-dev-lora-trainer"), 1674.9, None, ("2.554", "about $2.55", H100)),
        (FLUX, 1000, MINE, ("1", "about $1.00", f"1,000.0 s {X} $0.001 (price-per-second)")),
        (OTHER, 2e6, MINE, ("2000", "about $2,000.00", f"2,000,000.0 s {X} $0.001 (pri")),
        (OTHER, 3.0, MINE, ("0.003", "less than $0.01", f"3.0 s {X} $0.001 (pri")),
        (OTHER, 3e-06, MINE, ("0", "less than $0.01", f"0.0 s {X} $0.001 (pri")),
        (OTHER, 10.0, MINE, ("0.01", "about $0.01", "10.0 s")),
        (OTHER, 0.0, MINE, ("0", "$0", "0.0 s")),
    ],
)
def test_an_estimate(
    trainer: ModelRef, seconds: float, price: Decimal | None, expected: tuple[str, str, str]
) -> None:
    cost = estimate(trainer, seconds, price, reused=False)
    assert cost
    assert (cost.as_output, str(cost)) == expected[:2]
    assert cost.basis.startswith(expected[2])


@pytest.mark.parametrize(
    ("trainer", "seconds", "price"),
    [
        (OTHER, 10.0, None),
        (FLUX, None, None),
        (FLUX, float("nan"), None),
        (FLUX, float("inf"), None),
        (FLUX, -1.0, None),
        (FLUX, 1e300, None),
    ],
)
def test_what_is_not_known_is_not_estimated(
    trainer: ModelRef, seconds: float | None, price: Decimal | None
) -> None:
    assert estimate(trainer, seconds, price, reused=False) is None


@pytest.mark.parametrize("seconds", [None, 1674.9])
def test_a_training_that_existed_costs_nothing(seconds: float | None) -> None:
    cost = estimate(OTHER, seconds, MINE, reused=True)
    assert cost == Cost(Decimal(0), "the training already existed")
    assert (cost.as_output, str(cost)) == ("0", "$0")


@given(st.floats(0, 1e6), st.decimals(0, 10, places=6))
def test_an_output_is_a_plain_number(seconds: float, price: Decimal) -> None:
    cost = estimate(OTHER, seconds, price, reused=False)
    assert cost
    assert re.fullmatch(r"\d+(\.\d*[1-9])?", cost.as_output)
    assert abs(Decimal(cost.as_output) - cost.dollars) <= Decimal("0.0005")


def test_each_known_price_is_dated_and_names_its_hardware() -> None:
    for name, price in KNOWN_PRICES.items():
        assert name == name.lower()
        assert ModelRef.parse(name)
        assert re.fullmatch(r"20\d\d-\d\d", price.month)
        assert price.hardware
        assert 0 < price.per_second < Decimal("0.02")
