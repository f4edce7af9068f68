"""The hardware of a new model: the given SKU, else a default, else the cheapest GPU. Pure.

`_PRICES` are US dollars per second from https://replicate.com/pricing (2026). The API shows no
prices, and which SKUs it offers depends on the account and the date. Replicate usually replaces the
hardware of a fine-tune by what its trainer prescribes.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from replicate_train.diagnostics.suggestion import nearest
from replicate_train.runner.text import quoted

_DEFAULT, _CPU = "gpu-t4", "cpu"
_PRICES = {
    "cpu-small": 0.000025,
    "cpu": 0.000100,
    "gpu-t4": 0.000225,
    "gpu-l40s": 0.000975,
    "gpu-a100-large": 0.001400,
    "gpu-h100": 0.001525,
    "gpu-l40s-2x": 0.001950,
    "gpu-a100-large-2x": 0.002800,
    "gpu-h100-2x": 0.003050,
}
_SEVERAL_DEVICES = re.compile(r"-\d+x(-|$)")  # gpu-l40s-2x, and the older gpu-2x-l40s
_MAX_LISTED_SKUS = 30


@dataclass(frozen=True)
class HardwareChoice:
    """A SKU, and the `reason` why it was chosen; no reason where the workflow sets it."""

    sku: str = ""
    reason: str = ""

    @property
    def note(self) -> str:
        """The line for the log and the plan; empty where the workflow sets the SKU."""
        return f"hardware: {self.sku} ({self.reason})" if self.reason else ""


def choose(given: str, offered: Collection[str]) -> HardwareChoice:
    """Return the given SKU, else the default, else the cheapest GPU offered, else `cpu`.

    `offered` is empty where Replicate's list could not be read.
    """
    if given:
        return HardwareChoice(given)
    if not offered:
        return HardwareChoice(_DEFAULT, "default; Replicate's hardware list could not be read")
    if _DEFAULT in offered:
        return HardwareChoice(_DEFAULT, "default")
    gpus = [sku for sku in offered if sku.startswith("gpu")]
    if gpus:
        return HardwareChoice(min(gpus, key=_cost), f"cheapest GPU available; no {_DEFAULT}")
    sku = _CPU if _CPU in offered else min(offered, key=_cost)
    return HardwareChoice(sku, "no GPU available")


def choose_again(offered: Collection[str]) -> HardwareChoice:
    """Return another choice after Replicate refused the first one.

    `offered` are the SKUs that the refusal names.
    """
    if not offered:
        return HardwareChoice(_CPU, "Replicate refused the first choice and named no other")
    return choose("", offered)


def unavailable(sku: str, offered: Collection[str]) -> str:
    """Return the message for a SKU that is not offered."""
    more = ", ..." if len(offered) > _MAX_LISTED_SKUS else ""
    listed = ", ".join(list(offered)[:_MAX_LISTED_SKUS]) + more
    return f"{quoted(sku)} is not available on Replicate. Available: {listed}"


def suggestion(sku: str, offered: Collection[str]) -> str:
    """Return how to fix a SKU that is not offered."""
    near = nearest(sku, offered)
    return f"Did you mean {quoted(near)}?" if near else "Set `hardware` to one of these."


def _cost(sku: str) -> tuple[bool, float, str]:
    """Return a sort key: one device before several, then by price, unknown prices last."""
    return bool(_SEVERAL_DEVICES.search(sku)), _PRICES.get(sku, float("inf")), sku
