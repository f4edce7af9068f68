"""Models: who may see, create, change and delete them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from replicate_sandbox.contract import timestamps
from replicate_sandbox.contract.problems import (
    conflict,
    forbidden,
    invalid_fields,
    not_found,
    unprocessable,
)
from replicate_sandbox.contract.validation import check_body
from replicate_sandbox.service.hardware import HARDWARE
from replicate_sandbox.store.documents import Document, Page
from replicate_sandbox.store.store import Store

MOST_MODELS = 1000  # an account (documented)
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")
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

    def __init__(self, store: Store) -> None:
        self._documents = store.documents

    def create(self, account: str, body: object) -> Document:
        """Create a model and return it. Raises `Problem`: 403, 409, 422."""
        given = check_body(body, _CREATE)
        if problems := list(_problems(given)):
            raise invalid_fields(problems)
        owner = given["owner"]
        if owner != account:
            raise forbidden(f"You do not have permission to create models for the owner {owner}.")
        if self._documents.count("model", account) >= MOST_MODELS:
            limit = f"You have reached the limit of {MOST_MODELS:,} models."
            raise invalid_fields([("name", limit)])
        model = {**given, "created_at": timestamps.now()}
        if not self._documents.add("model", f"{account}/{given['name']}", account, model):
            raise conflict("A model with that name and owner already exists.")
        return model

    def get(self, account: str, owner: str, name: str) -> Document:
        """Return a model that the account may see. Raises `Problem`: 404."""
        model = self._documents.get("model", f"{owner}/{name}")
        if model is None or (model["visibility"] != "public" and model["owner"] != account):
            raise not_found()
        return model

    def visible(self, account: str) -> list[Document]:
        """Return the models that the account may see, newest first."""
        models = reversed(self._documents.list_all("model"))
        return [one for one in models if one["visibility"] == "public" or one["owner"] == account]

    def get_own(self, account: str, owner: str, name: str) -> Document:
        """Return a model that the account may change. Raises `Problem`: 403, 404."""
        model = self.get(account, owner, name)
        if model["owner"] != account:
            raise forbidden("You do not have permission to change this model.")
        return model

    def update(self, account: str, owner: str, name: str, body: object) -> Document:
        """Change a model's page and return the model. Raises `Problem`: 403, 404, 422."""
        self.get_own(account, owner, name)
        changes = check_body(body, _UPDATE)
        key = f"{owner}/{name}"
        return self._documents.update("model", key, lambda model: {**model, **changes}) or {}

    def delete(self, account: str, owner: str, name: str) -> None:
        """Delete a private model without versions. Raises `Problem`: 403, 404, 422."""
        model = self.get_own(account, owner, name)
        if model["visibility"] != "private":
            raise unprocessable("You can only delete private models.")
        if self._documents.count("version", f"{owner}/{name}"):
            raise unprocessable("You can only delete models that have no versions.")
        self._documents.delete("model", f"{owner}/{name}")

    def public_page(self, offset: int) -> Page:
        """Return a page of the public models, newest first."""
        page = self._documents.page("model", None, offset)
        public = [model for model in page.documents if model["visibility"] == "public"]
        return Page(public, page.next, page.previous)


def _problems(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not _NAME.fullmatch(given["name"]):
        yield "name", _NAME_RULE
    if given["visibility"] not in {"public", "private"}:
        yield "visibility", "Must be one of public, private."
    if given["hardware"] not in HARDWARE:
        yield "hardware", f"Must be one of {', '.join(HARDWARE)}."
