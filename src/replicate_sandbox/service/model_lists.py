"""Lists of public models: sorted, and found by words."""

from collections.abc import Mapping
from typing import Any

from replicate_sandbox.contract.problems import Invalid, validation_failed
from replicate_sandbox.service.models import Models
from replicate_sandbox.service.versions import Versions
from replicate_sandbox.store.documents import Document, Page

_SIZE = 100  # models of a page
_SORTS = ("latest_version_created_at", "model_created_at")
_DIRECTIONS = ("desc", "asc")


class ModelLists:
    """The public models of all accounts, as lists."""

    def __init__(self, models: Models, versions: Versions) -> None:
        self._models = models
        self._versions = versions

    def page(
        self, offset: int, sort_by: str = _SORTS[0], sort_direction: str = _DIRECTIONS[0]
    ) -> Page:
        """Return a page of the public models. Raises `Problem`: 400 for an unknown order."""
        for name, value, known in (
            ("sort_by", sort_by, _SORTS),
            ("sort_direction", sort_direction, _DIRECTIONS),
        ):
            if value not in known:
                raise validation_failed([Invalid(name, f"Must be one of {', '.join(known)}.")])

        def key(model: Mapping[str, Any]) -> str:
            latest = self._versions.latest(model["owner"], model["name"]) or {}
            created = model if sort_by == "model_created_at" else latest
            return str(created.get("created_at", ""))

        found = sorted(self._models.public(), key=key, reverse=sort_direction == "desc")
        after = offset + _SIZE
        return Page(
            found[offset:after],
            after if after < len(found) else None,
            max(0, offset - _SIZE) if offset else None,
        )

    def search(self, query: str, limit: int) -> list[Document]:
        """Return the public models whose name or description holds all words of the query."""
        words = query.lower().split()
        found = []
        for model in self._models.public():
            text = f"{model['owner']}/{model['name']} {model.get('description') or ''}".lower()
            if all(word in text for word in words):
                found.append(model)
        return found[:limit]
