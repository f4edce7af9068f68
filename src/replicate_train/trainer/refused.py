"""Why a model or a version cannot be used as a trainer. Pure; `name` is `owner/name`."""

from replicate_train.diagnostics.errors import NotTrainable, TrainerMissing
from replicate_train.replicate.links import SITE
from replicate_train.replicate.schemas import Model, Version


def trainer_missing(name: str, detail: str) -> TrainerMissing:
    """Explain a 404 of the model; `detail` is what Replicate says."""
    said = f" Replicate says: {detail}" if detail else ""
    return TrainerMissing(
        f"Trainer {name} not found",
        why=f"It does not exist, was deleted, or is private to another account.{said}",
        fix="Check the spelling. A private trainer needs a token of its owner.",
        link=f"{SITE}/{name}",
    )


def version_missing(model: Model, version_id: str) -> TrainerMissing:
    """Explain a 404 of a version whose model exists."""
    latest = model.latest_version
    return TrainerMissing(
        f"Trainer {model.full_name} has no version {version_id}",
        why="The version does not exist, or was deleted.",
        fix=f"Use the latest version: `trainer: {model.full_name}:{latest.id}`"
        if latest
        else "Choose another trainer: this one has no versions.",
        link=f"{SITE}/{model.full_name}/versions",
    )


def without_versions(name: str) -> NotTrainable:
    """Explain a model without any version."""
    return NotTrainable(
        f"Trainer {name} has no versions",
        why="A training starts from a version. A model without versions only runs predictions.",
        fix="Choose another trainer.",
        link=f"{SITE}/{name}",
    )


def not_trainable(name: str, version: Version) -> NotTrainable:
    """Explain a version without `TrainingInput`; one with an `Input` runs predictions."""
    predicts = "Input" in version.schemas
    why = f"Version {version.id} has no `TrainingInput`, so Replicate cannot start a training."
    if predicts:
        why += " A prediction has no destination model and makes no version."
    return NotTrainable(
        f"{name} is a model for predictions and cannot be fine-tuned by a training"
        if predicts
        else f"{name} has no training endpoint",
        why=why,
        fix="Choose a trainer with a training API, such as ostris/flux-dev-lora-trainer. If an "
        f"older version can be trained, pin it: `trainer: {name}:version-id`",
        link=f"{SITE}/{name}/versions",
    )
