"""Predictions: one run of a version."""

from replicate_sandbox.contract.validation import check_body, check_input
from replicate_sandbox.engine.runs import Runs
from replicate_sandbox.service.account_runs import AccountRuns
from replicate_sandbox.service.signed_urls import SignedUrls
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
        self, store: Store, runs: Runs, signed_urls: SignedUrls, versions: Versions
    ) -> None:
        super().__init__("prediction", store, runs, signed_urls)
        self._versions = versions

    def create(self, account: str, body: object) -> Document:
        """Queue a prediction and return it.

        Raises `Problem`: 404 for an input file that does not exist, 422 for all else.
        """
        given = check_body(body, _FIELDS)
        check_webhook(given)
        version = self._versions.find(account, given["version"])
        check_input(version["openapi_schema"], "Input", given["input"])
        return self.start(account, version["model"], version["id"], given, logs="")
