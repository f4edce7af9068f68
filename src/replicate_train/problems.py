"""Everything that is wrong with what the workflow gives, gathered to be told at once."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from replicate_train.errors import ActionError, InputError, WorkflowError
from replicate_train.findings import Finding


class Problems:
    """Collects findings, and errors that would each end the step alone."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []
        self._errors: list[tuple[str, ActionError]] = []

    def add(self, findings: Iterable[Finding]) -> None:
        """Note findings, serious or not."""
        self._findings += findings

    def note(self, subject: str, error: ActionError) -> None:
        """Note an error that would end the step."""
        self._errors.append((subject, error))

    @contextmanager
    def of(self, subject: str) -> Iterator[None]:
        """Note a `WorkflowError` that the block raises, and go on after it."""
        try:
            yield
        except WorkflowError as error:
            self.note(subject, error)

    @property
    def warnings(self) -> list[Finding]:
        """What is only unwise."""
        return [finding for finding in self._findings if not finding.serious]

    def settle(self) -> None:
        """Raise what was gathered, if anything: an only error as it is, else one with them all."""
        serious = [finding for finding in self._findings if finding.serious]
        if len(self._errors) == 1 and not serious:
            raise self._errors[0][1]
        for subject, error in self._errors:
            serious += error.findings or [_as_finding(subject, error)]
        if serious:
            count = "One thing has" if len(serious) == 1 else f"{len(serious)} things have"
            raise InputError(
                f"{count} to be mended before anything is spent",
                findings=sorted(serious, key=lambda finding: finding.subject),
            )


def _as_finding(subject: str, error: ActionError) -> Finding:
    what = "; ".join([error.what, *error.details[:10]])
    return Finding(subject, f"{what}. {error.why}".strip(), error.mend)
