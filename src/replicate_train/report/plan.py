"""The plan for the user: aligned lines for the log, tables for the summary. Pure."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from replicate_train.inputs.model import Inputs, OnStop, Reuse, Visibility
from replicate_train.inputs.parsers import WEBHOOK_EVENTS
from replicate_train.plan.plan import Plan
from replicate_train.replicate import links
from replicate_train.replicate.schemas import Training
from replicate_train.runner.text import counted, duration, file_size, labelled, without_query
from replicate_train.trainer.validate import described

_NONE = "(none)"
DEFAULT, NOT_GIVEN = "default", "not given"  # where a value comes from, if from nobody
_THEN = {OnStop.CANCEL: "cancelled", OnStop.LEAVE: "left running"}


def lines(plan: Plan, inputs: Inputs) -> list[str]:
    """Return the plan for the log: the facts, then every input of the trainer."""
    shown: list[str] = []
    for label, (first, *others) in facts(plan, inputs):
        shown += [labelled(label, first), *(labelled("", other) for other in others)]
    rows = list(inputs_of(plan))
    wide = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    table = [f"  {name:<{wide[0]}}  {value:<{wide[1]}}  {source}" for name, value, source in rows]
    return [*shown, "Inputs", *table, "", "Nothing was changed."]


def facts(plan: Plan, inputs: Inputs) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield what the step would do, in its order: a label, and its lines."""
    yield "Destination", _destination(plan, inputs)
    yield "Dataset", [*_dataset(plan), *plan.prepared.notes]
    yield "Training", [*_training(plan, inputs), *_limit(plan, inputs)]
    if inputs.webhook:
        yield "Webhook", [_webhook(inputs)]
    if after := list(_after(plan, inputs)):
        yield "After", after
    if inputs.readme:
        yield "README", [f"{inputs.readme}, published after the training succeeded"]


def _after(plan: Plan, inputs: Inputs) -> Iterator[str]:
    """Yield what follows a training that succeeds."""
    if plan.after.evaluations:
        yield counted(len(plan.after.evaluations), "evaluation")
    if deployment := plan.after.deployment:
        version = deployment.current_release.version
        runs = f" (now {version})" if version else ""
        yield f"{deployment.reference} would run the new version{runs}"
    if inputs.keep_versions:
        yield f"versions beyond the newest {inputs.keep_versions:,} would be deleted"


def _limit(plan: Plan, inputs: Inputs) -> list[str]:
    """Return how long a training is followed, and what happens then; nothing for an ended one."""
    found = plan.found
    if found and found.training.ended:
        return []
    then = inputs.on_timeout if found is None or found.own else OnStop.LEAVE
    return [f"followed for up to {duration(inputs.timeout)}, then {_THEN[then]}"]


def looked_back(existing: Sequence[Training]) -> str:
    """Return how far `reuse: succeeded` looks back."""
    return f"checked {counted(len(existing), 'training')} of the last day"


def inputs_of(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Yield each of the trainer's inputs: its name, its value, and the source of the value."""
    for name, field in plan.trainer.fields.items():
        if name == plan.request.dataset_input:
            yield name, _given_dataset(plan), "dataset"
        elif name in plan.request.given:
            one = plan.given[name]
            value = described(plan.request.given[name], field)
            yield name, value, f"{one.file}:{one.written.line}" if one.file else one.subject
        elif field.get("default") is not None:
            yield name, described(field["default"], field), DEFAULT
        else:
            yield name, _NONE, NOT_GIVEN


def _given_dataset(plan: Plan) -> str:
    """Return what the trainer's input is given: the packed files, or their URL."""
    dataset = plan.prepared.dataset
    if dataset and dataset.needs_upload:
        return f"{dataset.description}, {file_size(dataset.size)}"
    return without_query(plan.dataset_url)


def _destination(plan: Plan, inputs: Inputs) -> list[str]:
    state = plan.destination
    if state.model:
        page = f"{state.full_name} (existing): {links.model_page(state.model)}"
        return [page, f"would update: {state.updates}"] if state.changes else [page]
    visibility = (inputs.visibility or Visibility.PRIVATE).value
    created = f"{state.full_name}, would be created ({visibility}, {state.hardware.sku})"
    return [created, state.hardware.note] if state.hardware.note else [created]


def _dataset(plan: Plan) -> list[str]:
    dataset = plan.prepared.dataset
    if dataset is None:
        return [_NONE]
    if not dataset.needs_upload:
        return [_described(plan)]
    existing = [plan.dataset_url] if plan.dataset_url else []
    state = "already uploaded" if existing else "would be uploaded"
    return [_described(plan, state), *existing, f"sha256 {dataset.sha256}"]


def _described(plan: Plan, state: str = "") -> str:
    """Return what the dataset is, its state, and the trainer's input that takes it."""
    dataset = plan.prepared.dataset
    if dataset is None:
        return _NONE
    parts = [dataset.description, file_size(dataset.size) if dataset.needs_upload else "", state]
    return f"{', '.join(filter(None, parts))} → {plan.request.dataset_input}"


def _training(plan: Plan, inputs: Inputs) -> list[str]:
    if plan.found is None:
        checked = f"; {looked_back(plan.existing)}" if inputs.reuse is Reuse.SUCCEEDED else ""
        return [f"a new training would be started (reuse: {inputs.reuse.value}{checked})"]
    training = plan.found.training
    if training.ended:
        use = "its version would be reused"
    elif plan.found.own:
        use = "it would be followed"
    else:
        use = "it would be followed, but not cancelled"
    same = f"{training.id} ({training.status}) has the same inputs and dataset"
    return [f"{same}; {use}", links.training_page(training)]


def _webhook(inputs: Inputs) -> str:
    """Return the events and the host, without the path, which may contain a secret."""
    events = ", ".join(inputs.webhook_events or WEBHOOK_EVENTS)
    return f"{events} → {urlsplit(inputs.webhook).hostname}"
