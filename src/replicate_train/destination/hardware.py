"""Which hardware a new model gets: the given SKU, else a default, else the cheapest GPU. Pure.

`_PRICES` are US dollars per second from https://replicate.com/pricing (2026). The API does not tell
prices, and which SKUs it offers depends on the account and the date. Replicate usually replaces the
hardware of a fine-tune by what its trainer prescribes.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from replicate_train.diagnostics.suggestion import nearest

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
_SEVERAL = re.compile(r"-\d+x(-|$)")  # gpu-l40s-2x, and the older gpu-2x-l40s
_LISTED = 30  # SKUs that an error names


@dataclass(frozen=True)
class HardwareChoice:
    """A SKU. `reason` says why it was chosen, and is empty where the workflow gives it."""

    sku: str = ""
    reason: str = ""

    @property
    def note(self) -> str:
        """What the log and the plan say of a choice; empty where there was none."""
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
    """Return another choice after Replicate refused the first one; `offered` is what it named."""
    if not offered:
        return HardwareChoice(_CPU, "Replicate refused the first choice and named no other")
    return choose("", offered)


def unavailable(sku: str, offered: Collection[str]) -> str:
    """Return what to say of a SKU that is not offered."""
    listed = ", ".join(list(offered)[:_LISTED]) + (", ..." if len(offered) > _LISTED else "")
    return f"`{sku}` is not available on Replicate. Available: {listed}"


def suggestion(sku: str, offered: Collection[str]) -> str:
    """Return what a SKU that is not offered may have meant."""
    near = nearest(sku, offered)
    return f"Did you mean `{near}`?" if near else "Set `hardware` to one of these."


def _cost(sku: str) -> tuple[bool, float, str]:
    """Order by one device before several, then by price, an unknown one after the known."""
    return bool(_SEVERAL.search(sku)), _PRICES.get(sku, float("inf")), sku
