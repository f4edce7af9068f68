"""A trainer's schema turned into a "Run workflow" form, as a value. Pure.

GitHub accepts at most 25 fields. The model's name and the dataset come first, then the inputs that
the trainer requires, then the others in the trainer's order. What has no field of its own goes into
the field `other_inputs`. Secrets are never fields: everyone who can read the run would see them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from replicate_train.diagnostics.errors import DatasetInputUnclear
from replicate_train.replicate.refs import VersionRef
from replicate_train.scaffold.fields import NAME, FormField, form_field, one_line, text_default
from replicate_train.trainer.dataset_input import choose
from replicate_train.trainer.fields import fields_of, is_secret, required_of
from replicate_train.trainer.schema import Schema

MAX_FIELDS = 25
TOKEN_SECRET = "REPLICATE_API_TOKEN"  # noqa: S105 - the secret's name
OTHER_INPUTS = "other_inputs"
_MODEL = FormField(
    "model-name", "string", "Destination model (created if it does not exist)", required=True
)
_RESERVED = frozenset({_MODEL.name, "dataset", OTHER_INPUTS})


@dataclass(frozen=True)
class Workflow:
    """A form and what its run passes to the action.

    `typed` are the trainer's inputs that have a field, `secrets` the names of repository secrets by
    the trainer inputs that receive them, `other` the field for the trainer's other inputs.
    `dataset` is None, and `dataset_input` empty, for a trainer without an input for a dataset.
    """

    trainer: VersionRef
    typed: tuple[FormField, ...]
    secrets: Mapping[str, str]
    dataset: FormField | None = None
    dataset_input: str = ""
    other: FormField | None = None

    @property
    def form(self) -> list[FormField]:
        """All fields, in the form's order."""
        dataset = [self.dataset] if self.dataset else []
        return [_MODEL, *dataset, *self.typed, *([self.other] if self.other else [])]

    @property
    def training_input(self) -> dict[str, str]:
        """The expression for each trainer input, by its name."""
        secrets = {name: f"${{{{ toJSON(secrets.{it}) }}}}" for name, it in self.secrets.items()}
        return {field.name: field.expression for field in self.typed} | secrets


def workflow_for(
    trainer: VersionRef, training_input: Mapping[str, Any], components: Mapping[str, Any]
) -> Workflow:
    """Return the workflow for a trainer with the schema `training_input`.

    `components` are the document's schemas by their names, to which the schema refers.
    """
    fields, required = fields_of(training_input, components), required_of(training_input)
    dataset_input = _dataset_input(fields, required)
    secrets = {name for name in fields if is_secret(fields[name])}
    names = [name for name in fields if name not in {dataset_input, *secrets}]
    names.sort(key=lambda name: name not in required)
    free = MAX_FIELDS - (2 if dataset_input else 1)
    typed = _typed(names, fields, required)
    if len(typed) < len(names) or len(typed) > free:
        typed = typed[: free - 1]
    shown = {field.name for field in typed}
    return Workflow(
        trainer,
        tuple(typed),
        {name: _secret_name(name) for name in fields if name in secrets and NAME.fullmatch(name)},
        _dataset(fields[dataset_input]) if dataset_input else None,
        dataset_input,
        _other([name for name in names if name not in shown], required),
    )


def _typed(
    names: Sequence[str], fields: Mapping[str, Schema], required: Sequence[str]
) -> list[FormField]:
    """Return the fields of the inputs that a form can hold. GitHub ignores the case of names."""
    taken = set(_RESERVED)
    found: list[FormField] = []
    for name in names:
        field = form_field(name, fields[name], required=name in required)
        if field and name.lower() not in taken:
            taken.add(name.lower())
            found.append(field)
    return found


def _dataset_input(fields: Mapping[str, Schema], required: Sequence[str]) -> str:
    """Return the file input that takes the dataset; empty where none does, or several could."""
    files = {name: field for name, field in fields.items() if _takes_file(name, field)}
    try:
        return choose(files, required, "", ()) if files else ""
    except DatasetInputUnclear:
        return ""


def _takes_file(name: str, field: Schema) -> bool:
    formats = [part.get("format") for part in (field, *field.get("anyOf", ()))]
    return "uri" in formats and not is_secret(field) and bool(NAME.fullmatch(name))


def _dataset(field: Schema) -> FormField:
    """Return the dataset's field. It is required where the trainer has no dataset of its own.

    Many trainers require nothing in their schema, and fail without a dataset.
    """
    default = text_default(field.get("default"))
    default = default if default and default.startswith(("https://", "http://")) else None
    about = one_line(str(field.get("description") or ""))
    words = (
        f"Training data: a path in the repository, an https:// URL or release-asset:NAME. {about}"
    )
    return FormField("dataset", "string", words.rstrip(), required=not default, default=default)


def _other(names: Sequence[str], required: Sequence[str]) -> FormField | None:
    """Return the field for the inputs without a field of their own, None if there are none."""
    if not names:
        return None
    available = one_line(", ".join(names))
    words = f"Other inputs, as name: value, name: value. Available: {available}"
    return FormField(OTHER_INPUTS, "string", words, required=not set(required).isdisjoint(names))


def _secret_name(name: str) -> str:
    """Return the repository secret for a trainer input.

    GitHub reserves names that start with GITHUB_, and the API token belongs to no trainer.
    """
    secret = name.upper().replace("-", "_")
    taken = secret == TOKEN_SECRET or secret.startswith("GITHUB_")
    return f"TRAINER_{secret}" if taken else secret
