"""Switches: how this local Replicate differs from its usual self, for tests of a client."""

from dataclasses import dataclass, field

from replicate_sandbox.engine.limits import RunLimits
from replicate_sandbox.service.hardware import HARDWARE

CREDITS = ("enough", "low", "none", "no-billing", "no-payment-method")
OMITTABLE = ("model", "source", "urls.web")
MOST_MODELS = 1000  # an account (documented)


@dataclass(frozen=True)
class Settings:
    """One value for each option of the command that changes what the service does."""

    hardware: dict[str, str] = field(default_factory=lambda: dict(HARDWARE))  # SKU: name
    credit: str = "enough"  # one of CREDITS
    spend_limit: float | None = None  # US dollars of an account in a month
    most_models: int = MOST_MODELS
    omit: frozenset[str] = frozenset()  # fields of a training, from OMITTABLE
    created_at_skew: float = 0.04  # seconds from a training's first `created_at` to its later one
    validate: bool = True  # check inputs against the version's schema
    official: frozenset[str] = frozenset()  # models, as OWNER/NAME
    idle_minutes: float = 15.0  # minutes before a deployment can be deleted
    limits: RunLimits = field(default_factory=RunLimits)  # of each run
    simulated_seconds: float = 4.0  # of a training that is simulated
