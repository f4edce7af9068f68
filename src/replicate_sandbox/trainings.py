"""Trainings: from a request to a new version of the destination."""

import re
from collections.abc import Mapping
from typing import Any

from replicate_sandbox.contract import ids, timestamps
from replicate_sandbox.contract.problems import Problem, invalid_fields, not_found
from replicate_sandbox.contract.validation import check_body, check_input
from replicate_sandbox.engine.data_urls import file_content
from replicate_sandbox.engine.runs import Runs
from replicate_sandbox.files import Files
from replicate_sandbox.models import Models
from replicate_sandbox.store.documents import Document, Page
from replicate_sandbox.store.store import Store
from replicate_sandbox.webhooks import EVENTS, may_be_called

_FIELDS = {
    "destination": "string!",
    "input": "object!",
    "webhook": "string",
    "webhook_events_filter": "array",
}
_OWN_FILE = re.compile(r"https?://[^/]+/v1/files/([^/?#]+)")


class Trainings:
    """An account's trainings."""

    def __init__(
        self, store: Store, models: Models, files: Files, runs: Runs, address: str
    ) -> None:
        self._address = address
        self._store = store
        self._models = models
        self._files = files
        self._runs = runs

    def create(
        self, account: str, owner: str, name: str, version_id: str, body: object
    ) -> Document:
        """Start a training. Raises `Problem`: 404 for the destination, 422 for all else."""
        wanted = check_body(body, _FIELDS)
        check_webhook(wanted)
        version = self._trainer(account, owner, name, version_id)
        self._check_destination(account, wanted["destination"])
        check_input(version["openapi_schema"], "TrainingInput", wanted["input"])
        training = {
            "id": ids.new_run_id(),
            "owner": account,
            "model": f"{owner}/{name}",
            "version": version_id,
            "destination": wanted["destination"],
            "input": wanted["input"],
            "logs": None,
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
        self._store.documents.add("training", training["id"], account, training)
        self._runs.submit("training", training["id"], self.fetchable(account, wanted["input"]))
        return training

    def get(self, account: str, training_id: str) -> Document:
        """Return a training of the account. Raises `Problem`: 404."""
        training = self._store.documents.get("training", training_id)
        if training is None or training["owner"] != account:
            raise not_found()
        return training

    def page(self, account: str, offset: int) -> Page:
        """Return a page of the account's trainings, newest first."""
        return self._store.documents.page("training", account, offset)

    def cancel(self, account: str, training_id: str) -> Document:
        """End a training; one that has ended stays as it is. Raises `Problem`: 404."""
        self.get(account, training_id)
        self._runs.cancel("training", training_id)
        return self.get(account, training_id)

    def fetchable(self, account: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the input with the account's own files as addresses that need no token."""
        return {name: self._fetchable(account, value) for name, value in given.items()}

    def made(self, training: Document, output: object) -> Document:
        """Keep a trained model's weights, and add the version that predicts with them."""
        weights = file_content(output.get("weights") if isinstance(output, dict) else output)
        if weights is None:
            return {"version": None, "weights": None}
        trainer = (
            self._store.documents.get("version", f"{training['model']}:{training['version']}") or {}
        )
        destination = training["destination"]
        version_id = ids.content_id(training["id"].encode(), weights)
        self._store.blobs.put(version_id, weights)
        version = {
            **trainer,
            "id": version_id,
            "model": destination,
            "created_at": timestamps.now(),
            "openapi_schema": _without_training(trainer.get("openapi_schema") or {}),
            "weights": version_id,
            "train": "",
        }
        self._store.documents.add("version", f"{destination}:{version_id}", destination, version)
        return {
            "version": f"{destination}:{version_id}",
            "weights": {"blob": version_id, "name": "trained_model.npz"},
        }

    def _trainer(self, account: str, owner: str, name: str, version_id: str) -> Document:
        try:
            version = self._models.version(account, owner, name, version_id)
        except Problem:
            raise Problem(
                422,
                "The specified version does not exist (or perhaps you don't have permission to "
                "use it?)",
                "Invalid version or not permitted",
            ) from None
        if not version["train"]:
            raise Problem(422, "This model version can not be trained.", "Version not trainable")
        return version

    def _check_destination(self, account: str, destination: str) -> None:
        model = self._store.documents.get("model", destination)
        if model is None or model["owner"] != account:
            raise Problem(404, "The specified training destination does not exist")

    def _fetchable(self, account: str, value: object) -> object:
        match = _OWN_FILE.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            return value
        self._files.get(account, match[1])
        return self._address + self._files.signed_path(account, match[1])


def check_webhook(wanted: Mapping[str, Any]) -> None:
    """Raise `Problem` (422) for a webhook that would not be called, or unknown events."""
    problems = []
    if wanted.get("webhook") and not may_be_called(wanted["webhook"]):
        problems.append(("webhook", "Must be a valid HTTPS URL."))
    if set(wanted.get("webhook_events_filter") or ()) - set(EVENTS):
        problems.append(("webhook_events_filter", f"Must be among {', '.join(EVENTS)}."))
    if problems:
        raise invalid_fields(problems)


def _without_training(schema: Document) -> Document:
    components = schema.get("components") or {}
    schemas = {
        name: value
        for name, value in (components.get("schemas") or {}).items()
        if not name.startswith("Training")
    }
    return {**schema, "components": {**components, "schemas": schemas}}
