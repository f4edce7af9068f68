"""Which input of a trainer takes the dataset. Pure: a schema in, a name out."""

from collections.abc import Collection, Mapping
from typing import Any

from replicate_train.errors import DatasetInputUnclear

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


def choose(schema: Mapping[str, Any], asked: str, given: Collection[str]) -> str:
    """Return the name of the input that takes the dataset.

    `asked` is the workflow's own choice, `given` are the inputs that it fills otherwise. Without
    a choice it is the only `format: uri` input, else the only required one, else the one whose
    name says so. Raises `DatasetInputUnclear` with the candidates.
    """
    properties = schema.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    if asked:
        return _checked(asked, properties)
    texts = [name for name in properties if _takes(properties[name], "type")]
    uris = [name for name in texts if _takes(properties[name], "format")]
    pool = [name for name in uris or texts if name not in given] or uris
    required = schema.get("required")
    required = [name for name in pool if isinstance(required, list) and name in required]
    telling = [name for name in _TELLING if name in pool]
    for candidates in (pool, required, telling[:1]):
        if len(candidates) == 1:
            return candidates[0]
    raise DatasetInputUnclear(
        "The trainer has no input that is plainly the dataset's"
        if pool
        else "The trainer has no input that could take a dataset",
        why="Neither its format, nor being required, nor its name tells one input from the rest.",
        mend="Name it with dataset-input.",
        details=[f"candidate: {name}" for name in pool or properties],
    )


def _checked(asked: str, properties: Mapping[str, Any]) -> str:
    if asked in properties:
        return asked
    raise DatasetInputUnclear(
        f"The trainer has no input called {asked!r}",
        why="dataset-input must be one of the trainer's inputs.",
        mend="Choose one of these, or leave dataset-input out.",
        details=list(properties),
    )


def _takes(field: object, aspect: str) -> bool:
    """Tell whether a property can hold a text ("type") or says that it holds a URL ("format")."""
    if not isinstance(field, dict):
        return False
    wanted = {"type": "string", "format": "uri"}[aspect]
    if field.get(aspect) == wanted and "x-cog-secret" not in field:
        return True
    parts = (part for key in ("anyOf", "allOf", "oneOf") for part in field.get(key) or ())
    return any(_takes(part, aspect) for part in parts)
