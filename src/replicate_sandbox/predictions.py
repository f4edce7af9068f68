"""Predictions: one run of a version."""

from typing import Any

from replicate_sandbox.contract import ids, timestamps
from replicate_sandbox.contract.problems import Problem, not_found
from replicate_sandbox.contract.validation import check_body, check_input
from replicate_sandbox.engine.data_urls import file_content
from replicate_sandbox.engine.runs import Runs
from replicate_sandbox.models import Models
from replicate_sandbox.store.documents import Document, Page
from replicate_sandbox.store.store import Store
from replicate_sandbox.trainings import Trainings, check_webhook

_FIELDS = {
    "version": "string!",
    "input": "object!",
    "stream": "boolean",
    "webhook": "string",
    "webhook_events_filter": "array",
}


class Predictions:
    """An account's predictions."""

    def __init__(self, store: Store, models: Models, trainings: Trainings, runs: Runs) -> None:
        self._store = store
        self._models = models
        self._trainings = trainings
        self._runs = runs

    def create(self, account: str, body: object, wait: float) -> Document:
        """Run a version, waiting at most `wait` seconds for its end. Raises `Problem`: 422."""
        wanted = check_body(body, _FIELDS)
        check_webhook(wanted)
        version = self._version(account, wanted["version"])
        check_input(version["openapi_schema"], "Input", wanted["input"])
        prediction = {
            "id": ids.new_run_id(),
            "owner": account,
            "model": version["model"],
            "version": version["id"],
            "input": wanted["input"],
            "logs": "",
            "error": None,
            "output": None,
            "metrics": {},
            "status": "starting",
            "created_at": timestamps.now(),
            "started_at": None,
            "completed_at": None,
            "webhook": wanted.get("webhook"),
            "webhook_events_filter": wanted.get("webhook_events_filter"),
        }
        self._store.documents.add("prediction", prediction["id"], account, prediction)
        given = self._trainings.fetchable(account, wanted["input"])
        self._runs.submit("prediction", prediction["id"], given)
        if wait:
            self._runs.wait("prediction", prediction["id"], wait)
        return self.get(account, prediction["id"])

    def get(self, account: str, prediction_id: str) -> Document:
        """Return a prediction of the account. Raises `Problem`: 404."""
        prediction = self._store.documents.get("prediction", prediction_id)
        if prediction is None or prediction["owner"] != account:
            raise not_found()
        return prediction

    def page(self, account: str, offset: int) -> Page:
        """Return a page of the account's predictions, newest first."""
        return self._store.documents.page("prediction", account, offset)

    def cancel(self, account: str, prediction_id: str) -> Document:
        """End a prediction; one that has ended stays as it is. Raises `Problem`: 404."""
        self.get(account, prediction_id)
        self._runs.cancel("prediction", prediction_id)
        return self.get(account, prediction_id)

    def made(self, prediction: Document, output: object) -> Any:  # noqa: ANN401 - any JSON
        """Keep the files in an output, and return it with references to them."""
        if isinstance(output, list):
            return [self.made(prediction, part) for part in output]
        if isinstance(output, dict):
            return {name: self.made(prediction, part) for name, part in output.items()}
        content = file_content(output)
        if content is None:
            return output
        key = ids.content_id(prediction["id"].encode(), content)
        self._store.blobs.put(key, content)
        return {"blob": key, "name": "output"}

    def _version(self, account: str, reference: str) -> Document:
        model, _, version_id = reference.rpartition(":")
        for version in self._store.documents.list_all("version"):
            if version["id"] == version_id and model in {"", version["model"]}:
                owner, _, name = version["model"].partition("/")
                return self._models.version(account, owner, name, version_id)
        raise Problem(
            422,
            "The specified version does not exist (or perhaps you don't have permission to use "
            "it?)",
            "Invalid version or not permitted",
        )
