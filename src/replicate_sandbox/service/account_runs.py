"""What trainings and predictions have in common: an account's runs of one kind."""

from collections.abc import Mapping
from typing import Any

from replicate_sandbox.contract import ids, timestamps
from replicate_sandbox.contract.problems import not_found
from replicate_sandbox.engine.runs import Runs
from replicate_sandbox.service.signed_urls import SignedUrls
from replicate_sandbox.store.documents import Document, Page
from replicate_sandbox.store.store import Store


class AccountRuns:
    """The runs of a kind, `training` or `prediction`, of all accounts."""

    def __init__(self, kind: str, store: Store, runs: Runs, signed_urls: SignedUrls) -> None:
        self._kind = kind
        self._documents = store.documents
        self._runs = runs
        self._signed_urls = signed_urls

    def start(
        self, account: str, model: str, version_id: str, given: Mapping[str, Any], **more: object
    ) -> Document:
        """Queue a run of a version and return it; `given` is the checked body.

        Raises `Problem`: 404 for an input file that does not exist.
        """
        run = {
            "id": ids.new_run_id(),
            "owner": account,
            "model": model,
            "version": version_id,
            "input": given["input"],
            "logs": None,
            "error": None,
            "output": None,
            "metrics": {},
            "status": "starting",
            "created_at": timestamps.now(),
            "started_at": None,
            "completed_at": None,
            "webhook": given.get("webhook"),
            "webhook_events_filter": given.get("webhook_events_filter"),
            **more,
        }
        inputs = self._signed_urls.sign_inputs(account, given["input"])
        self._documents.add(self._kind, run["id"], account, run)
        self._runs.submit(self._kind, run["id"], inputs)
        return run

    def get(self, account: str, run_id: str) -> Document:
        """Return a run of the account. Raises `Problem`: 404."""
        run = self._documents.get(self._kind, run_id)
        if run is None or run["owner"] != account:
            raise not_found()
        return run

    def page(self, account: str, offset: int) -> Page:
        """Return a page of the account's runs, newest first."""
        return self._documents.page(self._kind, account, offset)

    def cancel(self, account: str, run_id: str) -> Document:
        """Cancel a run and return it; one that has ended stays as it is. Raises `Problem`: 404."""
        self.get(account, run_id)
        self._runs.cancel(self._kind, run_id)
        return self.get(account, run_id)

    def wait(self, account: str, run_id: str, seconds: float) -> Document:
        """Return a run when it has ended, or as it is after `seconds`. Raises `Problem`: 404."""
        self._runs.wait(self._kind, run_id, seconds)
        return self.get(account, run_id)
