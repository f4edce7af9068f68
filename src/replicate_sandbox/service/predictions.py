"""Predictions: runs of a version. A training can be read and cancelled as a prediction, too.

The service answers the start of a training with URLs of a prediction (recorded).
"""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from replicate_sandbox.contract import timestamps
from replicate_sandbox.contract.problems import (
    Invalid,
    invalid_input,
    invalid_version,
    not_found,
)
from replicate_sandbox.contract.validation import check_body
from replicate_sandbox.service.account_runs import AccountRuns
from replicate_sandbox.service.deployments import Deployments
from replicate_sandbox.service.run_parts import RunParts
from replicate_sandbox.service.trainings import Trainings
from replicate_sandbox.service.webhook_fields import check_webhook
from replicate_sandbox.store.documents import Document, Page

_OPTIONS = {"stream": "boolean", "webhook": "string", "webhook_events_filter": "array"}
_FIELDS = {"input": "object!", **_OPTIONS}
_VERSION_FIELDS = {"version": "string!", **_FIELDS}


class Predictions(AccountRuns):
    """The predictions of all accounts."""

    def __init__(self, parts: RunParts, trainings: Trainings, deployments: Deployments) -> None:
        super().__init__("prediction", parts)
        self._trainings = trainings
        self._deployments = deployments

    def create(self, account: str, body: object, lifetime: float | None = None) -> Document:
        """Queue a prediction of a version or an official model and return it.

        It is ended after `lifetime` seconds. Raises `Problem`: 402, 404 for an input file that
        does not exist, 422 for all else.
        """
        given = _checked(body, _VERSION_FIELDS)
        reference = given["version"]
        if reference in self._settings.official:
            return self._predict_official(account, reference, given, lifetime)
        return self._predict(account, self._versions.find(account, reference), given, lifetime)

    def create_official(
        self, account: str, owner: str, name: str, body: object, lifetime: float | None = None
    ) -> Document:
        """Queue a prediction of an official model and return it. Raises `Problem`; see `create`.

        A model that is not official has no predictions of its own: 404 (guessed).
        """
        given = _checked(body, _FIELDS)
        if f"{owner}/{name}" not in self._settings.official:
            raise not_found()
        return self._predict_official(account, f"{owner}/{name}", given, lifetime)

    def create_with_deployment(
        self, account: str, owner: str, name: str, body: object, lifetime: float | None = None
    ) -> Document:
        """Queue a prediction of a deployment's version and return it. Raises `Problem`: see above.

        Raises `Problem` 404 also for a deployment that does not exist.
        """
        given = _checked(body, _FIELDS)
        release = self._deployments.use(account, owner, name)
        version = self._versions.find(account, f"{release['model']}:{release['version']}")
        return self._predict(account, version, given, lifetime, deployment=f"{owner}/{name}")

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

    def filtered_page(
        self,
        account: str,
        offset: int,
        *,
        created_after: str = "",
        created_before: str = "",
        source: str = "api",
    ) -> Page:
        """Return a page of the account's predictions, newest first; none came from the website.

        Raises `Problem`: 422 for a time that cannot be read.
        """
        first = _moment("created_after", created_after) if created_after else ""
        last = _moment("created_before", created_before) if created_before else "~"
        owner = account if source == "api" else ""
        return self._documents.page("prediction", owner, offset, created=(first, last))

    def _predict_official(
        self, account: str, model: str, given: Mapping[str, Any], lifetime: float | None
    ) -> Document:
        version = self._versions.latest(*model.split("/", 1))
        if version is None:
            raise invalid_version()
        return self._predict(account, version, given, lifetime, official=True)

    def _predict(
        self,
        account: str,
        version: Document,
        given: Mapping[str, Any],
        lifetime: float | None,
        **more: object,
    ) -> Document:
        """Queue a prediction; `more` are fields of its document."""
        if not version["predict"]:
            raise invalid_version()
        self.check(account, version, "Input", given["input"])
        key = secrets.token_hex(16) if _streams(version) else ""
        fields = {"logs": "", "stream_key": key, **more}
        return self.start(account, version, given, fields, lifetime=lifetime)

    def _is_training(self, run_id: str) -> bool:
        return self._documents.get("training", run_id) is not None


def _checked(body: object, fields: Mapping[str, str]) -> dict[str, Any]:
    given = check_body(body, fields)
    check_webhook(given)
    return given


def _streams(version: Document) -> bool:
    """Return whether a version's output comes piece by piece."""
    schemas = (version["openapi_schema"] or {}).get("components", {}).get("schemas", {})
    return (schemas.get("Output") or {}).get("x-cog-array-type") == "iterator"


def _moment(name: str, text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
        return timestamps.timestamp(moment.astimezone(UTC))
    except (ValueError, OverflowError):
        raise invalid_input([Invalid(name, "Must be a date and time in ISO 8601.")]) from None
