"""What trainings and predictions have in common: an account's runs of one kind."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from replicate_sandbox.contract import ids, timestamps
from replicate_sandbox.contract.problems import invalid_version, not_found
from replicate_sandbox.contract.validation import check_input
from replicate_sandbox.engine.script import Script
from replicate_sandbox.service.run_parts import RunParts
from replicate_sandbox.store.documents import Document, Page

# What a run holds before anything has happened to it.
_BEGINNING: Document = {
    "logs": None,
    "error": None,
    "output": None,
    "metrics": {},
    "status": "starting",
    "started_at": None,
    "completed_at": None,
}


class AccountRuns:
    """The runs of a kind, `training` or `prediction`, of all accounts."""

    def __init__(self, kind: str, parts: RunParts) -> None:
        self._kind = kind
        self._store = parts.store
        self._documents = parts.store.documents
        self._runs = parts.runs
        self._signed_urls = parts.signed_urls
        self._versions = parts.versions
        self._settings = parts.settings
        self._billing = parts.billing

    def check(self, account: str, version: Document, schema: str, given: Mapping[str, Any]) -> None:
        """Check an input against a version's schema, and that the account can pay for the run.

        Raises `Problem`: 402, 422.
        """
        if self._settings.validate:
            check_input(version["openapi_schema"], schema, given)
        self._billing.check(account)

    def start(
        self,
        account: str,
        version: Document,
        given: Mapping[str, Any],
        more: Mapping[str, object],
        *,
        lifetime: float | None = None,
        script: Script | None = None,
    ) -> Document:
        """Queue a run of a version and return it; `given` is the checked body.

        `more` are fields of the run that only its kind has. The run is ended after `lifetime`
        seconds, and follows `script` instead of its code. Raises `Problem`: 404 for an input file
        that does not exist, 422 for a version that was deleted meanwhile.
        """
        run = {**self._new(account, version, given, lifetime), **more}
        inputs = self._signed_urls.sign_inputs(account, given["input"])
        with self._store.transaction():
            if not self._versions.exists(version):
                raise invalid_version()
            self._documents.add(self._kind, run["id"], account, run)
        self._runs.submit(self._kind, run["id"], inputs, script)
        if lifetime:
            self._runs.expire_after(self._kind, run["id"], lifetime)
        return run

    def _new(
        self, account: str, version: Document, given: Mapping[str, Any], lifetime: float | None
    ) -> Document:
        created = datetime.now(UTC)
        skew = timedelta(seconds=self._settings.created_at_skew)
        deadline = created + timedelta(seconds=lifetime) if lifetime else None
        return {
            **_BEGINNING,
            "id": ids.new_run_id(),
            "owner": account,
            "model": version["model"],
            "version": version["id"],
            "simulated": bool(version.get("simulated")),
            "input": given["input"],
            "created_at": timestamps.timestamp(created),
            "first_created_at": timestamps.timestamp(created - skew),
            "deadline": timestamps.timestamp(deadline) if deadline else None,
            "webhook": given.get("webhook"),
            "webhook_events_filter": given.get("webhook_events_filter"),
        }

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
