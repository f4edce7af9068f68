"""The trainer's inputs as the workflow gives them: a file, and the step's own text over it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from replicate_train.diagnostics.finding import Finding
from replicate_train.runner.workspace import Workspace
from replicate_train.trainer.validate import Given
from replicate_train.trainer.yaml_nodes import YamlProblem
from replicate_train.trainer.yaml_text import Scalar, read_entries


@dataclass(frozen=True)
class GivenInputs:
    """The inputs by their names, and why some of them could not be read."""

    inputs: Mapping[str, Given]
    findings: Sequence[Finding] = ()

    @property
    def whole(self) -> bool:
        """Whether all that was given could be read."""
        return not self.findings


def read(workspace: Workspace, file: str, text: str) -> GivenInputs:
    """Return what `training-input-file` gives, with `training-input` over it.

    An empty text or null counts as not given, so it leaves a value of the file alone.
    """
    given: dict[str, Given] = {}
    findings: list[Finding] = []
    if file:
        try:
            given |= _given(workspace.read_text(file), "training-input-file", file)
        except YamlProblem as error:
            findings.append(
                Finding(
                    "training-input-file", error.words, error.fix, file, error.line, error.column
                )
            )
        except (OSError, ValueError) as error:
            findings.append(Finding("training-input-file", f"{file}: {error}"))
    try:
        over = _given(text, "training-input", "")
        given |= {n: one for n, one in over.items() if n not in given or not _empty(one)}
    except YamlProblem as error:
        findings.append(Finding("training-input", str(error), error.fix))
    return GivenInputs(given, findings)


def _given(text: str, subject: str, file: str) -> Mapping[str, Given]:
    return {name: Given(it, subject, file) for name, it in read_entries(text).items()}


def _empty(one: Given) -> bool:
    """Tell whether an input is an empty text or null, as an unfilled form leaves it."""
    written = one.written
    return isinstance(written, Scalar) and (written.kind == "null" or not written.text)
