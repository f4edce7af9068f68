"""Trainers from folders: every Cog project becomes a public model with one version."""

from pathlib import Path

import replicate_sandbox
from replicate_sandbox.contract import timestamps
from replicate_sandbox.engine.project import Project, is_project, read_project
from replicate_sandbox.store.store import Store

OWNER = "sandbox"
_COG = "0.23.1"  # the version of Cog that is installed


def bundled() -> Path:
    """Return the folder of the trainers that come with this package, or with the repository."""
    package = Path(replicate_sandbox.__file__).parent
    installed = package / "trainers"
    return installed if installed.is_dir() else package.parent.parent / "sandbox"


def publish(folders: list[Path], store: Store) -> list[str]:
    """Publish every Cog project among (or directly in) the folders; return the models' names.

    Raises `OSError` for a folder that cannot be read, `ValueError` for a project without a schema.
    """
    return [_publish(read_project(folder), store) for folder in _projects(folders)]


def _projects(folders: list[Path]) -> list[Path]:
    found = []
    for folder in folders:
        candidates = [folder] if is_project(folder) else sorted(folder.iterdir())
        found += [candidate for candidate in candidates if is_project(candidate)]
    return found


def _publish(project: Project, store: Store) -> str:
    name = f"{OWNER}/{project.folder.name}"
    published = timestamps.now()
    model = {
        "owner": OWNER,
        "name": project.folder.name,
        "description": "A small trainer that comes with the local Replicate.",
        "visibility": "public",
        "hardware": "cpu",
        "created_at": published,
    }
    version = {
        "id": project.version_id,
        "model": name,
        "created_at": published,
        "cog_version": _COG,
        "openapi_schema": project.schema,
        "project": str(project.folder),
        "train": project.train,
        "predict": project.predict,
        "weights": None,
    }
    store.documents.add("model", name, OWNER, model)
    key = f"{name}:{project.version_id}"
    if not store.documents.add("version", key, name, version):
        store.documents.update(
            "version", key, lambda old: {**version, "created_at": old["created_at"]}
        )
    return name
