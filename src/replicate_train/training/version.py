"""Which version a training made. It is believed only where it stands on the destination.

A trainer may return anything as its output, and Replicate may show a version some seconds late.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from replicate_train.clock import Clock
from replicate_train.diagnostics.errors import VersionMissing, WrongModel
from replicate_train.replicate import links
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import NotFound
from replicate_train.replicate.schemas import Training, Version, aware
from replicate_train.training.find import recent

_VERSION = re.compile(r"(?:(?P<model>[\w.-]+/[\w.-]+):)?(?P<id>[0-9a-f]{64})", re.ASCII)
_PAUSES = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # seconds before each look for a version


@dataclass(frozen=True)
class NamedVersion:
    """A version as a training's output names it; `model` is `owner/name`, or empty."""

    model: str
    id: str


@dataclass(frozen=True)
class MadeVersion:
    """A version that a training made, on the destination; `model` is `owner/name`."""

    model: str
    version: Version

    @property
    def version_id(self) -> str:
        """The version's id."""
        return self.version.id

    @property
    def reference(self) -> str:
        """`owner/name:version-id`."""
        return f"{self.model}:{self.version.id}"


def named_version(output: object) -> NamedVersion | None:
    """Return the version that a training's output names: `owner/name:id`, or a bare id."""
    version = output.get("version") if isinstance(output, dict) else None
    named = _VERSION.fullmatch(version) if isinstance(version, str) else None
    return NamedVersion(named["model"] or "", named["id"]) if named else None


def version_on(model: str, version_id: str, replicate: Replicate) -> Version | None:
    """Return a version of a model, `owner/name`; None where it has none of this id."""
    owner, _, name = model.partition("/")
    try:
        found = replicate.version(owner, name, version_id)
    except NotFound:
        return None
    return found if found.id == version_id else None


@dataclass(frozen=True)
class VersionFinder:
    """Finds the version of a training that succeeded, on `destination`, `owner/name`.

    `previous` is the destination's latest version before the training, None for none.
    """

    replicate: Replicate
    clock: Clock
    destination: str
    previous: Version | None = None

    def find(self, training: Training) -> MadeVersion:
        """Return the version. Raises `WrongModel`, and `VersionMissing` where there is none."""
        named = named_version(training.output)
        if named and named.model.lower() not in {"", self.destination.lower()}:
            raise WrongModel(
                f"Training {training.id} made a version of another model: {named.model}:{named.id}",
                why=f"This step trains {self.destination}.",
                fix="Check `model-name`. With `reuse: never` the step starts its own training.",
                link=links.training_page(training),
            )
        if named and (version := self._appeared_as(named.id)):
            return MadeVersion(self.destination, version)
        return self._unnamed(training)

    def _appeared_as(self, version_id: str) -> Version | None:
        """Wait until a version stands on the destination; return it if it does, and is new."""
        previous = self.previous
        if previous and version_id == previous.id:
            return None
        for pause in _PAUSES:
            self.clock.sleep(pause)
            if version := version_on(self.destination, version_id, self.replicate):
                new = previous is None or not_before(version.created_at, previous.created_at)
                return version if new else None
        return None

    def _unnamed(self, training: Training) -> MadeVersion:
        """Return the version that appeared meanwhile, if no other training can have made it."""
        others = [
            one for one in recent(self.replicate.trainings()) if self._overlaps(one, training)
        ]
        named = {made.id for one in others if (made := named_version(one.output))}
        newest = self._newest()
        appeared = [one for one in self._appeared(newest, training) if one.id not in named]
        rivals = [one.id for one in others if not self._tells(one, newest)]
        if len(appeared) == 1 and not rivals:
            return MadeVersion(self.destination, appeared[0])
        said = training.output.get("version") if isinstance(training.output, dict) else None
        why = f"Its output does not name a version of {self.destination}"
        raise VersionMissing(
            f"Training {training.id} succeeded, but no version could be identified as its own",
            why=f"{why}: {said!r}." if said is not None else f"{why}.",
            fix="Open the training's page. The weights may still be there.",
            link=links.training_page(training),
            details=[
                *(f"candidate version: {version.id}" for version in appeared),
                *(f"training {rival} may have made it, too" for rival in rivals if appeared),
            ],
        )

    def _newest(self) -> list[Version]:
        owner, _, name = self.destination.partition("/")
        try:
            return self.replicate.newest_versions(owner, name)
        except NotFound:
            return []

    def _appeared(self, newest: list[Version], training: Training) -> list[Version]:
        """Return the destination's versions that are newer than the training's start."""
        previous_id = self.previous.id if self.previous else ""
        since = takewhile(lambda version: version.id != previous_id, newest)
        return [one for one in since if not_before(one.created_at, training.created_at)]

    def _tells(self, other: Training, newest: list[Version]) -> bool:
        """Tell whether another training names its version: a new one here, or one elsewhere."""
        made = named_version(other.output)
        if made is None or made.model.lower() not in {"", self.destination.lower()}:
            return made is not None
        named = (version for version in newest if version.id == made.id)
        return any(not_before(version.created_at, other.created_at) for version in named)

    def _overlaps(self, other: Training, training: Training) -> bool:
        """Tell whether another training may have made a version here since a training began."""
        return (
            other.id != training.id
            and other.destination in {None, self.destination}
            and other.status not in {"failed", "canceled", "aborted"}
            and not_before(other.completed_at, training.created_at)
        )


def not_before(moment: datetime | None, begin: datetime | None) -> bool:
    """Tell whether a moment may lie after a beginning; one that is not known may."""
    return moment is None or begin is None or aware(moment) >= aware(begin)
