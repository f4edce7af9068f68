"""The new version beside the one before: what was changed, and what came of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from replicate_train.evaluation.hidden import HIDDEN
from replicate_train.metrics.collector import Metrics
from replicate_train.replicate import links
from replicate_train.replicate.schemas import Training
from replicate_train.report.markdown import code, link, literal, markdown_table
from replicate_train.report.record import Record
from replicate_train.report.summary.headline import short
from replicate_train.runner.text import elapsed, file_size, shown, without_query
from replicate_train.trainer.validate import described
from replicate_train.training.verdict import predict_seconds

_UNKNOWN = "not known"
_SHORT_DIGEST = 8
_MAX_CHANGED = 20  # inputs that are listed


def comparison(record: Record) -> str:
    """Return the table; one line where the training of the version before was not found."""
    previous = record.previous
    if previous is None or record.made is None:
        return ""
    page = links.version_page(record.model_page, previous.version.id)
    before = link(code(short(previous.version.id)), page)
    if previous.training is None:
        return f"Previous version: {before}. Its training was not found, so there is no comparison."
    new = link(
        code(short(record.made.version_id)),
        links.version_page(record.model_page, record.made.version_id),
    )
    rows = [("Version", new, before), *_rows(record, previous.training)]
    shown = [row for row in rows if {row[1], row[2]} != {_UNKNOWN}]
    return markdown_table(("", "this version", "previous version"), shown)


def _rows(record: Record, before: Training) -> Iterator[tuple[str, str, str]]:
    previous = record.previous
    if record.plan and previous:
        yield "Dataset", _dataset(record), _earlier_dataset(record)
        if before.version and before.version != record.plan.trainer.version_id:
            trainer = record.plan.trainer.version_id
            yield "Trainer version", code(short(trainer)), code(short(before.version))
    now = record.training
    if now is None or previous is None:
        return
    yield "Changed inputs", *_changed(record, now.input or {}, before.input or {})
    yield "Final loss", _loss(record.metrics), _loss(previous.metrics)
    yield "Training time", _time(now), _time(before)


def _dataset(record: Record) -> str:
    dataset = record.plan.prepared.dataset if record.plan else None
    if dataset is None:
        return _UNKNOWN
    size = f", {file_size(dataset.size)}" if dataset.needs_upload else ""
    return f"{literal(dataset.description + size)}{_digest(dataset.sha256)}"


def _earlier_dataset(record: Record) -> str:
    """Return what is known of the earlier dataset: its upload, which lasts a day, or its URL."""
    previous = record.previous
    if previous is None or previous.training is None or record.plan is None:
        return _UNKNOWN
    if upload := previous.upload:
        what = literal(f"{upload.name}, {file_size(upload.size)}")
        return what + _digest(upload.checksums.sha256)
    url = record.plan.request.dataset_of(previous.training)
    return literal(without_query(url)) if url else _UNKNOWN


def _digest(sha256: str) -> str:
    return f", {code(f'sha256:{sha256[:_SHORT_DIGEST]}…')}" if sha256 else ""


def _changed(record: Record, now: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[str, str]:
    """Return the inputs that differ, with both values; secrets are hidden and never differ."""
    plan = record.plan
    left_out = {plan.request.dataset_input, *plan.trainer.secret_inputs} if plan else set()
    fields = plan.trainer.fields if plan else {}
    names = [
        name
        for name in dict.fromkeys([*now, *before])
        if name not in left_out and now.get(name) != before.get(name)
    ]
    if not names:
        return "none", ""
    more = len(names) - _MAX_CHANGED
    first, second = (
        [_input(name, values, fields.get(name)) for name in names[:_MAX_CHANGED]]
        for values in (now, before)
    )
    return "\n".join([*first, *([f"and {more:,} more"] if more > 0 else [])]), "\n".join(second)


def _input(name: str, values: Mapping[str, Any], field: Mapping[str, Any] | None) -> str:
    """Return an input with its value; one that the trainer does not have may be a secret."""
    value = "(default)"
    if name in values:
        value = HIDDEN if field is None else described(values[name], field)
    return code(f"{shown(name)}: {value}")


def _loss(metrics: Metrics | None) -> str:
    loss = metrics.series.get("loss") if metrics else None
    return f"{loss.last.y:.4g}" if loss and loss.last else _UNKNOWN


def _time(training: Training) -> str:
    seconds = predict_seconds(training)
    return elapsed(seconds) if seconds is not None else _UNKNOWN
