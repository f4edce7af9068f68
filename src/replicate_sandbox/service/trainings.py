"""Trainings: from a request to a new version of the destination."""

from replicate_sandbox.contract.problems import Problem, invalid_version
from replicate_sandbox.contract.validation import check_body, check_input
from replicate_sandbox.engine.runs import Runs
from replicate_sandbox.service.account_runs import AccountRuns
from replicate_sandbox.service.signed_urls import SignedUrls
from replicate_sandbox.service.versions import Versions
from replicate_sandbox.service.webhooks import check_webhook
from replicate_sandbox.store.documents import Document
from replicate_sandbox.store.store import Store

_FIELDS = {
    "destination": "string!",
    "input": "object!",
    "webhook": "string",
    "webhook_events_filter": "array",
}


class Trainings(AccountRuns):
    """The trainings of all accounts."""

    def __init__(
        self, store: Store, runs: Runs, signed_urls: SignedUrls, versions: Versions
    ) -> None:
        super().__init__("training", store, runs, signed_urls)
        self._versions = versions

    def create(
        self, account: str, owner: str, name: str, version_id: str, body: object
    ) -> Document:
        """Queue a training and return it.

        Raises `Problem`: 404 for a destination or an input file that does not exist, 422 for all
        else.
        """
        given = check_body(body, _FIELDS)
        check_webhook(given)
        trainer = self._trainer(account, owner, name, version_id)
        self._check_destination(account, given["destination"])
        check_input(trainer["openapi_schema"], "TrainingInput", given["input"])
        destination = given["destination"]
        return self.start(account, f"{owner}/{name}", version_id, given, destination=destination)

    def _trainer(self, account: str, owner: str, name: str, version_id: str) -> Document:
        try:
            version = self._versions.get(account, owner, name, version_id)
        except Problem:
            raise invalid_version() from None
        if not version["train"]:
            raise Problem(422, "This model version can not be trained.", "Version not trainable")
        return version

    def _check_destination(self, account: str, destination: str) -> None:
        model = self._documents.get("model", destination)
        if model is None or model["owner"] != account:
            raise Problem(404, "The specified training destination does not exist")
