"""The workspace's files besides the dataset: the README to publish, the log to write."""

from dataclasses import dataclass
from pathlib import Path

from replicate_train.errors import InputError
from replicate_train.inputs import Inputs
from replicate_train.workspace import Workspace


@dataclass(frozen=True)
class UserFiles:
    """`readme` is the text to publish, empty for none; `log` is where the log goes, if anywhere."""

    readme: str = ""
    log: Path | None = None


def open_files(inputs: Inputs, workspace: Workspace) -> UserFiles:
    """Read and open them before anything is spent. Raises `InputError` with what cannot be."""
    problems: list[str] = []
    readme, log = "", None
    try:
        readme = workspace.read_text(inputs.readme) if inputs.readme else ""
    except (ValueError, OSError) as error:
        problems.append(f"readme: {inputs.readme}: {error}")
    try:
        log = workspace.new_file(inputs.logs_file) if inputs.logs_file else None
    except (ValueError, OSError) as error:
        problems.append(f"logs-file: {inputs.logs_file}: {error}")
    if problems:
        raise InputError(
            "Files of the workspace cannot be used",
            mend="Give paths relative to the repository's root.",
            details=problems,
        )
    return UserFiles(readme, log)
