"""What an ended training means: a version, or an error that says why there is none."""

import re
from dataclasses import dataclass
from typing import Any

from replicate_train.diagnostics.errors import TrainingEnded, VersionMissing, WrongModel
from replicate_train.replicate import links
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import NotFound
from replicate_train.replicate.schemas import Training, Version, aware

_VERSION = re.compile(r"(?:(?P<model>[\w.-]+/[\w.-]+):)?(?P<id>[\w-]+)", re.ASCII)
_ENDINGS = {
    "failed": ("Replicate says", "The last lines of its log, if there are any, say what broke."),
    "canceled": ("It was cancelled from outside this step", "Run the job again."),
    "aborted": ("It was ended before it began to run", "Run the job again."),
}


@dataclass(frozen=True)
class MadeVersion:
    """A version that a training made; `model` is `owner/name`, empty where nothing names it."""

    model: str
    version_id: str

    @property
    def reference(self) -> str:
        """`owner/name:version-id`, or the bare id."""
        return f"{self.model}:{self.version_id}" if self.model else self.version_id


def require_success(training: Training) -> None:
    """Raise `TrainingEnded` for a training that ended as anything but succeeded."""
    if training.status == "succeeded":
        return
    why, fix = _ENDINGS.get(training.status, ("", "Look at its page."))
    said = f": {training.error}" if training.error else "."
    raise TrainingEnded(
        f"Training {training.id} {training.status}",
        why=why + said,
        fix=fix,
        link=links.training_page(training),
    )


def named_version(output: object) -> MadeVersion | None:
    """Read what a training's output names: `owner/name:id`, or a bare id."""
    version = output.get("version") if isinstance(output, dict) else None
    named = _VERSION.fullmatch(version) if isinstance(version, str) else None
    return MadeVersion(named["model"] or "", named["id"]) if named else None


def weights_url(training: Training) -> str:
    """Return where the weights are, if the trainer returned a plain address."""
    output = training.output
    return links.web_link(output.get("weights")) if isinstance(output, dict) else ""


def version_of(
    training: Training, destination: str, previous_id: str, replicate: Replicate
) -> MadeVersion:
    """Return the version that a succeeded training made.

    Where the output does not name it, it is the version that appeared on the destination since.
    Raises `VersionMissing`.
    """
    named = named_version(training.output)
    if named:
        return MadeVersion(named.model or destination, named.version_id)
    appeared = _appeared(training, destination, previous_id, replicate) if destination else []
    if len(appeared) == 1:
        return MadeVersion(destination, appeared[0].id)
    raise VersionMissing(
        f"Training {training.id} succeeded, and Replicate made no version of it",
        why="Its output names no version, and "
        + (
            "several appeared on the destination, of which any may be meant."
            if appeared
            else "none appeared on the destination."
        ),
        fix="Look at the training's page; its weights may still be there.",
        link=links.training_page(training),
        details=[version.id for version in appeared],
    )


def require_destination(
    made: MadeVersion, destination: str, training: Training, replicate: Replicate
) -> None:
    """Raise `WrongModel` where a training that was taken up made another model's version.

    Replicate does not always show a training's destination before it ends. Names of models do not
    depend on upper and lower case.
    """
    if made.model.lower() == destination.lower() and is_there(made, destination, replicate):
        return
    raise WrongModel(
        f"Training {training.id} was taken for this step's; its version is not on {destination}",
        why=f"It did the very same work for another destination ({made.reference}), which could "
        "not be seen before it ended.",
        fix="Run the job again with reuse: never; it then starts a training of its own.",
        link=links.training_page(training),
    )


def is_there(made: MadeVersion, destination: str, replicate: Replicate) -> bool:
    """Tell whether a version is on a destination."""
    owner, _, name = destination.partition("/")
    try:
        return replicate.version(owner, name, made.version_id).id == made.version_id
    except NotFound:
        return False


def seconds(training: Training) -> tuple[str, str]:
    """Return (predict-time, total-time) in seconds as texts; empty where not known."""
    metrics: dict[str, Any] = training.metrics or {}
    total = metrics.get("total_time")
    if not isinstance(total, (int, float)) and training.created_at and training.completed_at:
        total = (aware(training.completed_at) - aware(training.created_at)).total_seconds()
    return _number(metrics.get("predict_time")), _number(total)


def _appeared(
    training: Training, destination: str, previous_id: str, replicate: Replicate
) -> list[Version]:
    owner, _, name = destination.partition("/")
    try:
        newest = replicate.newest_versions(owner, name)
    except NotFound:
        return []
    started = training.created_at
    appeared: list[Version] = []
    for version in newest:
        if version.id == previous_id:
            break
        if not (started and version.created_at) or aware(version.created_at) >= aware(started):
            appeared.append(version)
    return appeared


def _number(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, (int, float)) else ""
