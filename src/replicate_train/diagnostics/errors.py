"""Every error that can end the step, split by whose turn it is.

    ActionError
    ├── WorkflowError             the workflow's author mends it; nothing was spent
    │   ├── InputError            inputs that are wrong, all of them at once
    │   ├── DestinationMissing    no such model, and none may be created
    │   ├── DestinationRefused    Replicate would not create it: owner, name, limit, hardware
    │   ├── TrainerMissing        no such trainer or version
    │   ├── NotTrainable          the model exists but has no training endpoint
    │   ├── DatasetInputUnclear   which trainer input takes the dataset cannot be told
    │   └── DatasetError          the dataset cannot be packed
    ├── ReplicateError            the service's doing: no answer, or an error (replicate/errors.py)
    └── TrainingError             the training exists, and the step cannot give a version
        ├── TrainingEnded         failed, canceled or aborted
        ├── VersionMissing         it succeeded, and no version came of it
        ├── WrongModel         one that was taken up made another model's version
        ├── StartUnknown          it is not known whether a training was started
        ├── ContactLost             it goes on, but can no longer be followed
        ├── TimedOut              it took longer than the step may wait
        └── StoppedBySignal       the workflow was cancelled

Anything else that is raised is a defect of ours.
"""

from collections.abc import Sequence

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
    ) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.fix = fix
        self.link = link
        self.details = tuple(details)
        self.findings = tuple(findings)


class WorkflowError(ActionError):
    """The workflow's author mends it. Nothing was spent."""

    title = "The workflow needs a change"


class InputError(WorkflowError):
    """Inputs that cannot be used; each of the `findings` tells of one."""

    title = "To be mended first"


class DestinationMissing(WorkflowError):
    """The destination does not exist and may not be created."""

    title = "The destination model does not exist"


class DestinationRefused(WorkflowError):
    """Replicate would not create the destination."""

    title = "The destination model cannot be created"


class TrainerMissing(WorkflowError):
    """The trainer, or its version, does not exist for this token."""

    title = "The trainer does not exist"


class NotTrainable(WorkflowError):
    """The trainer has no training endpoint."""

    title = "Not trainable"


class DatasetInputUnclear(WorkflowError):
    """Which input of the trainer takes the dataset cannot be told."""

    title = "Which input takes the dataset?"


class DatasetError(WorkflowError):
    """The dataset cannot be read or packed."""

    title = "The dataset cannot be used"


class TrainingError(ActionError):
    """The training exists (or may), and the step cannot give a version."""

    title = "The training gave no version"


class TrainingEnded(TrainingError):
    """The training ended as failed, canceled or aborted."""

    title = "The training did not succeed"


class VersionMissing(TrainingError):
    """The training succeeded and Replicate made no version of it."""

    title = "Trained, but Replicate made no version"


class WrongModel(TrainingError):
    """A training that was taken up made a version of another model."""

    title = "The version went to another model"


class StartUnknown(TrainingError):
    """The start was asked for and its answer was lost: there may be a training."""

    title = "It is not known whether a training was started"


class ContactLost(TrainingError):
    """The training goes on, and the service no longer says how."""

    title = "The training can no longer be followed"


class TimedOut(TrainingError):
    """The training took longer than `timeout`."""

    title = "The training took too long"


class StoppedBySignal(TrainingError):
    """The runner asked the step to end."""

    title = "Stopped by the workflow"
