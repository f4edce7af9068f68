"""The action's inputs as one frozen value: the one place that says which inputs there are.

`scripts/interface` writes the inputs of `action.yml`, their types and the README's tables from the
fields of `Inputs`: a field's name, its type, the text below it, and the comment that begins a
group. The last sentence of a text says what the default is; a default in backticks is the text
that `action.yml` declares.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from replicate_train.inputs import parsers
from replicate_train.replicate.refs import ModelRef

DEFAULT_API_URL = "https://api.replicate.com/v1"


class Mode(StrEnum):
    """How much of the job this step does."""

    TRAIN = "train"
    START = "start"
    WAIT = "wait"
    CREATE = "create"
    PLAN = "plan"

    @property
    def plans(self) -> bool:
        """Whether the mode starts with a plan of a training."""
        return self in {Mode.TRAIN, Mode.START, Mode.PLAN}


class Visibility(StrEnum):
    """Who can see the model."""

    PUBLIC = "public"
    PRIVATE = "private"


class Reuse(StrEnum):
    """Which existing trainings may be used instead of a new one."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    NEVER = "never"


class OnStop(StrEnum):
    """What to do with a training that the step stops following."""

    CANCEL = "cancel"
    LEAVE = "leave"


class Inputs(BaseModel):
    """The inputs of the action. Field `model_name` is input `model-name`."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        alias_generator=lambda field: field.replace("_", "-"),
        hide_input_in_errors=True,
    )

    # Account and server
    api_token: Annotated[parsers.Token, Field(repr=False)] = ""
    """Replicate API token. Store it as a repository secret. The step masks it in the log.
    Required."""

    api_url: parsers.ApiUrl = DEFAULT_API_URL
    """Base URL of the API. `http://` is accepted for loopback and private addresses, `localhost`,
    `host.docker.internal` and names without a dot only. See [Networks](docs/networks.md).
    Default: `https://api.replicate.com/v1`."""

    github_token: Annotated[str, Field(repr=False)] = ""
    """GitHub token that downloads the release asset that `dataset` names.
    Default: `${{ github.token }}`."""

    # Destination model
    owner: parsers.Name | None = None
    """User or organization that owns the destination. Replicate requires the token's own account.
    Default: the token's account."""

    model_name: parsers.FullName = (None, "")  # owner or None, name
    """Name of the destination model, or `owner/name`. Required, except in mode `wait`."""

    visibility: Visibility | None = None  # None: private
    """`public` or `private`. Used when the model is created. Default: private."""

    hardware: parsers.Name = ""  # empty: chosen from Replicate's list
    """Hardware SKU. Used when the model is created. Without it, the step uses `gpu-t4` if it is
    available, else the cheapest GPU, else `cpu`; the log says which. Replicate usually replaces it
    with the hardware that the trainer prescribes. Default: chosen from Replicate's list."""

    create_model: parsers.Boolean = True
    """`false`: the step fails if the destination does not exist. Default: `true`."""

    description: str = ""
    """Description on the model's page. The step updates it on an existing model."""

    github_url: parsers.PageUrl = ""
    """Link to the source code on the model's page. The step updates it on an existing model."""

    license_url: parsers.PageUrl = ""
    """Link to the license on the model's page. The step updates it on an existing model."""

    paper_url: parsers.PageUrl = ""
    """Link to the paper on the model's page. The step updates it on an existing model."""

    cover_image_url: parsers.PageUrl = ""
    """Cover image of the model. Used when the model is created."""

    readme: parsers.WorkspacePath = ""
    """Path of a Markdown file in the workspace. After a successful training it becomes the model's
    README. The step replaces `{{version}}`, `{{version_id}}`, `{{commit}}`, `{{ref}}`,
    `{{run_url}}` and `{{dataset_sha256}}` in it."""

    # Training
    trainer: parsers.Trainer = ModelRef("", "")  # empty in modes that need none
    """`owner/name` for the latest version, or `owner/name:version-id` for that version. Required in
    modes `train`, `start` and `plan`."""

    dataset: parsers.Dataset = ""
    """Training data: a file, a directory, globs (one per line), an `https://` URL, or
    `release-asset:NAME`. See [Datasets](#datasets)."""

    dataset_input: str = ""
    """Name of the trainer input that receives the dataset. Default: found in the trainer's
    schema."""

    training_input: str = ""
    """The trainer's other inputs, as a YAML or JSON mapping. The step checks them against the
    trainer's schema."""

    training_input_file: parsers.WorkspacePath = ""
    """Path of a YAML or JSON file in the workspace with such inputs. A value in `training-input`
    replaces the file's value. An empty value there keeps it."""

    webhook: parsers.Webhook = ""
    """HTTPS URL that Replicate calls on events of the training."""

    webhook_events: parsers.WebhookEvents = ()
    """Comma- or line-separated subset of `start`, `output`, `logs` and `completed`. Default: all of
    them."""

    # Run
    mode: Mode = Mode.TRAIN
    """`train`: everything. `start`: return as soon as the training exists. `wait`: follow
    `training-id`. `create`: only make sure that the destination exists. `plan`: check everything,
    change nothing. Default: `train`."""

    training_id: parsers.TrainingId = ""
    """Id of the training to follow. Required in mode `wait`."""

    reuse: Reuse = Reuse.RUNNING
    """`running`: follow an identical training that is queued or running. `succeeded`: also use the
    version of an identical training that succeeded within the last day. `never`: always start a
    training. Default: `running`."""

    timeout: parsers.Duration = 19800.0
    """Longest wait, with the time in the queue: `90m`, `2h`, `1h30m`, `45s`; a bare number is
    minutes. Default: `5h30m`."""

    on_timeout: OnStop = OnStop.CANCEL
    """`cancel`: cancel the training when the wait times out. `leave`: leave it running.
    Default: `cancel`."""

    on_cancel: OnStop = OnStop.CANCEL
    """`cancel`: cancel the training when the workflow is cancelled. `leave`: leave it running.
    Default: `cancel`."""

    max_poll_interval: parsers.Duration = 15.0
    """Longest time between two polls of the training. Default: `15s`."""

    logs_file: parsers.WorkspacePath = ""
    """Path in the workspace where the complete training log is written. Secrets are hidden in
    it."""

    # After the training
    evaluation: str = ""
    """YAML list of predictions to run on the new version. If one does not hold, the step fails, and
    the deployment, the README and old versions stay as they are. See
    [Evaluations](docs/evaluation.md)."""

    evaluation_files: parsers.WorkspacePath = ""
    """Directory in the workspace where the files that evaluations return are saved. Replicate
    deletes them after one hour."""

    deployment: parsers.Deployment | None = None
    """`owner/name` of a deployment that runs the new version from now on, if every evaluation
    holds. Its scaling stays the same."""

    price_per_second: parsers.Price | None = None
    """US dollars per second of the trainer's hardware, for the cost estimate. Default: known for a
    few trainers."""

    keep_versions: parsers.Count | None = None
    """Number of versions to keep. The step deletes older versions of the destination: never the new
    one, and never one that a deployment runs. Replicate deletes versions of private models only.
    Default: all."""

    @property
    def destination_name(self) -> str:
        """The destination's name without its owner; empty in mode wait if it was not given."""
        return self.model_name[1]

    @property
    def destination_owner(self) -> str | None:
        """The owner named in `owner` or in `model-name`; None means the token's account."""
        return self.owner or self.model_name[0]
