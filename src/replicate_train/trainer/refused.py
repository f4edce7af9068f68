"""The errors for a model or a version that cannot be used as a trainer. Pure."""

from replicate_train.diagnostics.errors import NotTrainable, TrainerMissing
from replicate_train.replicate.links import SITE
from replicate_train.replicate.refs import ModelRef, VersionRef
from replicate_train.replicate.schemas import Model, Version


def trainer_missing(model: ModelRef, detail: str) -> TrainerMissing:
    """Return the error for a 404 of the model; `detail` is what Replicate says."""
    said = f" Replicate says: {detail}" if detail else ""
    return TrainerMissing(
        f"Trainer {model} not found",
        why=f"It does not exist, was deleted, or is private to another account.{said}",
        fix="Check the spelling. A private trainer needs a token of its owner.",
        link=f"{SITE}/{model}",
    )


def version_missing(version: VersionRef, model: Model) -> TrainerMissing:
    """Return the error for a 404 of a version whose model exists."""
    named = ModelRef(model.owner, model.name)
    latest = model.latest_version
    return TrainerMissing(
        f"Trainer {named} has no version {version.id}",
        why="The version does not exist, or was deleted.",
        fix=f"Use the latest version: `trainer: {VersionRef(named, latest.id)}`"
        if latest
        else "Choose another trainer: this one has no versions.",
        link=f"{SITE}/{named}/versions",
    )


def without_versions(model: ModelRef) -> NotTrainable:
    """Return the error for a model without any version."""
    return NotTrainable(
        f"Trainer {model} has no versions",
        why="A training starts from a version. A model without versions only runs predictions.",
        fix="Choose another trainer.",
        link=f"{SITE}/{model}",
    )


def not_trainable(model: ModelRef, version: Version) -> NotTrainable:
    """Return the error for a version without `TrainingInput`; with `Input` it runs predictions."""
    predicts = "Input" in version.schemas
    why = f"Version {version.id} has no `TrainingInput`, so Replicate cannot start a training."
    if predicts:
        why += " A prediction has no destination model and makes no version."
    return NotTrainable(
        f"{model} is a model for predictions and cannot be fine-tuned by a training"
        if predicts
        else f"{model} has no training endpoint",
        why=why,
        fix="Choose a trainer with a training API, such as ostris/flux-dev-lora-trainer. If an "
        f"older version can be trained, pin it: `trainer: {model}:version-id`",
        link=f"{SITE}/{model}/versions",
    )
