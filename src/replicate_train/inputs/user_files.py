"""The workspace's files besides the dataset: the README to publish, the log to write."""

from dataclasses import dataclass

from replicate_train.diagnostics.errors import InputError
from replicate_train.diagnostics.finding import Finding
from replicate_train.inputs.model import Inputs
from replicate_train.runner.commands import Runner
from replicate_train.runner.log_file import LogFile
from replicate_train.runner.workspace import Workspace

_FIX = "Give paths relative to the repository's root."


@dataclass(frozen=True)
class UserFiles:
    """`readme` is the text to publish, empty for none; `log` is where the log goes, if anywhere."""

    readme: str = ""
    log: LogFile | None = None

    def close(self) -> None:
        """Write the rest of the log."""
        if self.log:
            self.log.close()


def check_files(inputs: Inputs, workspace: Workspace) -> list[Finding]:
    """Tell which of them cannot be used, changing nothing."""
    found: list[Finding] = []
    try:
        if inputs.readme:
            workspace.read_text(inputs.readme)
    except (ValueError, OSError) as error:
        found.append(Finding("readme", f"{inputs.readme}: {error}", _FIX))
    try:
        if inputs.logs_file and (why := workspace.unwritable(inputs.logs_file)):
            found.append(Finding("logs-file", f"{inputs.logs_file}: {why}", _FIX))
    except (ValueError, OSError) as error:
        found.append(Finding("logs-file", f"{inputs.logs_file}: {error}", _FIX))
    return found


def open_files(inputs: Inputs, workspace: Workspace, runner: Runner) -> UserFiles:
    """Read and open them before anything is spent. Raises `InputError` with what cannot be.

    The runner hides the secrets in the log, and says where it cannot be written any more.
    """
    if found := check_files(inputs, workspace):
        raise InputError("Files of the workspace cannot be used", fix=_FIX, findings=found)
    try:
        readme = workspace.read_text(inputs.readme) if inputs.readme else ""
    except (ValueError, OSError) as error:
        raise InputError(f"readme: {inputs.readme}: {error}", fix=_FIX) from None
    if not inputs.logs_file:
        return UserFiles(readme)
    try:
        log = workspace.new_file(inputs.logs_file)
    except (ValueError, OSError) as error:
        what = f"logs-file: {inputs.logs_file} cannot be written: {error}"
        raise InputError(what, fix=_FIX) from None
    return UserFiles(readme, LogFile(log, inputs.logs_file, runner))
