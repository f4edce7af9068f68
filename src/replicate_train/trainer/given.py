"""The trainer's inputs as the workflow gives them: a file, and the step's own text over it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from replicate_train.diagnostics.finding import Finding
from replicate_train.runner.workspace import Workspace
from replicate_train.trainer.validate import Given
from replicate_train.trainer.yaml_nodes import YamlProblem
from replicate_train.trainer.yaml_text import read_entries


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
    """Return what `training-input-file` gives, with `training-input` laid over it."""
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
        given |= _given(text, "training-input", "")
    except YamlProblem as error:
        findings.append(Finding("training-input", str(error), error.fix))
    return GivenInputs(given, findings)


def _given(text: str, subject: str, file: str) -> Mapping[str, Given]:
    return {name: Given(it, subject, file) for name, it in read_entries(text).items()}
