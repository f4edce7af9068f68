"""Billing of runs: the credit of all accounts, and each account's monthly spend limit.

Nothing costs anything here. What a run would cost is its `predict_time` at Replicate's price for
the hardware of its model (documented; a training is billed by its trainer's hardware).
"""

from datetime import UTC, datetime

from replicate_sandbox.contract import timestamps
from replicate_sandbox.contract.problems import (
    billing_required,
    insufficient_credit,
    invalid_version,
    spend_limit_reached,
)
from replicate_sandbox.engine.lifecycle import KINDS
from replicate_sandbox.service.hardware import PRICES
from replicate_sandbox.service.settings import Settings
from replicate_sandbox.store.documents import Document, Documents

_REFUSALS = {
    "none": insufficient_credit,
    "no-billing": billing_required,
    "no-payment-method": invalid_version,  # observed: the version "does not exist"
}


class Billing:
    """Refuses the runs that an account cannot pay for."""

    def __init__(self, documents: Documents, settings: Settings) -> None:
        self._documents = documents
        self._settings = settings

    def check(self, account: str) -> None:
        """Check that an account can start a run. Raises `Problem`: 402, 422."""
        if refuse := _REFUSALS.get(self._settings.credit):
            raise refuse()
        limit = self._settings.spend_limit
        if limit is not None and self.spent(account) >= limit:
            raise spend_limit_reached()

    def spent(self, account: str) -> float:
        """Return what the account's runs of this month cost that have ended, in US dollars."""
        month = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        first = timestamps.timestamp(month)
        runs = [run for kind in KINDS for run in self._documents.list_of(kind, account)]
        return sum(self._cost(run) for run in runs if run["created_at"] >= first)

    def _cost(self, run: Document) -> float:
        model = self._documents.get("model", run["model"]) or {}
        price = PRICES.get(model.get("hardware", "cpu"), PRICES["cpu"])
        return float(run["metrics"].get("predict_time") or 0) * price
