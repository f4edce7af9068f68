"""The inputs read from the runner's variables, and a finding for each that is not valid."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from replicate_train.diagnostics.errors import InputError
from replicate_train.diagnostics.finding import Finding
from replicate_train.inputs.model import Inputs, Mode
from replicate_train.runner.redaction import SHORTEST
from replicate_train.runner.text import quoted

_PREFIX = "INPUT_"
# Their leading spaces and line breaks have a meaning.
_YAML_VARIABLES = frozenset({"INPUT_TRAINING-INPUT", "INPUT_EVALUATION"})
_FIX = "Correct them under `with:` in the workflow. The README lists all inputs."
_HOW_TO_AUTHENTICATE = (
    "Store the token as a repository secret, and pass it as "
    "`api-token: ${{ secrets.REPLICATE_API_TOKEN }}`. Secrets are empty in pull requests from "
    "forks."
)
_REQUIRED_INPUTS = {
    Mode.TRAIN: ("model-name", "trainer"),
    Mode.START: ("model-name", "trainer"),
    Mode.PLAN: ("model-name", "trainer"),
    Mode.CREATE: ("model-name",),
    Mode.WAIT: ("training-id",),
}
# The token's own input, and those that are checked for it elsewhere or never shown.
_MAY_CONTAIN_TOKEN = frozenset({"api-token", "github-token", "training-input", "evaluation"})
# Inputs of a later release: a workflow that sets one gets an error, not a step that ignores it.
_UNSUPPORTED_INPUTS = ("dataset-storage",)


@dataclass(frozen=True)
class Reading:
    """The inputs, with the default for each that is not valid, and the findings about those."""

    inputs: Inputs
    wrong: tuple[Finding, ...] = ()

    def has(self, *names: str) -> bool:
        """Tell whether all of these inputs are valid, so that none is a default in its place."""
        return not {finding.subject for finding in self.wrong} & set(names)

    def require(self) -> None:
        """Raise `InputError` with all findings, if there are any."""
        if self.wrong:
            count = len({finding.subject for finding in self.wrong})
            what = "1 input is not valid" if count == 1 else f"{count} inputs are not valid"
            raise InputError(what, fix=_FIX, findings=self.wrong)


def read_inputs(environ: Mapping[str, str]) -> Reading:
    """Return the inputs from the runner's `INPUT_<NAME>` variables.

    An empty value means "not given". No finding repeats a value that could be secret.
    """
    given = {
        name.removeprefix(_PREFIX).lower(): value if name in _YAML_VARIABLES else value.strip()
        for name, value in environ.items()
        if name.startswith(_PREFIX) and value.strip()
    }
    try:
        inputs = Inputs.model_validate(given)
        wrong: list[Finding] = []
    except ValidationError as error:
        wrong = list(_invalid_values(error))
        invalid_names = {finding.subject for finding in wrong}
        valid = {name: value for name, value in given.items() if name not in invalid_names}
        inputs = Inputs.model_validate(valid)
    wrong += [*_missing(given), *_conflicts(given, inputs)]
    wrong += [*_exposed_token(given, inputs), *_unsupported(given)]
    return Reading(inputs, tuple(sorted(wrong, key=lambda finding: finding.subject)))


def _invalid_values(error: ValidationError) -> Iterator[Finding]:
    """Yield a finding for each value that is not valid by itself."""
    for problem in error.errors(include_input=False, include_url=False):
        what = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "enum":
            what = f"must be {problem['ctx']['expected']}".replace("'", "`")
        yield Finding(str(problem["loc"][0]), what)


def _missing(given: Mapping[str, str]) -> Iterator[Finding]:
    if "api-token" not in given:
        yield Finding("api-token", "required, but empty", _HOW_TO_AUTHENTICATE)
    mode = given.get("mode", Mode.TRAIN)
    for name in _REQUIRED_INPUTS[Mode(mode)] if mode in set(Mode) else ():
        if name not in given:
            yield Finding(name, f"required in `mode: {mode}`, but empty")


def _conflicts(given: Mapping[str, str], inputs: Inputs) -> Iterator[Finding]:
    named = inputs.model_name[0]
    if named and inputs.owner and inputs.owner.lower() != named.lower():
        what = f"has the owner {quoted(named)}, but `owner` is {quoted(inputs.owner)}"
        yield Finding("model-name", what, "Remove `owner`, or set both to the same owner.")
    if "evaluation-files" in given and "evaluation" not in given:
        fix = "Set `evaluation`, or remove `evaluation-files`."
        yield Finding("evaluation-files", "requires `evaluation`", fix)
    if "webhook-events" in given and "webhook" not in given:
        yield Finding(
            "webhook-events", "requires `webhook`", "Set `webhook`, or remove `webhook-events`."
        )


def _exposed_token(given: Mapping[str, str], inputs: Inputs) -> Iterator[Finding]:
    """Yield the inputs that contain the API token and are shown or sent elsewhere."""
    token = inputs.api_token
    for name, value in given.items():
        if name not in _MAY_CONTAIN_TOKEN and len(token) >= SHORTEST and token in value:
            what = "contains the API token, and would be shown or sent elsewhere"
            yield Finding(name, what, "Remove it. If it was ever committed, revoke the token.")


def _unsupported(given: Mapping[str, str]) -> Iterator[Finding]:
    """Yield the inputs that are given and not available yet."""
    for name in _UNSUPPORTED_INPUTS:
        if name in given:
            yield Finding(name, "not available in this release", f"Remove `{name}` from `with:`.")
