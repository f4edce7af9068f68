"""The summaries of what was only planned, created or started."""

from replicate_train.inputs.model import Inputs
from replicate_train.plan.plan import Plan
from replicate_train.replicate import links
from replicate_train.report import plan as plan_report
from replicate_train.report.error import warnings_table
from replicate_train.report.markdown import code, details, link, literal, table
from replicate_train.report.record import Record
from replicate_train.report.summary.details import more
from replicate_train.report.summary.document import Part, document
from replicate_train.runner.text import counted


def planned(record: Record, plan: Plan, inputs: Inputs) -> str:
    """Return the plan: what a run would do, and every input with its source."""
    rows = [(label, "\n".join(texts)) for label, texts in plan_report.facts(plan, inputs)]
    facts = table(("", ""), [("Trainer", plan.trainer.reference), *rows])
    given = table(("input", "value", "source"), plan_report.inputs_of(plan))
    return document(
        [
            Part("the plan", f"### 📋 {code(record.model)}: {_result(record)}", 9),
            Part("what would be done", _sentence(plan), 8),
            Part("the facts", facts, 7),
            Part("the inputs", details("Inputs of the trainer", given), 5),
            Part("the warnings", warnings_table(record.warnings), 6),
        ]
    )


def _result(record: Record) -> str:
    warnings = len(record.warnings)
    found = f", {counted(warnings, 'warning')}" if warnings else ""
    return f"no problems found{found}"


def _sentence(plan: Plan) -> str:
    trainer, nothing = code(str(plan.trainer.version.model)), "Nothing was changed."
    if plan.found is None:
        made = "" if plan.destination.model else ", after creating it"
        into = code(plan.destination.full_name)
        return f"A run would start a training of {trainer} into {into}{made}. {nothing}"
    page = link(code(plan.found.training.id), links.training_page(plan.found.training))
    done = "reuse the version of" if plan.found.training.ended else "follow"
    return f"A run would {done} the identical training {page} and pay nothing. {nothing}"


def started(record: Record) -> str:
    """Return what mode `start` did: a training that goes on without the step."""
    training = record.training
    if training is None:
        return ""
    page = link(code(training.id), links.training_page(training))
    state = "is already running" if record.reused else "started"
    goes_on = "goes on without this step. Follow it"
    if training.ended:
        state, goes_on = "already exists", f"{literal(training.status)} before. Get its version"
    follow = code(f"training-id: {training.id}")
    parts = [
        f"### 🚀 Training into {code(record.model)} {state}",
        f"Training **{page}** {goes_on} with `mode: wait` and {follow}.",
    ]
    return document(
        [
            Part("the training", "\n\n".join(parts), 9),
            Part("inputs", more(record), 5),
            Part("the warnings", warnings_table(record.warnings), 6),
        ]
    )


def ready(record: Record) -> str:
    """Return what mode `create` did: a destination that exists."""
    destination = record.destination
    if destination is None:
        return ""
    state = "was created" if destination.created else "exists"
    model = link(code(destination.model.full_name), destination.page)
    updated = f" Updated: {literal(destination.updated)}." if destination.updated else ""
    said = f"### ✅ Destination ready\n\n**{model}** {state}.{updated}"
    return document(
        [
            Part("the destination", said, 9),
            Part("the warnings", warnings_table(record.warnings), 6),
        ]
    )
