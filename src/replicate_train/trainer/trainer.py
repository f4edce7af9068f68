"""The trainer: a version of a model that has a training endpoint."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from replicate_train.diagnostics.errors import ActionError, NotTrainable, TrainerMissing
from replicate_train.diagnostics.finding import Finding
from replicate_train.inputs.model import Inputs
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import NotFound
from replicate_train.replicate.links import SITE
from replicate_train.replicate.schemas import Version
from replicate_train.trainer.fields import fields_of, is_secret, required_of
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


def ask_for(inputs: Inputs, replicate: Replicate) -> Trainer | ActionError:
    """Return the version that the input `trainer` means, or why there is none.

    That is a value because it is told with all else that is wrong.
    """
    try:
        return resolve(inputs.trainer, replicate)
    except ActionError as error:
        return error


def resolve(wanted: Wanted, replicate: Replicate) -> Trainer:
    """Find the version that the input `trainer` means.

    Raises `TrainerMissing`, and `NotTrainable` for a version without `TrainingInput`.
    """
    owner, name, version_id = wanted
    version, called = _version(owner, name, version_id, replicate)
    schema = version.training_schema
    if schema is None:
        raise NotTrainable(
            f"{owner}/{name}:{version.id} has no training endpoint",
            why="Its schema has no TrainingInput. Some models could be trained once, in an older "
            "version.",
            fix="Choose a trainer, or pin an older version with owner/name:version-id.",
            link=f"{SITE}/{owner}/{name}/versions",
        )
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
    try:
        if version_id is not None:
            return replicate.version(owner, name, version_id), f"{owner}/{name}"
        model = replicate.model(owner, name)
    except NotFound as error:
        raise TrainerMissing(
            f"There is no trainer {owner}/{name}" + (f":{version_id}" if version_id else ""),
            why=f"Replicate says: {error.detail}" if error.detail else "",
            fix="Check the spelling and the version id; a private trainer needs a token of its "
            "owner.",
            link=f"{SITE}/{owner}/{name}",
        ) from None
    if model.latest_version is None:
        raise NotTrainable(
            f"{owner}/{name} has no versions",
            why="A training starts from a version.",
            fix="Choose a trainer that has versions.",
            link=f"{SITE}/{owner}/{name}",
        )
    return model.latest_version, model.full_name
