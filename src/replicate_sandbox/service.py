"""The local Replicate put together: its accounts, its state, and what runs."""

from dataclasses import dataclass
from typing import Any

from replicate_sandbox import webhooks
from replicate_sandbox.contract import resources
from replicate_sandbox.engine.runs import Runs
from replicate_sandbox.files import Files
from replicate_sandbox.limits import Limits, Rate
from replicate_sandbox.models import Models
from replicate_sandbox.predictions import Predictions
from replicate_sandbox.store.documents import Document
from replicate_sandbox.store.store import Store
from replicate_sandbox.trainings import Trainings


@dataclass(frozen=True)
class Account:
    """Somebody with a token."""

    name: str
    token: str


class Service:
    """Everything that answers are made of; knows no HTTP. Engines reach it at `address`."""

    def __init__(
        self, store: Store, accounts: list[Account], address: str, rate: Rate | None = None
    ) -> None:
        self._address = address
        self.store = store
        self.limits = Limits(rate)
        self.runs = Runs(store, address, self._event, self._output)
        self.models = Models(store)
        self.files = Files(store)
        self.trainings = Trainings(store, self.models, self.files, self.runs, address)
        self.predictions = Predictions(store, self.models, self.trainings, self.runs)
        self._accounts = {account.token: account.name for account in accounts}

    def account_of(self, token: str) -> str | None:
        """Return the name of the account that a token belongs to."""
        return self._accounts.get(token)

    def _event(self, kind: str, document: Document, event: str) -> None:
        shape = resources.training if kind == "training" else resources.prediction
        body = shape(document, self._address)
        webhooks.call(document["webhook"], document["webhook_events_filter"], event, body)

    def _output(self, kind: str, document: Document, output: object) -> Any:  # noqa: ANN401 - JSON
        made = self.trainings.made if kind == "training" else self.predictions.made
        return made(document, output)
