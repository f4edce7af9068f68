"""Trainings: from a request to a new version of the destination."""

from replicate_sandbox.contract.problems import Problem, invalid_version
from replicate_sandbox.contract.validation import check_body
from replicate_sandbox.service.account_runs import AccountRuns
from replicate_sandbox.service.run_parts import RunParts
from replicate_sandbox.service.trainers import Trainers
from replicate_sandbox.service.training_faults import TrainingFaults
from replicate_sandbox.service.webhook_fields import check_webhook
from replicate_sandbox.store.documents import Document, Page

_FIELDS = {
    "destination": "string!",
    "input": "object!",
    "webhook": "string",
    "webhook_events_filter": "array",
}


class Trainings(AccountRuns):
    """The trainings of all accounts."""

    def __init__(self, parts: RunParts, faults: TrainingFaults, trainers: Trainers) -> None:
        super().__init__("training", parts)
        self._faults = faults
        self._trainers = trainers

    def create(
        self, account: str, owner: str, name: str, version_id: str, body: object
    ) -> Document:
        """Queue a training and return it.

        Raises `Problem`: 402, 404 for a destination or an input file that does not exist, 422 for
        all else.
        """
        given = check_body(body, _FIELDS)
        check_webhook(given)
        trainer = self._trainer(account, owner, name, version_id)
        destination = given["destination"]
        self._check_destination(account, destination)
        self.check(account, trainer, "TrainingInput", given["input"])
        script = self._faults.script(account, destination)
        return self.start(account, trainer, given, {"destination": destination}, script=script)

    def page(self, account: str, offset: int) -> Page:
        """Return a page of the account's trainings, newest first; a fault can hide new ones."""
        hidden_from = self._faults.hidden_from(account)
        created = ("", hidden_from) if hidden_from else None
        return self._documents.page("training", account, offset, created=created)

    def _trainer(self, account: str, owner: str, name: str, version_id: str) -> Document:
        self._trainers.check(f"{owner}/{name}", version_id)
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
