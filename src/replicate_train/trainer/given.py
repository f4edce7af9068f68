"""The trainer's inputs as given: `training-input-file`, overridden by `training-input`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from replicate_train.diagnostics.finding import Finding
from replicate_train.runner.text import shown
from replicate_train.runner.workspace import Workspace, unusable
from replicate_train.trainer.yaml_nodes import YamlProblem
from replicate_train.trainer.yaml_text import Scalar, Written, read_entries


@dataclass(frozen=True)
class Given:
    """An input as it is given: `subject` is the action's input, `file` its file, if any."""

    written: Written
    subject: str
    file: str = ""


@dataclass(frozen=True)
class GivenInputs:
    """The inputs by their names, and why the file or the text could not be read."""

    inputs: Mapping[str, Given]
    findings: Sequence[Finding] = ()

    @property
    def whole(self) -> bool:
        """Whether all that was given could be read."""
        return not self.findings


def read(workspace: Workspace, file: str, text: str) -> GivenInputs:
    """Return the inputs of `training-input-file`, overridden by those of `training-input`.

    An empty string or null counts as not given, so it does not override a value of the file.
    """
    given: dict[str, Given] = {}
    findings: list[Finding] = []
    if file:
        try:
            given |= _parsed(workspace.read_text(file), "training-input-file", file)
        except YamlProblem as error:
            findings.append(_finding(error, "training-input-file", file))
        except (OSError, ValueError) as error:
            findings.append(Finding("training-input-file", *unusable(file, error)))
    try:
        over = _parsed(text, "training-input")
        given |= {name: one for name, one in over.items() if name not in given or not _empty(one)}
    except YamlProblem as error:
        findings.append(_finding(error, "training-input"))
    return GivenInputs(given, findings)


def _parsed(text: str, subject: str, file: str = "") -> Mapping[str, Given]:
    return {name: Given(it, subject, file) for name, it in read_entries(text).items()}


def _finding(error: YamlProblem, subject: str, file: str = "") -> Finding:
    place = f"line {error.line}" if error.line else ""
    named = ", ".join(part for part in (shown(file), place) if part)
    what = f"{named}: {error.words}" if file else error.words
    return Finding(subject, what, error.fix, file, error.line, error.column)


def _empty(one: Given) -> bool:
    """Tell whether an input is an empty string or null, as an unfilled form leaves it."""
    written = one.written
    return isinstance(written, Scalar) and (written.kind == "null" or not written.text)
