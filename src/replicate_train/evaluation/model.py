"""Evaluations, what is expected of their predictions, and what came of them, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from replicate_train.evaluation.json_path import JsonPath
from replicate_train.runner.text import as_text, quoted
from replicate_train.trainer.yaml_text import Written

TIMEOUT = 600.0  # seconds of an evaluation that names none
SUCCEEDS = "succeeds"  # the text of the check that there is an answer to judge
NOT_STARTED, TIMED_OUT = "not started", "timed out"  # beside the statuses of Replicate
_MAX_VALUE_CHARS = 60  # of a value in the text of an expectation


@dataclass(frozen=True)
class Contains:
    """The output, as text, contains a text."""

    part: str

    @property
    def text(self) -> str:
        """The expectation as it is shown."""
        return f"contains {_shown(self.part)}"


@dataclass(frozen=True)
class Matches:
    """A regular expression is found in the output, as text."""

    pattern: str

    @property
    def text(self) -> str:
        """The expectation as it is shown."""
        return f"matches {_shown(self.pattern)}"


@dataclass(frozen=True)
class Equals:
    """The output is just this JSON value."""

    value: Any

    @property
    def text(self) -> str:
        """The expectation as it is shown."""
        return f"equals {_shown(self.value)}"


@dataclass(frozen=True)
class ValueAt:
    """The output has a JSON value at a path."""

    path: JsonPath
    value: Any

    @property
    def text(self) -> str:
        """The expectation as it is shown."""
        return f"{_shown(self.path.text)} is {_shown(self.value)}"


@dataclass(frozen=True)
class MinOutputs:
    """The output is a list of at least so many items."""

    count: int

    @property
    def text(self) -> str:
        """The expectation as it is shown."""
        return f"at least {self.count:,} output{'' if self.count == 1 else 's'}"


@dataclass(frozen=True)
class MediaType:
    """The output has files, and each is of this type: `image/png` or `image/*`."""

    pattern: str

    @property
    def text(self) -> str:
        """The expectation as it is shown."""
        return f"media type {_shown(self.pattern)}"


@dataclass(frozen=True)
class MaxSeconds:
    """The model runs for at most so many seconds."""

    seconds: float

    @property
    def text(self) -> str:
        """The expectation as it is shown."""
        return f"at most {self.seconds:g} s"


Expectation = Contains | Matches | Equals | ValueAt | MinOutputs | MediaType | MaxSeconds


@dataclass(frozen=True)
class Evaluation:
    """A prediction to run, and what is expected of it.

    `timeout` is in seconds. `written` is the input as it was written, for a schema to give it
    types; `secret_inputs` are the names of inputs whose values are never shown.
    """

    name: str
    input: Mapping[str, Any]
    expectations: Sequence[Expectation] = ()
    timeout: float = TIMEOUT
    written: Mapping[str, Written] = field(default_factory=dict, repr=False, compare=False)
    line: int = 0
    secret_inputs: frozenset[str] = frozenset()

    @property
    def needs_files(self) -> bool:
        """Whether the files in the output have to be downloaded to judge it."""
        return any(isinstance(one, MediaType) for one in self.expectations)


@dataclass(frozen=True)
class OutputFile:
    """A file in an output.

    `media_type` is told by its content; `size` is in bytes; `saved_as` is a path in the workspace.
    All are empty for a file that was not downloaded. `problem` says what went wrong with it.
    """

    url: str
    media_type: str = ""
    size: int = 0
    sha256: str = ""
    saved_as: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Answer:
    """What a prediction returned; `seconds` is how long the model ran, None where not known.

    `status` is one of Replicate, or `NOT_STARTED` (there is no prediction then) or `TIMED_OUT`;
    `page` is the URL of the prediction's page. The input's secrets are in none of the texts.
    """

    prediction_id: str
    status: str
    output: Any = None
    error: str = ""
    seconds: float | None = None
    files: Sequence[OutputFile] = ()
    page: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether there is an output to judge."""
        return self.status == "succeeded"


class Check(NamedTuple):
    """An expectation as it is shown, whether it held, and if not, why."""

    text: str
    held: bool
    why: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of an evaluation; `previous` is the answer of the model's previous version."""

    evaluation: Evaluation
    answer: Answer
    checks: Sequence[Check]
    previous: Answer | None = None

    @property
    def held(self) -> bool:
        """Whether all that was expected came true."""
        return all(check.held for check in self.checks)


def _shown(value: object) -> str:
    return quoted(as_text(value), _MAX_VALUE_CHARS) if value != "" else "an empty string"
