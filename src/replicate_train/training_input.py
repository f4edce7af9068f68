"""The trainer's inputs as the workflow gives them: a file, the step's own text, the dataset."""

from typing import Any

from replicate_train.errors import InputError
from replicate_train.workspace import Workspace
from replicate_train.yaml_text import YamlProblem, read_mapping


def read(workspace: Workspace, file: str, text: str) -> dict[str, Any]:
    """Return the mapping of `training-input-file` with that of `training-input` laid over it.

    Raises `InputError` with the place of what is wrong in either.
    """
    problems: list[str] = []
    merged: dict[str, Any] = {}
    if file:
        try:
            merged |= read_mapping(workspace.read_text(file))
        except (YamlProblem, OSError, ValueError) as error:
            problems.append(f"training-input-file: {file}: {error}")
    try:
        merged |= read_mapping(text)
    except YamlProblem as error:
        problems.append(f"training-input: {error}")
    if problems:
        raise InputError(
            "The trainer's inputs cannot be read",
            why="They are read as YAML: a name, a colon and a blank, a value, one input a line.",
            mend="Correct the named place; quote texts that hold ': ', ' #' or a leading '@'.",
            details=problems,
        )
    return merged


def refuse_second_dataset(inputs: dict[str, Any], name: str) -> None:
    """Raise `InputError` where the trainer's dataset input is filled already."""
    if name in inputs:
        raise InputError(
            f"The dataset is given twice: as dataset and as {name!r} in training-input",
            mend="Leave one of them out, or choose another input with dataset-input.",
        )


def secret_names(schema: dict[str, Any]) -> frozenset[str]:
    """Return the names of a trainer's secret inputs (`format: password`, `x-cog-secret`)."""
    properties = schema.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    return frozenset(
        name
        for name, field in properties.items()
        if isinstance(field, dict)
        and (field.get("format") == "password" or field.get("x-cog-secret"))
    )
