"""A collector of problems, so that all of them are reported at once."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from replicate_train.diagnostics.errors import ActionError, WorkflowError, invalid
from replicate_train.diagnostics.finding import Finding


class Problems:
    """Collects findings, and errors that would each end the step."""

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        self._findings = list(findings)
        self._errors: list[tuple[str, WorkflowError]] = []
        self._outage: ActionError | None = None

    def add(self, findings: Iterable[Finding]) -> None:
        """Add findings, serious or not."""
        self._findings += findings

    @contextmanager
    def of(self, subject: str) -> Iterator[None]:
        """Collect an `ActionError` that the block raises, and continue after the block.

        `subject` is the input that has to be changed to fix it.
        """
        try:
            yield
        except WorkflowError as error:
            self._errors.append((subject, error))
        except ActionError as error:
            self._outage = self._outage or error

    @property
    def serious(self) -> bool:
        """Whether there is a problem that a change of the workflow fixes."""
        return bool(self._errors) or any(finding.serious for finding in self._findings)

    @property
    def outage(self) -> bool:
        """Whether there is an error that no change of the workflow fixes, such as an outage."""
        return self._outage is not None

    @property
    def warnings(self) -> list[Finding]:
        """The findings that do not end the step."""
        return [finding for finding in self._findings if not finding.serious]

    def raise_if_any(self) -> None:
        """Raise what was collected: a single error as it is, several as one `InputError`.

        An error of Replicate is raised itself, with the findings attached.
        """
        serious = [finding for finding in self._findings if finding.serious]
        if self._outage is None and len(self._errors) == 1 and not serious:
            raise self._errors[0][1]
        for subject, error in self._errors:
            serious += error.findings or [_as_finding(subject, error)]
        serious.sort(key=lambda one: (one.subject, not one.file, one.file, one.line))
        if self._outage:
            raise self._outage.with_findings(serious) from self._outage
        if serious:
            raise invalid(serious)


def _as_finding(subject: str, error: ActionError) -> Finding:
    what = error.what + (f" ({'; '.join(error.details)})" if error.details else "")
    link = f"See {error.link}" if error.link else ""
    return Finding(subject, f"{what}. {error.why}".strip(), f"{error.fix} {link}".strip())
