"""What an ended training means: a version, or an error that says why there is none."""

import math
from typing import Any, TypeGuard

from replicate_train.diagnostics.errors import TrainingEnded
from replicate_train.replicate import links
from replicate_train.replicate.schemas import Training, aware
from replicate_train.training.log_tail import log_tail

_ENDINGS = {
    "failed": ("Replicate reports", "See the last lines of the training's log."),
    "canceled": ("Another run or a person cancelled it", "Re-run the job."),
    "aborted": ("Replicate ended it before it started to run", "Re-run the job."),
}


def require_success(training: Training) -> None:
    """Raise `TrainingEnded` for a training that ended as anything but succeeded."""
    if training.status == "succeeded":
        return
    why, fix = _ENDINGS.get(training.status, ("", "Open its page."))
    from replicate_train.training.advice import advise  # noqa: PLC0415 - few trainings fail

    advice = advise(training.status, str(training.error or ""), log_tail(training.logs or "", 200))
    if training.error:
        why = f"{why}: {training.error}"
    else:
        why = "Replicate gives no reason." if training.status == "failed" else f"{why}."
    raise TrainingEnded(
        f"Training {training.id} {training.status}",
        why=f"{advice.what} {why}" if advice else why,
        fix=advice.fix if advice else fix,
        link=links.training_page(training),
        title=f"Training {training.status}",
    )


def weights_url(training: Training) -> str:
    """Return where the weights are, if the trainer returned a plain address."""
    output = training.output
    return links.web_link(output.get("weights")) if isinstance(output, dict) else ""


def seconds(training: Training) -> tuple[str, str]:
    """Return (predict-time, total-time) in seconds as texts; empty where not known."""
    metrics: dict[str, Any] = training.metrics or {}
    total = metrics.get("total_time")
    if not isinstance(total, (int, float)) and training.created_at and training.completed_at:
        total = (aware(training.completed_at) - aware(training.created_at)).total_seconds()
    return _number(metrics.get("predict_time")), _number(total)


def predict_seconds(training: Training) -> float | None:
    """Return the seconds that Replicate bills; None where they are not known."""
    value = (training.metrics or {}).get("predict_time")
    return float(value) if _is_number(value) else None


def queued_seconds(training: Training) -> float | None:
    """Return the seconds from the creation to the start; None where one is not known."""
    if training.created_at is None or training.started_at is None:
        return None
    return max(0.0, (aware(training.started_at) - aware(training.created_at)).total_seconds())


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and math.isfinite(value)


def _number(value: object) -> str:
    return f"{value:.6g}" if _is_number(value) else ""
