"""Every error that can end the step, split by who has to act.

    ActionError
    ├── WorkflowError             the workflow has to be changed; nothing was spent
    │   ├── InputError            inputs that are not valid, all of them at once
    │   ├── DestinationMissing    no such model, and `create-model` is false
    │   ├── DestinationRefused    Replicate refused to create it: owner, name, limit, hardware
    │   ├── TrainerMissing        no such trainer or version
    │   ├── NotTrainable          the model exists but has no training endpoint
    │   ├── DatasetInputUnclear   no trainer input could be chosen for the dataset
    │   └── DatasetError          the dataset cannot be read or packed
    ├── ReplicateError            Replicate did not answer, or with an error (replicate/errors.py)
    ├── DeploymentNotMoved        the deployment was not moved to the new version
    ├── EvaluationFailed          the version was made, and is not as the workflow expects
    └── TrainingError             the training exists, or may exist, without a version
        ├── TrainingEnded         failed, canceled or aborted
        ├── VersionMissing        it succeeded, but its version was not found
        ├── WrongModel            it made a version of another model
        ├── StartUnknown          could not confirm that it started
        ├── ContactLost           its status can no longer be read
        ├── TimedOut              it took longer than the step may wait
        └── StoppedBySignal       the workflow was cancelled

Any other exception is a bug of this action.
"""

from collections.abc import Sequence
from typing import Self

from replicate_train.diagnostics.finding import Finding


class ActionError(Exception):
    """An error with its parts, for templates to render.

    `what` happened, `why`, how to `fix` it, a `link` to open, `details` of `what`, one per line,
    and `findings`, each reported on its own. Foreign text may be in any of them.
    """

    title = "The step failed"
    who = ""  # can fix it

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
    """The workflow has to be changed. Nothing was spent."""

    title = "Workflow not valid"
    who = "you, in the workflow or its files. Nothing was spent."


class InputError(WorkflowError):
    """Inputs that are not valid, one per finding."""

    title = "Input not valid"


def invalid(findings: Sequence[Finding]) -> InputError:
    """Return the error that reports findings, with their number as its headline."""
    count = "1 problem" if len(findings) == 1 else f"{len(findings):,} problems"
    return InputError(f"{count}. Nothing was created, uploaded or paid", findings=findings)


class DestinationMissing(WorkflowError):
    """The destination does not exist, and `create-model` is false."""

    title = "Destination not found"


class DestinationRefused(WorkflowError):
    """Replicate refused to create the destination."""

    title = "Destination not created"


class TrainerMissing(WorkflowError):
    """The trainer, or its version, does not exist for this token."""

    title = "Trainer not found"


class NotTrainable(WorkflowError):
    """The trainer has no training endpoint."""

    title = "Not a trainer"


class DatasetInputUnclear(WorkflowError):
    """No input of the trainer could be chosen for the dataset."""

    title = "Dataset input unclear"


class DatasetError(WorkflowError):
    """The dataset cannot be read or packed."""

    title = "Dataset not valid"


class DeploymentNotMoved(ActionError):
    """The version exists, and the deployment does not run it."""

    title = "Deployment not moved"


class EvaluationFailed(ActionError):
    """The version was made, but a prediction of it is not as the workflow expects."""

    title = "Evaluation failed"


class TrainingError(ActionError):
    """The training exists, or may exist, without a version."""

    title = "No version"


class TrainingEnded(TrainingError):
    """The training ended as failed, canceled or aborted."""

    title = "Training failed"
    who = "you, with other inputs or another dataset, or the author of the trainer."


class VersionMissing(TrainingError):
    """The training succeeded, but its version was not found."""

    title = "Version not created"


class WrongModel(TrainingError):
    """The training made a version of another model."""

    title = "Version on another model"


class StartUnknown(TrainingError):
    """A start was sent and not confirmed: there may be a training."""

    title = "Training start not confirmed"


class ContactLost(TrainingError):
    """The training may be running, but its status can no longer be read."""

    title = "Lost contact with the training"


class TimedOut(TrainingError):
    """The training took longer than `timeout`."""

    title = "Training timed out"


class StoppedBySignal(TrainingError):
    """The workflow was cancelled: the runner sent a signal."""

    title = "Workflow cancelled"
