"""Trainers from folders: each Cog project is a public model, and its files are a version.

The files are looked at whenever the model is read. Changed files become a new version; the code of
an older one is gone with them.
"""

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import replicate_sandbox
from replicate_sandbox.contract import timestamps
from replicate_sandbox.contract.problems import Problem
from replicate_sandbox.engine.inspection import derived_schema
from replicate_sandbox.engine.project import (
    Unloadable,
    content_id,
    fingerprint,
    is_project,
    read_project,
    read_schema,
)
from replicate_sandbox.service.publishing import publish_model, publish_version
from replicate_sandbox.store.store import Store

OWNER = "sandbox"
_COG = "0.23.1"  # the version of Cog that is installed


@dataclass
class _Trainer:
    folder: Path
    description: str
    seen: tuple[object, ...] | None = None  # the fingerprint of the files that were read last
    version: str = ""  # the version that the files are
    problem: Unloadable | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class Trainers:
    """The trainers that this server finds in folders."""

    def __init__(self, folders: Sequence[Path], store: Store) -> None:
        """Offer the bundled trainers and a Cog project in each of the folders.

        Raises `ValueError` for a folder without a cog.yaml, and for two of the same name.
        """
        self._store = store
        self._documents = store.documents
        self._trainers = {f"{OWNER}/{path.name}": _bundled(path) for path in _bundled_folders()}
        for folder in folders:
            self._add(folder.resolve())
        for model, trainer in self._trainers.items():
            self._publish_model(model, trainer)

    @property
    def names(self) -> list[str]:
        """The models' names."""
        return list(self._trainers)

    def refresh(self, model: str) -> None:
        """Publish the files of a trainer if they changed; do nothing for any other model.

        A transaction sees the files as they were when it began: looking at them takes a lock that
        another thread may hold while it waits for the database.
        """
        trainer = self._trainers.get(model)
        if trainer is None or self._store.in_transaction:
            return
        with trainer.lock:
            self._look(model, trainer)

    def _look(self, model: str, trainer: _Trainer) -> None:
        seen = None
        try:
            seen = fingerprint(trainer.folder)
            if seen == trainer.seen:
                return
            trainer.version = self._publish(model, trainer)
            trainer.seen, trainer.problem = seen, None
        except OSError as error:
            trainer.seen = None
            trainer.problem = Unloadable(f"Its folder cannot be read: {error}")
        except Unloadable as problem:
            trainer.seen, trainer.version, trainer.problem = seen, "", problem
        except ValueError as error:  # of a value that YAML's parser takes for a date, for one
            trainer.seen, trainer.version = seen, ""
            trainer.problem = Unloadable(f"Its cog.yaml cannot be read: {error}")

    def problem(self, model: str) -> Unloadable | None:
        """Return why a trainer cannot be loaded; None for one that can, and for other models."""
        self.refresh(model)
        trainer = self._trainers.get(model)
        return trainer.problem if trainer else None

    def check(self, model: str, version_id: str) -> None:
        """Check that the files of a trainer are a version. Raises `Problem`: 422."""
        problem, trainer = self.problem(model), self._trainers.get(model)
        if problem:
            detail = f"The trainer {model} cannot be loaded. {problem}\n{problem.details}".strip()
            raise Problem(422, detail, "Trainer cannot be loaded")
        is_older = self._documents.get("version", f"{model}:{version_id}") is not None
        if trainer and trainer.version != version_id and is_older:
            raise Problem(
                422,
                f"The files of {model} changed, and the code of version {version_id} is gone. "
                f"Train with the latest version, {trainer.version}.",
                "Version no longer exists",
            )

    def _add(self, folder: Path) -> None:
        if not is_project(folder):
            raise ValueError(f"{folder} is not a Cog project: it has no cog.yaml")
        name = re.sub("[^a-z0-9._-]+", "-", folder.name.lower()).strip("-._")
        model = f"{OWNER}/{name or 'trainer'}"
        if model in self._trainers:
            raise ValueError(f"{folder}: there is another trainer {model}. Rename the folder")
        self._trainers[model] = _Trainer(folder, f"Your Cog project in {folder}.")

    def _publish_model(self, model: str, trainer: _Trainer) -> None:
        page = {"description": trainer.description, "hardware": "cpu"}
        publish_model(self._documents, model, page)

    def _publish(self, model: str, trainer: _Trainer) -> str:
        """Make the files the latest version and return its id. Raises `OSError`, `Unloadable`."""
        project = read_project(trainer.folder)
        version = {
            "id": content_id(trainer.folder),
            "model": model,
            "created_at": timestamps.now(),
            "cog_version": _COG,
            "openapi_schema": read_schema(trainer.folder) or derived_schema(project),
            "project": str(trainer.folder),
            "train": project.train,
            "predict": project.predict,
            "weights": None,
        }
        with self._store.transaction():
            publish_version(self._documents, version)
        return str(version["id"])


def _bundled_folders() -> Iterator[Path]:
    """Yield the folders of the trainers that come with this package, or with the repository."""
    package = Path(replicate_sandbox.__file__).parent
    installed = package / "trainers"
    place = installed if installed.is_dir() else package.parent.parent / "sandbox"
    yield from (path for path in sorted(place.iterdir()) if is_project(path))


def _bundled(folder: Path) -> _Trainer:
    return _Trainer(folder, "A small trainer that comes with the local Replicate.")
