"""Which input of a trainer takes the dataset. Pure: a schema in, a name out."""

from collections.abc import Collection, Iterator, Mapping

from replicate_train.diagnostics.errors import DatasetInputUnclear
from replicate_train.diagnostics.finding import Finding
from replicate_train.diagnostics.suggestion import nearest
from replicate_train.trainer.fields import is_secret, types_of
from replicate_train.trainer.schema import Schema

_LISTED = 20  # inputs that an error names
# The names that trainers in use give to it, the likeliest first.
_TELLING = (
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

    `fields` are the schemas of the trainer's inputs, `required` the names it cannot do without,
    `asked` is the workflow's own choice, `given` are the inputs that it fills otherwise. Without
    a choice it is, of those that are not filled, the only `format: uri` input (the only text where
    there is none), else the only required one, else the one whose name says so. Raises
    `DatasetInputUnclear` with the candidates.
    """
    if asked:
        return _checked(asked, fields)
    texts = [name for name in fields if _takes_text(fields[name])]
    uris = [name for name in texts if _takes_url(fields[name])]
    pool = [name for name in uris or texts if name not in given] or uris
    needed = [name for name in pool if name in required]
    progress = [name for name in _TELLING if name in pool]
    for candidates in (pool, needed, progress[:1]):
        if len(candidates) == 1:
            return candidates[0]
    raise DatasetInputUnclear(
        "The trainer has no input that is plainly the dataset's"
        if pool
        else "The trainer has no input that could take a dataset",
        why="Neither its format, nor being required, nor its name tells one input from the rest.",
        fix="Name it with dataset-input.",
        details=[f"candidate: {name}" for name in [*(pool or fields)][:_LISTED]],
    )


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
        named = " and ".join(f"`{name}`" for name in files)
        said = f"not given, and the trainer's {named} {'is' if len(files) == 1 else 'are'} empty"
        fix = "Set `dataset`, or ignore this if the training needs no data."
        yield Finding("dataset", said, fix, serious=False)


def _checked(asked: str, fields: Mapping[str, Schema]) -> str:
    if asked in fields and (_takes_text(fields[asked]) or not types_of(fields[asked])):
        return asked
    fit = [name for name in fields if _takes_text(fields[name])]
    near = nearest(asked, fit)
    raise DatasetInputUnclear(
        f"The trainer's input {asked!r} takes no address"
        if asked in fields
        else f"The trainer has no input called {asked!r}",
        why="dataset-input must be one of the trainer's inputs that take a text, and no secret.",
        fix=f"Did you mean {near}?" if near else "Choose one of these, or leave it out.",
        details=(fit or list(fields))[:_LISTED],
    )


def _takes_text(field: Schema) -> bool:
    """Tell whether an input can hold any text."""
    return "string" in types_of(field) and not is_secret(field) and "enum" not in field


def _has_url(field: Schema) -> bool:
    """Tell whether an input's default is a URL: some trainers have prose there."""
    return str(field.get("default", "")).startswith(("https://", "http://"))


def _takes_url(field: Schema) -> bool:
    return field.get("format") == "uri" or any(map(_takes_url, field.get("anyOf", ())))
