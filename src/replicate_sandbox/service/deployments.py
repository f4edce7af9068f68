"""Deployments: a version with hardware and instances of its own, changed release by release.

The document gives their fields and limits; the statuses of refusals are guessed.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from replicate_sandbox.contract import timestamps
from replicate_sandbox.contract.problems import (
    Invalid,
    Problem,
    conflict,
    invalid_version,
    not_found,
    unprocessable,
    validation_failed,
)
from replicate_sandbox.contract.validation import check_body
from replicate_sandbox.service.hardware import invalid_hardware
from replicate_sandbox.service.models import NAME
from replicate_sandbox.service.settings import Settings
from replicate_sandbox.service.versions import Versions
from replicate_sandbox.store.documents import Document, Page
from replicate_sandbox.store.store import Store

_MOST = {"min_instances": 5, "max_instances": 20}
_RELEASE = {"version": "string", "hardware": "string"} | dict.fromkeys(_MOST, "integer")
_CREATE = {"name": "string!", "model": "string!"} | {
    name: f"{kind}!" for name, kind in _RELEASE.items()
}


class Deployments:
    """The deployments of all accounts."""

    def __init__(self, store: Store, versions: Versions, settings: Settings) -> None:
        self._documents = store.documents
        self._versions = versions
        self._settings = settings

    def create(self, account: str, body: object) -> Document:
        """Create a deployment of the account and return it. Raises `Problem`: 400, 409, 422."""
        given = check_body(body, _CREATE, validation_failed)
        if not NAME.fullmatch(given["name"]):
            detail = "Must contain only lower-case letters, digits, '-', '_' and '.'."
            raise validation_failed([Invalid("name", detail)])
        deployment = {"owner": account, "number": 0, "used_at": timestamps.now(), **given}
        released = self._release(account, deployment, given)
        if not self._documents.add("deployment", f"{account}/{given['name']}", account, released):
            raise conflict("A deployment with that name and owner already exists.")
        return released

    def get(self, account: str, owner: str, name: str) -> Document:
        """Return a deployment of the account. Raises `Problem`: 404."""
        deployment = self._documents.get("deployment", f"{owner}/{name}")
        if deployment is None or deployment["owner"] != account:
            raise not_found()
        return deployment

    def page(self, account: str, offset: int) -> Page:
        """Return a page of the account's deployments, newest first."""
        return self._documents.page("deployment", account, offset)

    def update(self, account: str, owner: str, name: str, body: object) -> Document:
        """Release a deployment with these changes and return it. Raises `Problem`: 400, 404, 422.

        What is not given stays as it is.
        """
        self.get(account, owner, name)
        given = check_body(body, _RELEASE, validation_failed)
        return self._change(owner, name, lambda old: self._release(account, old, given))

    def delete(self, account: str, owner: str, name: str) -> None:
        """Delete a deployment that is off and was not used lately. Raises `Problem`: 404, 422."""
        deployment = self.get(account, owner, name)
        idle = datetime.now(UTC) - datetime.fromisoformat(deployment["used_at"])
        least = timedelta(minutes=self._settings.idle_minutes)
        if deployment["max_instances"] or idle < least:
            raise unprocessable(
                "You can only delete deployments that have been offline and unused for at least "
                f"{self._settings.idle_minutes:g} minutes."
            )
        self._documents.delete("deployment", f"{owner}/{name}")

    def use(self, account: str, owner: str, name: str) -> Document:
        """Return a deployment that a prediction is made with. Raises `Problem`: 404, 422."""
        deployment = self.get(account, owner, name)
        if not deployment["max_instances"]:
            raise unprocessable("The deployment is off: its max_instances is 0.")
        return self._change(owner, name, lambda old: {**old, "used_at": timestamps.now()})

    def _release(self, account: str, old: Document, changes: Mapping[str, Any]) -> Document:
        released = {**old, **changes, "number": old["number"] + 1}
        if problems := list(self._problems(released)):
            raise validation_failed(problems)
        owner, _, name = released["model"].partition("/")
        try:
            self._versions.get(account, owner, name, released["version"])
        except Problem:
            raise invalid_version() from None
        moment = timestamps.now()
        return {**released, "created_at": moment, "created_by": account, "used_at": moment}

    def _problems(self, released: Mapping[str, Any]) -> Iterator[Invalid]:
        yield from invalid_hardware(released["hardware"], self._settings.hardware)
        for name, most in _MOST.items():
            if not 0 <= released[name] <= most:
                yield Invalid(name, f"Must be between 0 and {most}.")
        if released["min_instances"] > released["max_instances"]:
            yield Invalid("min_instances", "Must not be greater than max_instances.")

    def _change(self, owner: str, name: str, change: Callable[[Document], Document]) -> Document:
        changed = self._documents.update("deployment", f"{owner}/{name}", change)
        if changed is None:
            raise not_found()
        return changed
