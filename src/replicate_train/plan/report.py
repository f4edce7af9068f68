"""A plan as people read it: aligned lines for the log, tables for the summary. Pure."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from replicate_train.inputs.fields import WEBHOOK_EVENTS
from replicate_train.inputs.model import Inputs, Reuse, Visibility
from replicate_train.plan.plan import Plan
from replicate_train.replicate import links
from replicate_train.replicate.schemas import Training
from replicate_train.report import markdown
from replicate_train.runner.text import counted, duration, without_query
from replicate_train.trainer.validate import described

_NONE = "(none)"


def lines(plan: Plan, inputs: Inputs) -> list[str]:
    """Return the plan for the log: the facts, then every input of the trainer."""
    told: list[str] = []
    for label, (first, *others) in facts(plan, inputs):
        told += [f"{label:<13}{first}", *(f"{'':<13}{other}" for other in others)]
    rows = list(inputs_of(plan))
    wide = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    table = [f"  {name:<{wide[0]}}  {value:<{wide[1]}}  {source}" for name, value, source in rows]
    return [*told, "Inputs", *table, "", "Nothing was changed."]


def summary(plan: Plan, inputs: Inputs) -> str:
    """Return the plan as Markdown tables."""
    parts = [
        "### 📋 The plan holds",
        markdown.table(("", ""), [("Trainer", plan.trainer.reference), *_rows(plan, inputs)]),
        markdown.table(("input", "value", "from"), inputs_of(plan)),
        "Nothing was changed.",
    ]
    return "\n\n".join(parts)


def facts(plan: Plan, inputs: Inputs) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield what would be done, in the order in which it would be: a label, and lines."""
    yield "Destination", [line for line in (_destination(plan, inputs), _chosen(plan)) if line]
    yield "Dataset", [*_dataset(plan), *plan.prepared.notes]
    longest = f"followed for {duration(inputs.timeout)} at most, then: {inputs.on_timeout.value}"
    yield "Training", [_training(plan, inputs), longest]
    if inputs.webhook:
        yield "Webhook", [_webhook(inputs)]
    if inputs.readme:
        yield "README", [f"{inputs.readme}, once there is a version"]


def looked_back(existing: Sequence[Training]) -> str:
    """Return how far `reuse: succeeded` looks back."""
    return f"checked {counted(len(existing), 'training')} of the last day"


def origin(plan: Plan) -> dict[str, str]:
    """Return what a version comes from, for the summary of a training."""
    dataset = "\n".join(_named(plan)) if plan.prepared.dataset else ""
    return {"trainer": plan.trainer.reference, "dataset": dataset}


def _rows(plan: Plan, inputs: Inputs) -> Iterator[tuple[str, str]]:
    for label, texts in facts(plan, inputs):
        yield label, "\n".join(texts)


def inputs_of(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Yield each of the trainer's inputs: its name, its value, and where that comes from."""
    for name, field in plan.trainer.fields.items():
        if name == plan.request.dataset_input:
            yield name, without_query(plan.dataset_url) or "(the address of the upload)", "dataset"
        elif name in plan.request.given:
            one = plan.given[name]
            value = described(plan.request.given[name], field)
            yield name, value, f"{one.file}:{one.written.line}" if one.file else one.subject
        elif field.get("default") is not None:
            yield name, described(field["default"], field), "default"
        else:
            yield name, _NONE, "not given"


def _destination(plan: Plan, inputs: Inputs) -> str:
    standing = plan.standing
    if standing.model:
        mended = f"; would be brought up to date: {standing.to_mend}" if standing.changes else ""
        return f"{standing.full_name}, it exists: {links.model_page(standing.model)}{mended}"
    kind = f"{(inputs.visibility or Visibility.PRIVATE).value}, {standing.hardware.sku}"
    return f"{standing.full_name}, would be created ({kind})"


def _chosen(plan: Plan) -> str:
    """Return which hardware was chosen for a model that would be created, and why."""
    return "" if plan.standing.model else plan.standing.hardware.note


def _dataset(plan: Plan) -> list[str]:
    if plan.prepared.dataset is None:
        return [_NONE]
    named, *digest = _named(plan)
    return [named, _upload(plan), *digest] if digest else [f"{named}, used as it is"]


def _named(plan: Plan) -> list[str]:
    """Return what the dataset is, and its digest if it has one."""
    dataset, field = plan.prepared.dataset, plan.request.dataset_input
    if dataset and dataset.needs_upload:
        size = f"{dataset.description}, {dataset.size:,} bytes, as {field}"
        return [size, f"sha256 {dataset.sha256}"]
    return [f"{dataset.description}, as {field}"] if dataset else []


def _upload(plan: Plan) -> str:
    if plan.found:
        return f"not needed, that training has it: {plan.dataset_url}"
    return f"there already: {plan.dataset_url}" if plan.hosted else "would be uploaded"


def _training(plan: Plan, inputs: Inputs) -> str:
    if plan.found is None:
        far = f"; {looked_back(plan.existing)}" if inputs.reuse is Reuse.SUCCEEDED else ""
        return f"a new one would be started (reuse: {inputs.reuse.value}{far})"
    training = plan.found.training
    verb = "its version would be reused" if training.ended else "it would be followed"
    whose = "" if training.ended or plan.found.own else ", and never cancelled by this run"
    return (
        f"{training.id} ({training.status}) has the same inputs and dataset; {verb}{whose}: "
        f"{links.training_page(training)}"
    )


def _webhook(inputs: Inputs) -> str:
    """Return what is told where, without what may be a secret in the address's path."""
    events = ", ".join(inputs.webhook_events or WEBHOOK_EVENTS)
    return f"{events}, to {urlsplit(inputs.webhook).hostname}"
