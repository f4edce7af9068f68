"""The local Replicate put together: its accounts, its resources, and what runs."""

from typing import Any

from replicate_sandbox.contract import resources
from replicate_sandbox.engine.runs import Runs
from replicate_sandbox.engine.script import Script
from replicate_sandbox.service.accounts import Account, Accounts
from replicate_sandbox.service.billing import Billing
from replicate_sandbox.service.deployments import Deployments
from replicate_sandbox.service.examples import Examples
from replicate_sandbox.service.faults import FaultScript
from replicate_sandbox.service.files import Files
from replicate_sandbox.service.model_lists import ModelLists
from replicate_sandbox.service.models import Models
from replicate_sandbox.service.output_files import OutputFiles
from replicate_sandbox.service.predictions import Predictions
from replicate_sandbox.service.run_parts import RunParts
from replicate_sandbox.service.settings import Settings
from replicate_sandbox.service.signed_urls import SignedUrls
from replicate_sandbox.service.streams import Streams
from replicate_sandbox.service.trainers import Trainers
from replicate_sandbox.service.training_faults import TrainingFaults
from replicate_sandbox.service.trainings import Trainings
from replicate_sandbox.service.versions import Versions
from replicate_sandbox.service.webhooks import Webhooks
from replicate_sandbox.simulated.script import simulated_run
from replicate_sandbox.store.documents import Document
from replicate_sandbox.store.store import Store


class Service:
    """Everything that the API offers, a resource an attribute."""

    def __init__(
        self,
        store: Store,
        accounts: list[Account],
        address: str,
        settings: Settings | None = None,
        trainers: Trainers | None = None,
    ) -> None:
        """`address` is where engines reach this server, such as http://127.0.0.1:8123.

        Raises `ValueError` if two accounts cannot be told apart.
        """
        self._address = address
        self.accounts = Accounts(accounts)
        self.settings = settings or Settings()
        self.runs = Runs(
            store,
            address,
            self._notify,
            self._keep_output,
            limits=self.settings.limits,
            simulate=self._simulate,
        )
        self.models = Models(store, self.settings)
        self.output_files = OutputFiles(store)
        self.trainers = trainers or Trainers([], store)
        self.versions = Versions(store, self.models, self.output_files, self.trainers)
        self.examples = Examples(store.documents)
        self.model_lists = ModelLists(self.models, self.versions)
        self.files = Files(store)
        self.signed_urls = SignedUrls(self.files, address)
        self.webhooks = Webhooks(store)
        self.faults = FaultScript()
        self.billing = Billing(store.documents, self.settings)
        parts = RunParts(
            store, self.runs, self.signed_urls, self.versions, self.settings, self.billing
        )
        self.trainings = Trainings(parts, TrainingFaults(self.faults), self.trainers)
        self.deployments = Deployments(store, self.versions, self.settings)
        self.predictions = Predictions(parts, self.trainings, self.deployments)
        self.streams = Streams(store)

    def _notify(self, kind: str, run: Document, event: str) -> None:
        if event == "completed":
            self.examples.consider(kind, run)
        resource = resources.training if kind == "training" else resources.prediction
        body = resources.without(resource(run, self._address), self._omitted(kind))
        self.webhooks.send(run, event, body)

    def _simulate(self, trainer: str, kind: str, given: dict[str, Any]) -> Script:
        return simulated_run(trainer, kind, given, self.settings.simulated_seconds)

    def _omitted(self, kind: str) -> frozenset[str]:
        return self.settings.omit if kind == "training" else frozenset()

    def _keep_output(self, kind: str, run: Document, output: object) -> Any:  # noqa: ANN401 - JSON
        keep = self.versions.add_trained if kind == "training" else self.output_files.keep
        return keep(run, output)
