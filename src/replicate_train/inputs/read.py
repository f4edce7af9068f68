"""From the runner's variables to the inputs; whatever cannot be used is told, all of it at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from replicate_train.diagnostics.errors import InputError
from replicate_train.diagnostics.finding import Finding
from replicate_train.inputs.model import Inputs, Mode
from replicate_train.runner.redaction import SHORTEST

_PREFIX = "INPUT_"
_YAML = "INPUT_TRAINING-INPUT"  # where blanks and lines at the beginning have a meaning
_FIX = "Correct them under with: in the workflow; the README has a table of all inputs."
_FORKS = (
    "Pass it as api-token: ${{ secrets.REPLICATE_API_TOKEN }}, a secret of this repository. "
    "Secrets are empty in pull requests from forks."
)
_NEEDED = {
    Mode.TRAIN: ("model-name", "trainer"),
    Mode.START: ("model-name", "trainer"),
    Mode.PLAN: ("model-name", "trainer"),
    Mode.CREATE: ("model-name",),
    Mode.WAIT: ("training-id",),
}
# The token itself, and what is checked value by value.
_MAY_HOLD_IT = frozenset({"api-token", "github-token", "training-input"})
# Inputs that are planned: a workflow that sets one already gets an error, not a step without it.
_LATER = (
    "dataset-storage",
    "deployment",
    "evaluation",
    "evaluation-files",
    "keep-versions",
    "price-per-second",
)


@dataclass(frozen=True)
class Reading:
    """The inputs, and what is wrong with them; an input that is wrong has its default."""

    inputs: Inputs
    wrong: tuple[Finding, ...] = ()

    def has(self, *names: str) -> bool:
        """Tell whether these inputs are as the workflow gives them."""
        return not {finding.subject for finding in self.wrong} & set(names)

    def require(self) -> None:
        """Raise `InputError` with all that is wrong, if anything is."""
        if self.wrong:
            what = "The step's inputs cannot be used"
            raise InputError(what, fix=_FIX, findings=self.wrong)


def read_inputs(environ: Mapping[str, str]) -> Reading:
    """Read the inputs from the runner's `INPUT_<NAME>` variables.

    An empty value means "not given". No finding repeats a value that could be secret.
    """
    given = {
        name.removeprefix(_PREFIX).lower(): value if name == _YAML else value.strip()
        for name, value in environ.items()
        if name.startswith(_PREFIX) and value.strip()
    }
    try:
        inputs = Inputs.model_validate(given)
        wrong: list[Finding] = []
    except ValidationError as error:
        wrong = list(_misfits(error))
        misfits = {finding.subject for finding in wrong}
        inputs = Inputs.model_validate({n: it for n, it in given.items() if n not in misfits})
    wrong += [*_disagreements(given, inputs), *_tokens(given, inputs), *_later(given)]
    return Reading(inputs, tuple(sorted(wrong, key=lambda finding: finding.subject)))


def _misfits(error: ValidationError) -> Iterator[Finding]:
    """Tell what single inputs are wrong."""
    for problem in error.errors(include_input=False, include_url=False):
        words = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "enum":
            words = f"must be {problem['ctx']['expected']}".replace("'", "")
        yield Finding(str(problem["loc"][0]), words)


def _disagreements(given: Mapping[str, str], inputs: Inputs) -> Iterator[Finding]:
    """Tell what no single input can know: what a mode needs, and inputs that contradict."""
    if "api-token" not in given:
        yield Finding("api-token", "is required, and arrived empty", _FORKS)
    mode = given.get("mode", Mode.TRAIN)
    for name in _NEEDED[Mode(mode)] if mode in set(Mode) else ():
        if name not in given:
            yield Finding(name, f"is required in mode {mode}, and arrived empty")
    named = inputs.model_name[0]
    if named and inputs.owner and inputs.owner.lower() != named.lower():
        said = f"names the owner {named!r}, and owner says {inputs.owner!r}"
        yield Finding("model-name", said)
    if "webhook-events" in given and "webhook" not in given:
        yield Finding("webhook-events", "needs webhook")


def _tokens(given: Mapping[str, str], inputs: Inputs) -> Iterator[Finding]:
    """Tell of inputs that hold the API token, which are shown or sent elsewhere."""
    token = inputs.api_token
    for name, value in given.items():
        if name not in _MAY_HOLD_IT and len(token) >= SHORTEST and token in value:
            said = "holds the API token, and is no place for it"
            yield Finding(name, said, "Remove it, and revoke it if it was ever committed.")


def _later(given: Mapping[str, str]) -> Iterator[Finding]:
    """Yield the inputs that are given and not available yet."""
    for name in _LATER:
        if name in given:
            yield Finding(name, "not available in this release", f"Remove `{name}` from `with:`.")
