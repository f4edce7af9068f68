"""The workspace files that inputs name, besides the dataset: `readme` and `logs-file`."""

from dataclasses import dataclass

from replicate_train.diagnostics.errors import InputError, invalid
from replicate_train.diagnostics.finding import Finding
from replicate_train.inputs.model import Inputs
from replicate_train.runner.commands import Runner
from replicate_train.runner.log_file import LogFile
from replicate_train.runner.text import quoted
from replicate_train.runner.workspace import OTHER_PATH, Workspace, unusable


@dataclass(frozen=True)
class UserFiles:
    """`readme` is the text to publish, empty for none; `log` the file for the training's log."""

    readme: str = ""
    log: LogFile | None = None

    def close(self) -> None:
        """Write the rest of the log and close it."""
        if self.log:
            self.log.close()


def check_files(inputs: Inputs, workspace: Workspace) -> list[Finding]:
    """Return a finding for each file that cannot be used. Changes nothing."""
    found: list[Finding] = []
    try:
        if inputs.readme:
            workspace.read_text(inputs.readme)
    except (ValueError, OSError) as error:
        found.append(Finding("readme", *unusable(inputs.readme, error)))
    try:
        if inputs.logs_file and (why := workspace.unwritable(inputs.logs_file)):
            found.append(Finding("logs-file", f"{quoted(inputs.logs_file)} {why}", OTHER_PATH))
    except (ValueError, OSError) as error:
        found.append(Finding("logs-file", *unusable(inputs.logs_file, error)))
    return found


def open_files(inputs: Inputs, workspace: Workspace, runner: Runner) -> UserFiles:
    """Read the README and open the log file, before anything is spent.

    The runner hides the secrets in the log, and warns when it can no longer be written. Raises
    `InputError` for the files that cannot be used.
    """
    if found := check_files(inputs, workspace):
        raise invalid(found)
    try:
        readme = workspace.read_text(inputs.readme) if inputs.readme else ""
    except (ValueError, OSError) as error:
        raise _refused("readme", inputs.readme, error) from None
    if not inputs.logs_file:
        return UserFiles(readme)
    try:
        log = workspace.new_file(inputs.logs_file)
    except (ValueError, OSError) as error:
        raise _refused("logs-file", inputs.logs_file, error) from None
    return UserFiles(readme, LogFile(log, inputs.logs_file, runner))


def _refused(name: str, path: str, error: OSError | ValueError) -> InputError:
    why, fix = unusable(path, error)
    return InputError(f"{name}: {why}", fix=fix)
