"""The trainer: a version of a model that has a training endpoint."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from replicate_train.diagnostics.finding import Finding
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import NotFound
from replicate_train.replicate.refs import ModelRef, VersionRef
from replicate_train.replicate.schemas import Model, Version
from replicate_train.runner.text import quoted
from replicate_train.trainer.fields import fields_of, is_secret, required_of
from replicate_train.trainer.refused import (
    not_trainable,
    trainer_missing,
    version_missing,
    without_versions,
)
from replicate_train.trainer.schema import Schema


@dataclass(frozen=True)
class Trainer:
    """A trainer's exact version, the schema of its inputs, and the schemas that it refers to.

    `pinned`: the workflow names the version. `current` is the model's name at Replicate, which
    differs from the given one if the model was renamed.
    """

    version: VersionRef
    schema: dict[str, Any]
    schemas: dict[str, Any]
    pinned: bool
    current: ModelRef

    @property
    def version_id(self) -> str:
        """The version's id."""
        return self.version.id

    @cached_property
    def fields(self) -> dict[str, Schema]:
        """The schema of each input, by its name."""
        return fields_of(self.schema, self.schemas)

    @property
    def required(self) -> list[str]:
        """The names of the required inputs."""
        return required_of(self.schema)

    @property
    def secret_inputs(self) -> frozenset[str]:
        """The names of the inputs that are secrets."""
        return frozenset(name for name, field in self.fields.items() if is_secret(field))

    @property
    def reference(self) -> str:
        """`owner/name:version-id`, which always means the same code."""
        return str(self.version)


def resolve(named: ModelRef | VersionRef, replicate: Replicate) -> Trainer:
    """Return the version that the input `trainer` names, the latest one where it names none.

    Raises `TrainerMissing`, and `NotTrainable` for a version without `TrainingInput`.
    """
    pinned = isinstance(named, VersionRef)
    if isinstance(named, VersionRef):
        model = current = named.model
        version = _pinned_version(named, replicate)
    else:
        model = named
        version, current = _latest_version(named, replicate)
    schema = version.training_schema
    if schema is None:
        raise not_trainable(model, version)
    return Trainer(VersionRef(model, version.id), schema, version.schemas, pinned, current)


def renamed(trainer: Trainer) -> Iterator[Finding]:
    """Yield a warning if Replicate knows the trainer under another name."""
    given, current = trainer.version.model, trainer.current
    if not current.same_as(given):
        what = f"{quoted(str(given))} was renamed to {quoted(str(current))}"
        yield Finding("trainer", what, f"Set `trainer: {current}`.", serious=False)


def _pinned_version(named: VersionRef, replicate: Replicate) -> Version:
    model = named.model
    try:
        return replicate.version(model.owner, model.name, named.id)
    except NotFound:
        raise version_missing(named, _model(model, replicate)) from None


def _latest_version(named: ModelRef, replicate: Replicate) -> tuple[Version, ModelRef]:
    """Return the latest version, and the model's current name."""
    model = _model(named, replicate)
    if model.latest_version is None:
        raise without_versions(named)
    return model.latest_version, ModelRef(model.owner, model.name)


def _model(named: ModelRef, replicate: Replicate) -> Model:
    try:
        return replicate.model(named.owner, named.name)
    except NotFound as error:
        raise trainer_missing(named, error.detail) from None
