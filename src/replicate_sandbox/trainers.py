"""Trainers from folders: each is a Cog project, and a public model with one version."""

import json
from dataclasses import dataclass
from pathlib import Path

import replicate_sandbox
from replicate_sandbox.contract import ids, timestamps
from replicate_sandbox.store.documents import Document
from replicate_sandbox.store.store import Store

OWNER = "replicate"
_SKIPPED = {"__pycache__", "weights.npz"}


@dataclass(frozen=True)
class Project:
    """A Cog project: where it is, and what its cog.yaml calls its entry points."""

    folder: Path
    train: str
    predict: str
    schema: Document

    @property
    def version_id(self) -> str:
        """The digest of the project's files: the same code is the same version."""
        parts = []
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and not _SKIPPED & set(path.relative_to(self.folder).parts):
                parts += [path.relative_to(self.folder).as_posix().encode(), path.read_bytes()]
        return ids.content_id(*parts)


def bundled() -> Path:
    """Return the folder of the trainers that come with this package, or with the repository."""
    package = Path(replicate_sandbox.__file__).parent
    inside = package / "trainers"
    return inside if inside.is_dir() else package.parent.parent / "sandbox"


def read_project(folder: Path) -> Project:
    """Read a Cog project. Raises ValueError that says what it lacks."""
    schema = folder / ".cog" / "openapi_schema.json"
    if not schema.is_file():
        raise ValueError(
            f"{folder} has no .cog/openapi_schema.json, so its inputs could not be checked"
        )
    entries = {}
    for line in (folder / "cog.yaml").read_text("utf-8").splitlines():
        key, colon, value = line.partition(":")
        if colon and key in {"train", "predict"}:
            entries[key] = value.split("#")[0].strip().strip("\"'")
    return Project(
        folder.resolve(),
        entries.get("train", ""),
        entries.get("predict", ""),
        json.loads(schema.read_text("utf-8")),
    )


def publish(folders: list[Path], store: Store) -> list[str]:
    """Make every Cog project in (or among) the folders a model of `replicate`; return the names."""
    names = []
    for folder in folders:
        found = [folder] if (folder / "cog.yaml").is_file() else sorted(folder.iterdir())
        for project_folder in found:
            if (project_folder / "cog.yaml").is_file():
                names.append(_publish(read_project(project_folder), store))  # noqa: PERF401 - an effect, not a list
    return names


def _publish(project: Project, store: Store) -> str:
    name = f"{OWNER}/{project.folder.name}"
    made = timestamps.now()
    store.documents.add(
        "model",
        name,
        OWNER,
        {
            "owner": OWNER,
            "name": project.folder.name,
            "description": "A small trainer that comes with the local Replicate.",
            "visibility": "public",
            "hardware": "cpu",
            "created_at": made,
        },
    )
    version = {
        "id": project.version_id,
        "model": name,
        "created_at": made,
        "cog_version": "0.23.1",
        "openapi_schema": project.schema,
        "project": str(project.folder),
        "train": project.train,
        "predict": project.predict,
        "weights": None,
    }
    key = f"{name}:{project.version_id}"
    if not store.documents.add("version", key, name, version):
        store.documents.update(
            "version", key, lambda old: {**version, "created_at": old["created_at"]}
        )
    return name
