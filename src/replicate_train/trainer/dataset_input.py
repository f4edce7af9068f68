"""Which input of a trainer takes the dataset. Pure: a schema in, a name out."""

from collections.abc import Collection, Iterator, Mapping

from replicate_train.diagnostics.errors import DatasetInputUnclear
from replicate_train.diagnostics.finding import Finding
from replicate_train.diagnostics.suggestion import nearest
from replicate_train.runner.text import quoted
from replicate_train.trainer.fields import is_secret, types_of
from replicate_train.trainer.schema import Schema

_MAX_LISTED_INPUTS = 20
# Names that existing trainers give to their dataset input, the most likely first.
_DATASET_INPUT_NAMES = (
    "input_images",
    "train_data",
    "dataset",
    "training_data",
    "train_dataset",
    "training_images",
    "instance_data",
    "images",
    "data",
    "input",
)


def choose(
    fields: Mapping[str, Schema], required: Collection[str], asked: str, given: Collection[str]
) -> str:
    """Return the name of the input that takes the dataset.

    `fields` are the schemas of the trainer's inputs, `required` the names of those it requires,
    `asked` is the workflow's own choice, `given` are the inputs that it sets otherwise. Without a
    choice the candidates are the `format: uri` inputs that are not set, or the string inputs where
    there are none: the only candidate, else the only required one, else the one with the most
    likely name. Raises `DatasetInputUnclear` with the candidates.
    """
    if asked:
        return _checked(asked, fields)
    strings = [name for name in fields if _takes_string(fields[name])]
    uris = [name for name in strings if _takes_url(fields[name])]
    candidates = [name for name in uris or strings if name not in given] or uris
    required_ones = [name for name in candidates if name in required]
    likely = [name for name in _DATASET_INPUT_NAMES if name in candidates]
    for group in (candidates, required_ones, likely[:1]):
        if len(group) == 1:
            return group[0]
    raise _unclear(candidates) if candidates else _no_candidate(fields)


def without_dataset(
    fields: Mapping[str, Schema], required: Collection[str], values: Collection[str]
) -> Iterator[Finding]:
    """Yield a warning if no dataset is given, none is required, and no file input has a value.

    Many trainers require nothing, and fail only after they were started. `values` are the names of
    the inputs that are sent.
    """
    files = [name for name in fields if _takes_url(fields[name])]
    filled = [name for name in files if name in values or _has_url(fields[name])]
    if files and not filled and not set(files) & set(required):
        named = " and ".join(map(quoted, files))
        what = f"not given, and the trainer's {named} {'is' if len(files) == 1 else 'are'} empty"
        fix = "Set `dataset`, or ignore this if the training needs no data."
        yield Finding("dataset", what, fix, serious=False)


def _checked(asked: str, fields: Mapping[str, Schema]) -> str:
    """Return the workflow's own choice. Raises `DatasetInputUnclear` if it takes no URL."""
    if asked in fields and (_takes_string(fields[asked]) or not types_of(fields[asked])):
        return asked
    suitable = [name for name in fields if _takes_string(fields[name])]
    near = nearest(asked, suitable)
    raise DatasetInputUnclear(
        f"The trainer's input {quoted(asked)} does not accept a URL"
        if asked in fields
        else f"The trainer has no input {quoted(asked)}",
        why="`dataset-input` must be a trainer input that accepts a string and is not a secret.",
        fix=f"Did you mean {quoted(near)}?"
        if near
        else "Set `dataset-input` to one of these, or remove it.",
        details=(suitable or list(fields))[:_MAX_LISTED_INPUTS],
    )


def _unclear(candidates: Collection[str]) -> DatasetInputUnclear:
    return DatasetInputUnclear(
        "Could not determine which trainer input takes the dataset",
        why="Several inputs accept a URL, and neither the schema nor their names show which.",
        fix="Set `dataset-input` to one of these.",
        details=[f"candidate: {name}" for name in [*candidates][:_MAX_LISTED_INPUTS]],
    )


def _no_candidate(fields: Collection[str]) -> DatasetInputUnclear:
    return DatasetInputUnclear(
        "The trainer has no input for a dataset",
        why="None of its inputs accepts a URL or a string.",
        fix="Remove `dataset`, or choose another trainer.",
        details=[f"input: {name}" for name in [*fields][:_MAX_LISTED_INPUTS]],
    )


def _takes_string(field: Schema) -> bool:
    """Tell whether an input accepts any string, and is not a secret."""
    return "string" in types_of(field) and not is_secret(field) and "enum" not in field


def _has_url(field: Schema) -> bool:
    """Tell whether an input's default is a URL: some trainers have prose there."""
    return str(field.get("default", "")).startswith(("https://", "http://"))


def _takes_url(field: Schema) -> bool:
    return field.get("format") == "uri" or any(map(_takes_url, field.get("anyOf", ())))
