"""The trainer: a version of a model that has a training endpoint."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from replicate_train.diagnostics.finding import Finding
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import NotFound
from replicate_train.replicate.schemas import Model, Version
from replicate_train.trainer.fields import fields_of, is_secret, required_of
from replicate_train.trainer.refused import (
    not_trainable,
    trainer_missing,
    version_missing,
    without_versions,
)
from replicate_train.trainer.schema import Schema

Wanted = tuple[str, str, str | None]  # owner, name, and the version's id if one was given


@dataclass(frozen=True)
class Trainer:
    """A trainer's exact version, the schema of its inputs, and those that it refers to.

    `called` is what the service calls it, `owner/name`.
    """

    owner: str
    name: str
    version_id: str
    schema: dict[str, Any]
    schemas: dict[str, Any]
    pinned: bool
    called: str

    @cached_property
    def fields(self) -> dict[str, Schema]:
        """The schema of each input, by its name."""
        return fields_of(self.schema, self.schemas)

    @property
    def required(self) -> list[str]:
        """The names of the inputs that have to be given."""
        return required_of(self.schema)

    @property
    def secret_inputs(self) -> frozenset[str]:
        """The names of the inputs that are secrets."""
        return frozenset(name for name, field in self.fields.items() if is_secret(field))

    @property
    def reference(self) -> str:
        """`owner/name:version-id`, which always means the same code."""
        return f"{self.owner}/{self.name}:{self.version_id}"


def resolve(wanted: Wanted, replicate: Replicate) -> Trainer:
    """Find the version that the input `trainer` means.

    Raises `TrainerMissing`, and `NotTrainable` for a version without `TrainingInput`.
    """
    owner, name, version_id = wanted
    version, called = _version(owner, name, version_id, replicate)
    schema = version.training_schema
    if schema is None:
        raise not_trainable(f"{owner}/{name}", version)
    pinned = version_id is not None
    return Trainer(owner, name, version.id, schema, version.schemas, pinned, called)


def moved(trainer: Trainer) -> Iterator[Finding]:
    """Tell of a trainer that answers under another name."""
    asked = f"{trainer.owner}/{trainer.name}"
    if trainer.called.lower() != asked.lower():
        said = f"{asked} has moved, and is called {trainer.called} now"
        yield Finding("trainer", said, f"Write trainer: {trainer.called}", serious=False)


def _version(
    owner: str, name: str, version_id: str | None, replicate: Replicate
) -> tuple[Version, str]:
    """Return the version, and what its model is called."""
    if version_id is not None:
        try:
            return replicate.version(owner, name, version_id), f"{owner}/{name}"
        except NotFound:
            raise version_missing(_model(owner, name, replicate), version_id) from None
    model = _model(owner, name, replicate)
    if model.latest_version is None:
        raise without_versions(f"{owner}/{name}")
    return model.latest_version, model.full_name


def _model(owner: str, name: str, replicate: Replicate) -> Model:
    try:
        return replicate.model(owner, name)
    except NotFound as error:
        raise trainer_missing(f"{owner}/{name}", error.detail) from None
