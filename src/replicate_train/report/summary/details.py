"""The folded part of a summary: inputs, trainer, times, cost, who started it."""

from collections.abc import Iterator

from replicate_train.inputs.model import DEFAULT_API_URL
from replicate_train.replicate import links
from replicate_train.report import plan as plan_report
from replicate_train.report.markdown import code, details, link, literal, table
from replicate_train.report.record import Record
from replicate_train.runner.text import elapsed
from replicate_train.training.verdict import predict_seconds, queued_seconds


def more(record: Record) -> str:
    """Return the inputs, the trainer and the times, folded."""
    plan = record.plan
    rows = sorted(plan_report.inputs_of(plan), key=_is_given, reverse=True) if plan else []
    inputs = table(("input", "value", "from"), rows) if rows else ""
    facts = " · ".join(_facts(record))
    pin = ""
    if plan and not plan.trainer.pinned:
        pin = f"To pin this trainer: {code(f'trainer: {plan.trainer.reference}')}"
    body = "\n\n".join(part for part in (inputs, facts, pin) if part)
    return details("Inputs, trainer, times", body) if body else ""


def _is_given(row: tuple[str, str, str]) -> bool:
    return row[2] not in {plan_report.DEFAULT, plan_report.NOT_GIVEN}


def _facts(record: Record) -> Iterator[str]:
    if record.plan:
        trainer = record.plan.trainer
        yield f"Trainer {code(trainer.reference)}"
    if record.destination and record.destination.created:
        yield "destination created by this run"
    training = record.training
    if training:
        yield from _times(record)
    if record.cost:
        label = "cost" if record.reused else "estimate"
        yield f"{label}: {literal(record.cost.basis)}"
    elif record.plan and training and record.inputs.api_url == DEFAULT_API_URL:
        page = f"{links.SITE}/{record.plan.trainer.current}"
        yield f"price: see the {link('trainer', page)}, or set `price-per-second`"
    if training:
        yield link("training", links.training_page(training))
    if said := record.origin.describe():
        yield literal(said)


def _times(record: Record) -> Iterator[str]:
    training = record.training
    if training is None:
        return
    queued, trained = queued_seconds(training), predict_seconds(training)
    times = [
        f"{said} {elapsed(seconds)}"
        for said, seconds in (("queued", queued), ("trained", trained))
        if seconds is not None
    ]
    if times:
        yield ", ".join(times)
