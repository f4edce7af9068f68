"""The workspace's files besides the dataset: the README to publish, the log to write."""

from dataclasses import dataclass
from pathlib import Path

from replicate_train.errors import InputError
from replicate_train.findings import Finding
from replicate_train.inputs import Inputs
from replicate_train.workspace import Workspace

_MEND = "Give paths relative to the repository's root."


@dataclass(frozen=True)
class UserFiles:
    """`readme` is the text to publish, empty for none; `log` is where the log goes, if anywhere."""

    readme: str = ""
    log: Path | None = None


def check_files(inputs: Inputs, workspace: Workspace) -> list[Finding]:
    """Tell which of them cannot be used, changing nothing."""
    found: list[Finding] = []
    try:
        if inputs.readme:
            workspace.read_text(inputs.readme)
    except (ValueError, OSError) as error:
        found.append(Finding("readme", f"{inputs.readme}: {error}", _MEND))
    try:
        if inputs.logs_file and (why := workspace.unwritable(inputs.logs_file)):
            found.append(Finding("logs-file", f"{inputs.logs_file}: {why}", _MEND))
    except (ValueError, OSError) as error:
        found.append(Finding("logs-file", f"{inputs.logs_file}: {error}", _MEND))
    return found


def open_files(inputs: Inputs, workspace: Workspace) -> UserFiles:
    """Read and open them before anything is spent. Raises `InputError` with what cannot be."""
    if found := check_files(inputs, workspace):
        raise InputError("Files of the workspace cannot be used", mend=_MEND, findings=found)
    readme = workspace.read_text(inputs.readme) if inputs.readme else ""
    try:
        log = workspace.new_file(inputs.logs_file) if inputs.logs_file else None
    except (ValueError, OSError) as error:
        what = f"logs-file: {inputs.logs_file} cannot be written: {error}"
        raise InputError(what, mend=_MEND) from None
    return UserFiles(readme, log)
