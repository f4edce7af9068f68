"""A plan as people read it: aligned lines for the log, tables for the summary. Pure."""

from collections.abc import Iterator

from replicate_train import links, reports
from replicate_train.dataset.packed import Packed
from replicate_train.inputs import Inputs
from replicate_train.planning import Plan
from replicate_train.trainer_input.check import described

_NONE = "(none)"


def lines(plan: Plan, inputs: Inputs) -> list[str]:
    """Return the plan for the log: the facts, then every input of the trainer."""
    told = [f"{label:<13}{text}" for label, text in facts(plan, inputs)]
    rows = list(inputs_of(plan))
    wide = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    table = [f"  {name:<{wide[0]}}  {value:<{wide[1]}}  {source}" for name, value, source in rows]
    return [*told, "Inputs", *table, "", "Nothing was changed."]


def summary(plan: Plan, inputs: Inputs) -> str:
    """Return the plan as Markdown tables."""
    parts = [
        "### 📋 The plan holds",
        reports.table(("", ""), [("Trainer", plan.trainer.reference), *facts(plan, inputs)]),
        reports.table(("input", "value", "from"), inputs_of(plan)),
        "Nothing was changed.",
    ]
    return "\n\n".join(parts)


def facts(plan: Plan, inputs: Inputs) -> list[tuple[str, str]]:
    """Return what would be done, in the order in which it would be."""
    return [
        ("Destination", _destination(plan, inputs)),
        ("Dataset", _dataset(plan)),
        *(("", note) for note in plan.prepared.notes),
        ("Training", _training(plan, inputs)),
    ]


def inputs_of(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Yield each of the trainer's inputs: its name, its value, and where that comes from."""
    fields = plan.trainer.fields
    for name, field in fields.items():
        if name == plan.work.dataset_input:
            yield name, plan.work.dataset_url or "(the dataset's address)", "dataset"
        elif name in plan.work.given:
            one = plan.given[name]
            value = described(plan.work.given[name], field)
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
    kind = f"{inputs.visibility.value}, {inputs.hardware}"
    return f"{standing.full_name}, would be created ({kind})"


def _dataset(plan: Plan) -> str:
    dataset = plan.prepared.dataset
    if dataset is None:
        return _NONE
    if isinstance(dataset, Packed):
        there = f"there already: {plan.hosted.url}" if plan.hosted else "would be uploaded"
        size = f"{dataset.size:,} bytes, sha256 {dataset.sha256}"
        return f"{dataset.described}, {size}, {there}, as {plan.work.dataset_input}"
    return f"{dataset.url}, used as it is, as {plan.work.dataset_input}"


def _training(plan: Plan, inputs: Inputs) -> str:
    if plan.found is None:
        return f"a new one would be started (reuse: {inputs.reuse.value})"
    training = plan.found.training
    verb = "its version would be taken" if training.ended else "it would be followed"
    return f"{training.id} ({training.status}) does the very same work; {verb}: " + (
        links.training_page(training)
    )
