"""The first lines of a summary: what came of the run, in one sentence."""

from replicate_train.metrics.progress import describe
from replicate_train.replicate import links
from replicate_train.report.markdown import code, link, literal
from replicate_train.report.record import Record
from replicate_train.runner.text import elapsed
from replicate_train.training.verdict import predict_seconds

_SHORT = 12  # digits of a version's id that are shown
_RUNNING = "is still running"
_ENDINGS = {
    "succeeded": "succeeded, but no version was found",
    "failed": "failed",
    "canceled": "was cancelled",
    "aborted": "was ended by Replicate before it started",
}


def short(version_id: str) -> str:
    """Return the first digits of a version's id."""
    return version_id[:_SHORT]


def version_link(record: Record) -> str:
    """Return a link to the new version, empty where there is none."""
    made = record.made
    if made is None:
        return ""
    page = links.version_page(record.model_page, made.version_id)
    return link(code(f"{made.model}:{short(made.version_id)}"), page)


def success(record: Record) -> str:
    """Return the headline of a run that has a version."""
    title = "has a new version" if not _existed(record) else "already has this version"
    sentence = f"**{version_link(record)}** {_how(record)}{_checks(record)}."
    more = f"{_paid(record)}{_live(record)}"
    return "\n\n".join([f"### ✅ {code(record.model)} {title}", sentence + more])


def failure(record: Record) -> str:
    """Return what there is in spite of an error: a version, or how far the training came."""
    if record.made:
        return (
            f"**{version_link(record)}** {_how(record)}.{_paid(record)} It stays.{_unmoved(record)}"
        )
    training = record.training
    if training is None:
        return ""
    page = link(code(training.id), links.training_page(training))
    into = f" into {code(record.model)}" if record.model else ""
    reached = describe(record.metrics.latest) if record.metrics else ""
    at = (
        f" at {literal(reached, linked=False)}"
        if reached and training.status != "succeeded"
        else ""
    )
    cost = f" It cost **{record.cost}**." if record.cost and not record.reused else ""
    return f"Training **{page}**{into} {_ENDINGS.get(training.status, _RUNNING)}{at}.{cost}"


def _unmoved(record: Record) -> str:
    """Return that the deployment was not moved, if it was to be."""
    deployment = record.after.deployment
    if deployment is None or record.move:
        return ""
    return f" {code(deployment.reference)} was not moved to it."


def _existed(record: Record) -> bool:
    """Tell whether the training had ended before the step began."""
    found = record.plan.found if record.plan else None
    return bool(found and found.training.ended)


def _how(record: Record) -> str:
    """Return how long the training took, and what it cost."""
    if _existed(record):
        return "was made by an identical training"
    seconds = predict_seconds(record.training) if record.training else None
    took = f"was trained in **{elapsed(seconds)}**" if seconds is not None else "was trained"
    if record.reused:
        return f"{took} by a training that already existed"
    return f"{took} for **{record.cost}**" if record.cost else took


def _paid(record: Record) -> str:
    reused = record.reused or _existed(record)
    return " This run paid nothing for the training." if reused else ""


def _checks(record: Record) -> str:
    if not record.outcomes:
        return ""
    held = sum(outcome.held for outcome in record.outcomes)
    return f" and passed **{held} of {len(record.outcomes)}** evaluations"


def _live(record: Record) -> str:
    if record.move is None:
        return ""
    runs = "now runs" if record.move.moved else "runs"
    return f" {code(record.move.reference)} {runs} it."
