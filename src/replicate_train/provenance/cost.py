"""What a training costs, as far as that is known. Pure.

Replicate bills `predict_time` times the price of the hardware that the trainer runs on. Neither the
price nor the hardware is part of the API.
"""

from dataclasses import dataclass
from decimal import Decimal

from replicate_train.replicate.refs import ModelRef

_CENT = Decimal("0.01")
_PLACES = Decimal("0.001")
_MOST_SECONDS = 1e9
_MORE_PLACES = Decimal("0.000001")  # of amounts below a cent


@dataclass(frozen=True)
class Price:
    """US dollars per second of a trainer's hardware, and the month in which that was looked up."""

    per_second: Decimal
    hardware: str
    month: str


# By the trainer's name in lower case. Source: Replicate's price page for the hardware, and for the
# trainer a bill of 1,674.9 s that came to $2.55 (November 2026).
KNOWN_PRICES = {"ostris/flux-dev-lora-trainer": Price(Decimal("0.001525"), "H100", "2026-11")}


@dataclass(frozen=True)
class Cost:
    """US dollars of a training, estimated, and how they were computed."""

    dollars: Decimal
    basis: str

    @property
    def as_output(self) -> str:
        """The dollars as a plain number: `2.554`."""
        places = _PLACES if self.dollars >= _CENT else _MORE_PLACES
        text = f"{self.dollars.quantize(places):f}"
        return text.rstrip("0").rstrip(".")

    def __str__(self) -> str:
        """Return the dollars for people: `about $2.55`."""
        if not self.dollars:
            return "$0"
        if self.dollars < _CENT:
            return "less than $0.01"
        return f"about ${self.dollars:,.2f}"


def estimate(
    trainer: ModelRef, predict_time: float | None, price: Decimal | None, *, reused: bool
) -> Cost | None:
    """Return what a training cost this run; None where its price or its time is not known.

    `predict_time` is in seconds as Replicate bills them, `price` the workflow's own, in dollars per
    second. A training that is `reused` was paid by the run that started it.
    """
    if reused:
        return Cost(Decimal(0), "the training already existed")
    known = KNOWN_PRICES.get(str(trainer).lower())
    if price is not None:
        per_second, source = price, "price-per-second"
    elif known:
        per_second, source = known.per_second, f"{known.hardware}, price of {known.month}"
    else:
        return None
    if predict_time is None or not 0 <= predict_time < _MOST_SECONDS:
        return None
    dollars = Decimal(str(predict_time)) * per_second
    return Cost(dollars, f"{predict_time:,.1f} s × ${per_second.normalize():f} ({source})")  # noqa: RUF001 - times
