"""The parts of a manifest: a training, an input, a dataset and others. Pure."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict

from replicate_train.provenance.cost import Cost
from replicate_train.provenance.public_values import public
from replicate_train.publish.deployment import Move
from replicate_train.replicate.schemas import Training, aware
from replicate_train.runner.text import shown
from replicate_train.training import verdict

_MAX_TEXT_CHARS = 1_000  # of any text but an input's value

Text = Annotated[str, BeforeValidator(lambda text: shown(text, _MAX_TEXT_CHARS))]
Json = Annotated[Any, BeforeValidator(public)]


class Record(BaseModel):
    """A part of a manifest: it has exactly the fields of the schema, and never changes."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )


class TrainingRecord(Record):
    """The training; times are in ISO 8601, `predict_time` and `total_time` in seconds."""

    id: Text
    url: Text
    status: Text
    created_at: Text | None
    started_at: Text | None
    completed_at: Text | None
    predict_time: float | None
    total_time: float | None

    @classmethod
    def of(cls, training: Training, url: str) -> Self:
        """Return the record of a training with its web page."""
        predict_time, total_time = verdict.seconds(training)
        return cls(
            id=training.id,
            url=url,
            status=training.status,
            created_at=_moment(training.created_at),
            started_at=_moment(training.started_at),
            completed_at=_moment(training.completed_at),
            predict_time=float(predict_time) if predict_time else None,
            total_time=float(total_time) if total_time else None,
        )


class InputRecord(Record):
    """The value that the training received, and the input of the action that it comes from.

    `default` is the trainer's own default.
    """

    value: Json
    source: Literal["training-input", "training-input-file", "dataset", "default"]


class DatasetRecord(Record):
    """What was trained on; `size` is in bytes. `url` has no query, which may be a signature."""

    description: Text
    sha256: Text | None
    size: int | None
    url: Annotated[Text, BeforeValidator(public)]


class CostRecord(Record):
    """An estimate in US dollars, as a plain number, and how it was computed."""

    dollars: Text
    basis: Text

    @classmethod
    def of(cls, cost: Cost) -> Self:
        """Return the record of an estimate."""
        return cls(dollars=cost.as_output, basis=cost.basis)


class DeploymentRecord(Record):
    """A deployment that was moved, `owner/name`: version ids before and after."""

    name: Text
    before: Text | None
    after: Text

    @classmethod
    def of(cls, move: Move) -> Self:
        """Return the record of a move."""
        return cls(name=move.reference, before=move.before or None, after=move.after)


def input_records(
    sent: Mapping[str, Any],
    *,
    sources: Mapping[str, str],
    dataset_input: str,
    defaults: Mapping[str, Any],
    secret: Collection[str],
) -> dict[str, InputRecord]:
    """Return the inputs of a training, given and default ones, by their names; no secret ones.

    `sent` is what the start sends, `sources` names the action's input that each comes from, and
    `defaults` are the trainer's own for what is not sent.
    """
    origins = {name: sources.get(name, "training-input") for name in sent}
    origins |= {dataset_input: "dataset"} if dataset_input in sent else {}
    origins |= {name: "default" for name in defaults if name not in sent}
    values = {**defaults, **sent}
    return {
        str(public(name)): InputRecord.model_validate({"value": values[name], "source": source})
        for name, source in sorted(origins.items())
        if name not in secret
    }


def _moment(moment: datetime | None) -> str | None:
    return aware(moment).isoformat() if moment else None
