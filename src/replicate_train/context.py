"""The context of a step: its inputs, and its ways to the outside. Built once, in `app.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from replicate_train.clock import Clock
from replicate_train.diagnostics.collector import Problems
from replicate_train.inputs.model import Inputs
from replicate_train.inputs.read import Reading
from replicate_train.replicate.client import Replicate
from replicate_train.runner.commands import Runner
from replicate_train.runner.signals import StopSignals
from replicate_train.runner.workspace import Workspace


@dataclass(frozen=True)
class Context:
    """What every part of a step may use.

    `download_asset` downloads an asset of the release by its name and raises `DatasetError`;
    `scratch` is a folder that is removed when the step ends; `workflow_run` names the run, empty
    outside one.
    """

    reading: Reading
    runner: Runner
    workspace: Workspace
    replicate: Replicate
    clock: Clock
    stop: StopSignals
    download_asset: Callable[[str], Path]
    scratch: Path
    workflow_run: str

    @property
    def inputs(self) -> Inputs:
        """What the workflow asks for."""
        return self.reading.inputs

    def asking(self, problems: Problems) -> Replicate:
        """Return the way to ask Replicate: only once where there are problems to report."""
        return self.replicate.patiently(0.0) if problems.serious else self.replicate
