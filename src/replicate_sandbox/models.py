"""Models and their versions: the rules of the service, over the store."""

import re
from typing import Any

from replicate_sandbox.contract import timestamps
from replicate_sandbox.contract.problems import Problem, conflict, invalid_fields, not_found
from replicate_sandbox.contract.validation import check_body
from replicate_sandbox.store.documents import Document, Page
from replicate_sandbox.store.store import Store

HARDWARE = {
    "cpu": "CPU",
    "gpu-t4": "Nvidia T4 GPU",
    "gpu-l40s": "Nvidia L40S GPU",
    "gpu-a100-large": "Nvidia A100 (80GB) GPU",
    "gpu-h100": "Nvidia H100 GPU",
}
MOST_MODELS = 1000  # an account (documented)
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")
_NAME_RULE = (
    "Must begin and end with a lower-case letter or digit; between them '-', '_' and '.' may stand."
)
_CREATE = {
    "owner": "string!",
    "name": "string!",
    "visibility": "string!",
    "hardware": "string!",
    "description": "string",
    "github_url": "string",
    "paper_url": "string",
    "license_url": "string",
    "cover_image_url": "string",
}
_UPDATE = ("description", "readme", "github_url", "paper_url", "weights_url", "license_url")


class Models:
    """What an account may see of models, and do to them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, account: str, body: object) -> Document:
        """Make a model. Raises `Problem`: 403, 409, 422."""
        wanted = check_body(body, _CREATE)
        _check_values(wanted)
        if wanted["owner"] != account:
            raise Problem(
                403,
                f"You do not have permission to create models for the owner {wanted['owner']}.",
                "Forbidden",
            )
        if self._store.documents.count("model", account) >= MOST_MODELS:
            raise invalid_fields(
                [("name", f"You have reached the limit of {MOST_MODELS:,} models.")]
            )
        key = f"{account}/{wanted['name']}"
        model = {**wanted, "created_at": timestamps.now()}
        if not self._store.documents.add("model", key, account, model):
            raise conflict("A model with that name and owner already exists.")
        return model

    def get(self, account: str, owner: str, name: str) -> Document:
        """Return a model that the account may see. Raises `Problem`: 404."""
        model = self._store.documents.get("model", f"{owner}/{name}")
        if model is None or (model["visibility"] != "public" and model["owner"] != account):
            raise not_found()
        return model

    def update(self, account: str, owner: str, name: str, body: object) -> Document:
        """Change what can be changed. Raises `Problem`: 403, 404, 422."""
        self._own(account, owner, name)
        changes = check_body(body, dict.fromkeys(_UPDATE, "string"))
        changed = self._store.documents.update(
            "model", f"{owner}/{name}", lambda model: {**model, **changes}
        )
        return changed or {}

    def delete(self, account: str, owner: str, name: str) -> None:
        """Forget a private model without versions. Raises `Problem`: 403, 404, 422."""
        model = self._own(account, owner, name)
        if model["visibility"] != "private":
            raise Problem(422, "You can only delete private models.", "Unprocessable Entity")
        if self._store.documents.count("version", f"{owner}/{name}"):
            raise Problem(
                422, "You can only delete models that have no versions.", "Unprocessable Entity"
            )
        self._store.documents.delete("model", f"{owner}/{name}")

    def public(self, offset: int) -> Page:
        """Return a page of the public models, newest first."""
        page = self._store.documents.page("model", None, offset)
        seen = [model for model in page.documents if model["visibility"] == "public"]
        return Page(seen, page.next, page.previous)

    def versions(self, account: str, owner: str, name: str, offset: int) -> Page:
        """Return a page of a model's versions, newest first. Raises `Problem`: 404."""
        self.get(account, owner, name)
        return self._store.documents.page("version", f"{owner}/{name}", offset)

    def version(self, account: str, owner: str, name: str, version_id: str) -> Document:
        """Return one version. Raises `Problem`: 404."""
        self.get(account, owner, name)
        version = self._store.documents.get("version", f"{owner}/{name}:{version_id}")
        if version is None:
            raise not_found()
        return version

    def latest(self, owner: str, name: str) -> Document | None:
        """Return a model's newest version, if it has one."""
        newest = self._store.documents.page("version", f"{owner}/{name}", size=1).documents
        return newest[0] if newest else None

    def delete_version(self, account: str, owner: str, name: str, version_id: str) -> None:
        """Forget a version of a private model. Raises `Problem`: 403, 404, 422."""
        model = self._own(account, owner, name)
        version = self.version(account, owner, name, version_id)
        if model["visibility"] != "private":
            raise Problem(
                422, "You can only delete versions of private models.", "Unprocessable Entity"
            )
        self._store.documents.delete("version", f"{owner}/{name}:{version_id}")
        if version.get("weights"):
            self._store.blobs.delete(version["weights"])

    def _own(self, account: str, owner: str, name: str) -> Document:
        model = self.get(account, owner, name)
        if model["owner"] != account:
            raise Problem(403, "You do not have permission to change this model.", "Forbidden")
        return model


def _check_values(wanted: dict[str, Any]) -> None:
    problems = []
    if not _NAME.fullmatch(wanted["name"]):
        problems.append(("name", _NAME_RULE))
    if wanted["visibility"] not in {"public", "private"}:
        problems.append(("visibility", "Must be one of public, private."))
    if wanted["hardware"] not in HARDWARE:
        problems.append(("hardware", f"Must be one of {', '.join(HARDWARE)}."))
    if problems:
        raise invalid_fields(problems)
