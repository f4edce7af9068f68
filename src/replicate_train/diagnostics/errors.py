"""Every error that can end the step, split by who has to act.

    ActionError
    ├── WorkflowError             the workflow's author fixes it; nothing was spent
    │   ├── InputError            inputs that are not valid, all of them at once
    │   ├── DestinationMissing    no such model, and it must not be created
    │   ├── DestinationRefused    Replicate refused to create it: owner, name, limit, hardware
    │   ├── TrainerMissing        no such trainer or version
    │   ├── NotTrainable          the model exists but has no training endpoint
    │   ├── DatasetInputUnclear   no trainer input could be chosen for the dataset
    │   └── DatasetError          the dataset cannot be read or packed
    ├── ReplicateError            Replicate did not answer, or with an error (replicate/errors.py)
    └── TrainingError             the training exists, or may, and there is no version
        ├── TrainingEnded         failed, canceled or aborted
        ├── VersionMissing        it succeeded, but no version is surely its own
        ├── WrongModel            it made a version of another model
        ├── StartUnknown          could not confirm that it started
        ├── ContactLost           Replicate no longer says how it is
        ├── TimedOut              it took longer than the step may wait
        └── StoppedBySignal       the workflow was cancelled

Anything else that is raised is a defect of ours.
"""

from collections.abc import Sequence
from typing import Self

from replicate_train.diagnostics.finding import Finding


class ActionError(Exception):
    """An error with its parts, for templates to render.

    `what` happened, `why` it matters or came about, how to `fix` it, a `link` to look at,
    `details` that belong to `what`, one a line, and `findings`, each of which is told on its own.
    Foreign text may stand in any of them.
    """

    title = "The step failed"

    def __init__(
        self,
        what: str,
        *,
        why: str = "",
        fix: str = "",
        link: str = "",
        details: Sequence[str] = (),
        findings: Sequence[Finding] = (),
        title: str = "",
    ) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.fix = fix
        self.link = link
        self.details = tuple(details)
        self.findings = tuple(findings)
        self.title = title or self.title

    def with_findings(self, findings: Sequence[Finding]) -> Self:
        """Return the same error with findings beside it."""
        same = type(self).__new__(type(self), *self.args)
        same.__dict__ = {**self.__dict__, "findings": tuple(findings)}
        return same.with_traceback(self.__traceback__)


class WorkflowError(ActionError):
    """The workflow's author fixes it. Nothing was spent."""

    title = "Workflow not valid"


class InputError(WorkflowError):
    """Inputs that are not valid; each of the `findings` is one."""

    title = "Input not valid"


class DestinationMissing(WorkflowError):
    """The destination does not exist and may not be created."""

    title = "Destination not found"


class DestinationRefused(WorkflowError):
    """Replicate refused to create the destination."""

    title = "Destination not created"


class TrainerMissing(WorkflowError):
    """The trainer, or its version, does not exist for this token."""

    title = "Trainer not found"


class NotTrainable(WorkflowError):
    """The trainer has no training endpoint."""

    title = "Trainer cannot be trained"


class DatasetInputUnclear(WorkflowError):
    """No input of the trainer could be chosen for the dataset."""

    title = "Dataset input unclear"


class DatasetError(WorkflowError):
    """The dataset cannot be read or packed."""

    title = "Dataset not valid"


class TrainingError(ActionError):
    """The training exists, or may, and there is no version."""

    title = "No version"


class TrainingEnded(TrainingError):
    """The training ended as failed, canceled or aborted."""

    title = "Training failed"


class VersionMissing(TrainingError):
    """The training succeeded, but no version is surely its own."""

    title = "Version not created"


class WrongModel(TrainingError):
    """The training made a version of another model."""

    title = "Version on another model"


class StartUnknown(TrainingError):
    """A start was sent and not confirmed: there may be a training."""

    title = "Training start not confirmed"


class ContactLost(TrainingError):
    """The training goes on, and Replicate no longer says how it is."""

    title = "Lost contact with the training"


class TimedOut(TrainingError):
    """The training took longer than `timeout`."""

    title = "Training timed out"


class StoppedBySignal(TrainingError):
    """The runner asked the step to end."""

    title = "Workflow cancelled"
