"""The manifest of a run, from its record. Pure."""

import json

from replicate_train.dataset.dataset import Dataset
from replicate_train.evaluation.report import as_json
from replicate_train.plan.plan import Plan
from replicate_train.provenance.manifest import Manifest
from replicate_train.provenance.records import (
    CostRecord,
    DatasetRecord,
    DeploymentRecord,
    InputRecord,
    TrainingRecord,
    input_records,
)
from replicate_train.replicate import links
from replicate_train.replicate.schemas import Training
from replicate_train.report.record import Record
from replicate_train.runner.text import without_query


def manifest_of(record: Record) -> str:
    """Return what made the version, as JSON; empty where there is no version."""
    made, training, plan = record.made, record.training, record.plan
    if made is None or training is None:
        return ""
    return Manifest(
        version=made.reference,
        model=made.model,
        previous_version=record.previous.version.id if record.previous else None,
        trainer=plan.trainer.reference if plan else _trainer(training),
        training=TrainingRecord.of(training, links.training_page(training)),
        inputs=_inputs(plan) if plan else {},
        secret_inputs=tuple(sorted(plan.trainer.secret_inputs & set(plan.given))) if plan else (),
        dataset=_dataset(plan, plan.prepared.dataset) if plan else None,
        origin=record.origin,
        cost=CostRecord.of(record.cost) if record.cost else None,
        evaluation=json.loads(as_json(record.outcomes)),
        deployment=DeploymentRecord.of(record.move) if record.move else None,
    ).as_json()


def _trainer(training: Training) -> str:
    return ":".join(part for part in (training.model, training.version) if part)


def _inputs(plan: Plan) -> dict[str, InputRecord]:
    defaults = {
        name: field["default"]
        for name, field in plan.trainer.fields.items()
        if field.get("default") is not None
    }
    sources = {
        name: "training-input-file" if one.file else "training-input"
        for name, one in plan.given.items()
    }
    return input_records(
        plan.request.input,
        sources=sources,
        dataset_input=plan.request.dataset_input,
        defaults=defaults,
        secret=plan.trainer.secret_inputs,
    )


def _dataset(plan: Plan, dataset: Dataset | None) -> DatasetRecord | None:
    if dataset is None:
        return None
    return DatasetRecord(
        description=dataset.description,
        sha256=dataset.sha256 or None,
        size=dataset.size if dataset.needs_upload else None,
        url=without_query(plan.dataset_url),
    )
