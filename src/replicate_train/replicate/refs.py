"""Models and versions by name: `owner/name` and `owner/name:version-id` as values. Pure."""

import re
from dataclasses import dataclass
from typing import Self

NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"  # an owner's or a model's name
ID = r"[A-Za-z0-9_-]+"  # a version's or a training's id


@dataclass(frozen=True)
class ModelRef:
    """A model, `owner/name`."""

    owner: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the model that `owner/name` names, None for any other text."""
        match = re.fullmatch(rf"({NAME})/({NAME})", text)
        return cls(match[1], match[2]) if match else None

    def __str__(self) -> str:
        """Return `owner/name`."""
        return f"{self.owner}/{self.name}"

    def same_as(self, other: "ModelRef") -> bool:
        """Tell whether both name one model: Replicate ignores the case of letters."""
        return str(self).lower() == str(other).lower()


@dataclass(frozen=True)
class VersionRef:
    """A version of a model, `owner/name:version-id`."""

    model: ModelRef
    id: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the version that `owner/name:version-id` names, None for any other text."""
        name, _, version_id = text.partition(":")
        model = ModelRef.parse(name)
        return cls(model, version_id) if model and re.fullmatch(ID, version_id) else None

    def __str__(self) -> str:
        """Return `owner/name:version-id`."""
        return f"{self.model}:{self.id}"
