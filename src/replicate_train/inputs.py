"""The action's inputs as one frozen value; `action.yml` declares the same names and defaults."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from replicate_train import input_values as values
from replicate_train.errors import InputError, NotSupportedYet
from replicate_train.findings import Finding


class Mode(StrEnum):
    """How much of the job this step does."""

    TRAIN = "train"
    START = "start"
    WAIT = "wait"
    CREATE = "create"
    PLAN = "plan"


class Visibility(StrEnum):
    """Who sees the model."""

    PUBLIC = "public"
    PRIVATE = "private"


class Reuse(StrEnum):
    """Which earlier trainings may stand in for a new one."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    NEVER = "never"


class Fate(StrEnum):
    """What becomes of a training that the step stops following."""

    CANCEL = "cancel"
    LEAVE = "leave"


class Inputs(BaseModel):
    """What the workflow asked for. Field `model_name` is input `model-name`."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        alias_generator=lambda field: field.replace("_", "-"),
        hide_input_in_errors=True,
    )

    api_token: Annotated[values.Token, Field(repr=False)]
    api_url: values.ApiUrl = "https://api.replicate.com/v1"
    github_token: Annotated[str, Field(repr=False)] = ""

    owner: values.Name | None = None
    model_name: values.FullName = (None, "")  # owner, name
    visibility: Visibility = Visibility.PRIVATE
    hardware: values.Name = "gpu-t4"
    create_model: values.Boolean = True
    description: str = ""
    github_url: values.PageUrl = ""
    license_url: values.PageUrl = ""
    paper_url: values.PageUrl = ""
    cover_image_url: values.PageUrl = ""
    readme: values.WorkspacePath = ""

    trainer: values.Trainer = ("", "", None)  # owner, name, version id
    dataset: str = ""
    dataset_input: str = ""
    training_input: str = ""
    training_input_file: values.WorkspacePath = ""
    webhook: values.Webhook = ""
    webhook_events: values.WebhookEvents = ()

    mode: Mode = Mode.TRAIN
    training_id: values.TrainingId = ""
    reuse: Reuse = Reuse.RUNNING
    timeout: values.Duration = 19800.0
    on_timeout: Fate = Fate.CANCEL
    on_cancel: Fate = Fate.CANCEL
    max_poll_interval: values.Duration = 15.0
    logs_file: values.WorkspacePath = ""

    evaluation: str = ""
    deployment: values.FullName | None = None
    keep_versions: values.Count | None = None

    @property
    def destination_name(self) -> str:
        """The destination's name without its owner; empty in mode wait if it was not given."""
        return self.model_name[1]

    @property
    def destination_owner(self) -> str | None:
        """The owner named in `owner` or in `model-name`; None means the token's account."""
        return self.owner or self.model_name[0]


# What the interface promises and this release does not act on: refused, never ignored.
_LATER: dict[str, object] = {
    "evaluation": "",
    "deployment": None,
    "keep_versions": None,
}


def read_inputs(environ: Mapping[str, str]) -> Inputs:
    """Make the inputs from the runner's `INPUT_<NAME>` variables.

    An empty value means "not given". Raises `InputError` with every problem, none of which
    repeats a value that could be secret, and `NotSupportedYet`.
    """
    prefix = "INPUT_"
    given = {
        name.removeprefix(prefix).lower(): value.strip()
        for name, value in environ.items()
        if name.startswith(prefix) and value.strip()
    }
    try:
        inputs: Inputs | None = Inputs.model_validate(given)
        problems: list[Finding] = []
    except ValidationError as error:
        inputs, problems = None, _problems(error)
    problems += _disagreements(given)
    if inputs is None or problems:
        raise InputError(
            "The step's inputs cannot be used",
            mend="Correct them under with: in the workflow; the README has a table of all inputs.",
            findings=problems,
        )
    _refuse_later(inputs)
    return inputs


def _disagreements(given: Mapping[str, str]) -> Iterator[Finding]:
    """Tell what no single input can know: what a mode needs, and inputs that contradict."""
    mode = given.get("mode", Mode.TRAIN)
    needed = {
        Mode.TRAIN: ("model-name", "trainer"),
        Mode.START: ("model-name", "trainer"),
        Mode.PLAN: ("model-name", "trainer"),
        Mode.CREATE: ("model-name",),
        Mode.WAIT: ("training-id",),
    }
    for name in needed.get(Mode(mode), ()) if mode in set(Mode) else ():
        if name not in given:
            yield Finding(name, f"is required in mode {mode}, and arrived empty")
    named = given.get("model-name", "").rpartition("/")[0]
    if named and given.get("owner", named) != named:
        said = f"names the owner {named!r}, and owner says {given['owner']!r}"
        yield Finding("model-name", said)
    if "webhook-events" in given and "webhook" not in given:
        yield Finding("webhook-events", "needs webhook")


def _problems(error: ValidationError) -> list[Finding]:
    found: list[Finding] = []
    for problem in error.errors(include_input=False, include_url=False):
        place = problem["loc"][0]
        words = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "missing":
            words = "is required, and arrived empty"
        if problem["type"] == "enum":
            words = f"must be {problem['ctx']['expected']}".replace("'", "")
        found.append(Finding(str(place), words))
    return found


def _refuse_later(inputs: Inputs) -> None:
    later = [
        f"{field.replace('_', '-')}: only its default works in this release"
        for field, default in _LATER.items()
        if getattr(inputs, field) != default
    ]
    if later:
        raise NotSupportedYet(
            "The step asks for what this release does not do",
            why="An input that is not acted on is refused rather than ignored.",
            mend="Leave these inputs out.",
            details=later,
        )
