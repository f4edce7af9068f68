"""The action's inputs as one frozen value; `action.yml` declares the same names and defaults."""

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

    api_token: Annotated[parsers.Token, Field(repr=False)] = ""
    api_url: parsers.ApiUrl = DEFAULT_API_URL
    github_token: Annotated[str, Field(repr=False)] = ""

    owner: parsers.Name | None = None
    model_name: parsers.FullName = (None, "")  # owner or None, name
    visibility: Visibility | None = None  # None: private
    hardware: parsers.Name = ""  # empty: chosen from Replicate's list
    create_model: parsers.Boolean = True
    description: str = ""
    github_url: parsers.PageUrl = ""
    license_url: parsers.PageUrl = ""
    paper_url: parsers.PageUrl = ""
    cover_image_url: parsers.PageUrl = ""
    readme: parsers.WorkspacePath = ""

    trainer: parsers.Trainer = ModelRef("", "")  # empty in modes that need none
    dataset: parsers.Dataset = ""
    dataset_input: str = ""
    training_input: str = ""
    training_input_file: parsers.WorkspacePath = ""
    webhook: parsers.Webhook = ""
    webhook_events: parsers.WebhookEvents = ()

    mode: Mode = Mode.TRAIN
    training_id: parsers.TrainingId = ""
    reuse: Reuse = Reuse.RUNNING
    timeout: parsers.Duration = 19800.0
    on_timeout: OnStop = OnStop.CANCEL
    on_cancel: OnStop = OnStop.CANCEL
    max_poll_interval: parsers.Duration = 15.0
    logs_file: parsers.WorkspacePath = ""

    evaluation: str = ""
    evaluation_files: parsers.WorkspacePath = ""
    deployment: parsers.Deployment | None = None
    price_per_second: parsers.Price | None = None
    keep_versions: parsers.Count | None = None

    @property
    def destination_name(self) -> str:
        """The destination's name without its owner; empty in mode wait if it was not given."""
        return self.model_name[1]

    @property
    def destination_owner(self) -> str | None:
        """The owner named in `owner` or in `model-name`; None means the token's account."""
        return self.owner or self.model_name[0]
