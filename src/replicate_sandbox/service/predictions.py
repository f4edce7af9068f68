"""Predictions: runs of a version. A training can be read and cancelled as a prediction, too.

The service answers the start of a training with URLs of a prediction (recorded).
"""

from replicate_sandbox.contract.validation import check_body, check_input
from replicate_sandbox.engine.runs import Runs
from replicate_sandbox.service.account_runs import AccountRuns
from replicate_sandbox.service.signed_urls import SignedUrls
from replicate_sandbox.service.trainings import Trainings
from replicate_sandbox.service.versions import Versions
from replicate_sandbox.service.webhooks import check_webhook
from replicate_sandbox.store.documents import Document
from replicate_sandbox.store.store import Store

_FIELDS = {
    "version": "string!",
    "input": "object!",
    "stream": "boolean",
    "webhook": "string",
    "webhook_events_filter": "array",
}


class Predictions(AccountRuns):
    """The predictions of all accounts."""

    def __init__(
        self,
        store: Store,
        runs: Runs,
        signed_urls: SignedUrls,
        versions: Versions,
        trainings: Trainings,
    ) -> None:
        super().__init__("prediction", store, runs, signed_urls)
        self._versions = versions
        self._trainings = trainings

    def create(self, account: str, body: object) -> Document:
        """Queue a prediction and return it.

        Raises `Problem`: 404 for an input file that does not exist, 422 for all else.
        """
        given = check_body(body, _FIELDS)
        check_webhook(given)
        version = self._versions.find(account, given["version"])
        check_input(version["openapi_schema"], "Input", given["input"])
        return self.start(account, version["model"], version["id"], given, logs="")

    def get(self, account: str, run_id: str) -> Document:
        """Return a prediction or a training of the account. Raises `Problem`: 404."""
        if self._is_training(run_id):
            return self._trainings.get(account, run_id)
        return super().get(account, run_id)

    def cancel(self, account: str, run_id: str) -> Document:
        """Cancel a prediction or a training and return it. Raises `Problem`: 404."""
        if self._is_training(run_id):
            return self._trainings.cancel(account, run_id)
        return super().cancel(account, run_id)

    def _is_training(self, run_id: str) -> bool:
        return self._documents.get("training", run_id) is not None
