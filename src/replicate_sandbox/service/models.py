"""Models: who may see, create, change and delete them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from replicate_sandbox.contract import timestamps
from replicate_sandbox.contract.problems import (
    Invalid,
    conflict,
    forbidden,
    not_found,
    unprocessable,
    validation_failed,
)
from replicate_sandbox.contract.validation import check_body
from replicate_sandbox.service.hardware import invalid_hardware
from replicate_sandbox.service.settings import Settings
from replicate_sandbox.store.documents import Document
from replicate_sandbox.store.store import Store

NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")
_NAME_RULE = (
    "Must start and end with a lower-case letter or a digit, and contain only lower-case letters, "
    "digits, '-', '_' and '.'."
)
_LINKS = ("github_url", "paper_url", "license_url")
_REQUIRED = ("owner", "name", "visibility", "hardware")
_CREATE = dict.fromkeys(_REQUIRED, "string!") | dict.fromkeys(
    ("description", *_LINKS, "cover_image_url"), "string"
)
_UPDATE = dict.fromkeys(("description", "readme", "weights_url", *_LINKS), "string")


class Models:
    """The models of all accounts."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._documents = store.documents
        self._settings = settings

    def create(self, account: str, body: object) -> Document:
        """Create a model and return it. Raises `Problem`: 400, 403, 409.

        The name of a deleted model is still taken (quoted by users).
        """
        given = check_body(body, _CREATE, validation_failed)
        if problems := list(_problems(given, self._settings.hardware)):
            raise validation_failed(problems)
        owner = given["owner"]
        if owner != account:
            raise forbidden(f"You do not have permission to create models for the owner {owner}.")
        with self._store.transaction():
            return self._add(account, {**given, "created_at": timestamps.now()})

    def _add(self, account: str, model: Document) -> Document:
        most = self._settings.most_models
        if self._documents.count("model", account) >= most:
            limit = f"You have reached the limit of {most:,} models."
            raise validation_failed([Invalid("name", limit)])
        key = f"{account}/{model['name']}"
        deleted = self._documents.get("deleted_model", key) is not None
        if deleted or not self._documents.add("model", key, account, model):
            raise conflict("A model with that name and owner already exists.")
        return model

    def get(self, account: str, owner: str, name: str) -> Document:
        """Return a model that the account may see. Raises `Problem`: 404."""
        model = self._documents.get("model", f"{owner}/{name}")
        if model is None or not _is_visible(account, model):
            raise not_found()
        return model

    def may_see(self, account: str, full_name: str) -> bool:
        """Return whether the account may see the model that `OWNER/NAME` names."""
        model = self._documents.get("model", full_name)
        return model is not None and _is_visible(account, model)

    def visible(self, account: str) -> list[Document]:
        """Return the models that the account may see, newest first."""
        models = reversed(self._documents.list_all("model"))
        return [one for one in models if _is_visible(account, one)]

    def get_own(self, account: str, owner: str, name: str) -> Document:
        """Return a model that the account may change. Raises `Problem`: 403, 404."""
        model = self.get(account, owner, name)
        if model["owner"] != account:
            raise forbidden("You do not have permission to change this model.")
        return model

    def update(self, account: str, owner: str, name: str, body: object) -> Document:
        """Change a model's page and return the model. Raises `Problem`: 400, 403, 404."""
        self.get_own(account, owner, name)
        changes = check_body(body, _UPDATE, validation_failed)
        key = f"{owner}/{name}"
        return self._documents.update("model", key, lambda model: {**model, **changes}) or {}

    def delete(self, account: str, owner: str, name: str) -> None:
        """Delete a private model without versions. Raises `Problem`: 403, 404, 422."""
        key = f"{owner}/{name}"
        with self._store.transaction():
            model = self.get_own(account, owner, name)
            if model["visibility"] != "private":
                raise unprocessable("You can only delete private models.")
            if self._documents.count("version", key):
                raise unprocessable("You can only delete models that have no versions.")
            self._documents.add("deleted_model", key, owner, {"name": name})
            self._documents.delete("model", key)

    def public(self) -> list[Document]:
        """Return all public models, oldest first."""
        models = self._documents.list_all("model")
        return [model for model in models if model["visibility"] == "public"]


def _is_visible(account: str, model: Document) -> bool:
    return bool(model["visibility"] == "public" or model["owner"] == account)


def _problems(given: Mapping[str, Any], hardware: Mapping[str, str]) -> Iterator[Invalid]:
    if not NAME.fullmatch(given["name"]):
        yield Invalid("name", _NAME_RULE)
    if given["visibility"] not in {"public", "private"}:
        yield Invalid("visibility", "Must be one of public, private.")
    yield from invalid_hardware(given["hardware"], hardware)
