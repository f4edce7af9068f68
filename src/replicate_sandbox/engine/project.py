"""A Cog project: a folder with a trainer's code, its cog.yaml and its schema."""

import json
from dataclasses import dataclass
from pathlib import Path

from replicate_sandbox.contract import ids
from replicate_sandbox.store.documents import Document

_IGNORED = {"__pycache__", "weights.npz"}


@dataclass(frozen=True)
class Project:
    """Where a project is, and the entry points that its cog.yaml names."""

    folder: Path
    train: str
    predict: str
    schema: Document

    @property
    def version_id(self) -> str:
        """The digest of the project's files: the same code is the same version."""
        parts = []
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and not _IGNORED & set(path.relative_to(self.folder).parts):
                parts += [path.relative_to(self.folder).as_posix().encode(), path.read_bytes()]
        return ids.content_id(*parts)


def is_project(folder: Path) -> bool:
    """Return whether a folder is a Cog project."""
    return (folder / "cog.yaml").is_file()


def read_project(folder: Path) -> Project:
    """Return the Cog project in a folder. Raises `OSError`, and `ValueError` without a schema."""
    schema = folder / ".cog" / "openapi_schema.json"
    if not schema.is_file():
        raise ValueError(
            f"{folder}: .cog/openapi_schema.json is missing; inputs are checked against it"
        )
    entry_points = {}
    for line in (folder / "cog.yaml").read_text("utf-8").splitlines():
        key, colon, value = line.partition(":")
        if colon and key in {"train", "predict"}:
            entry_points[key] = value.split("#")[0].strip().strip("\"'")
    return Project(
        folder.resolve(),
        entry_points.get("train", ""),
        entry_points.get("predict", ""),
        json.loads(schema.read_text("utf-8")),
    )
