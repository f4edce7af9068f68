"""Everything that is wrong with what the workflow gives, gathered to be told at once."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from replicate_train.diagnostics.errors import ActionError, InputError, WorkflowError
from replicate_train.diagnostics.finding import Finding


class Problems:
    """Collects findings, and errors that would each end the step alone."""

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        self._findings = list(findings)
        self._errors: list[tuple[str, WorkflowError]] = []
        self._outage: ActionError | None = None

    def add(self, findings: Iterable[Finding]) -> None:
        """Note findings, serious or not."""
        self._findings += findings

    @contextmanager
    def of(self, subject: str) -> Iterator[None]:
        """Note an `ActionError` that the block raises, and go on after it.

        `subject` is the input that the workflow's author mends it at.
        """
        try:
            yield
        except WorkflowError as error:
            self._errors.append((subject, error))
        except ActionError as error:
            self._outage = self._outage or error

    @property
    def serious(self) -> bool:
        """Whether anything is wrong that the workflow's author has to fix."""
        return bool(self._errors) or any(finding.serious for finding in self._findings)

    @property
    def outage(self) -> bool:
        """Whether something went wrong that the workflow's author cannot fix."""
        return self._outage is not None

    @property
    def warnings(self) -> list[Finding]:
        """What is only unwise."""
        return [finding for finding in self._findings if not finding.serious]

    def raise_if_any(self) -> None:
        """Raise what was gathered: an only error as it is, else one with all that is wrong.

        What Replicate did is raised as such, with the findings beside it.
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
            count = "1 problem" if len(serious) == 1 else f"{len(serious)} problems"
            what = f"{count}. Nothing was created, uploaded or paid"
            raise InputError(what, findings=serious)


def _as_finding(subject: str, error: ActionError) -> Finding:
    what = error.what + (f" ({'; '.join(error.details)})" if error.details else "")
    link = f"See {error.link}" if error.link else ""
    return Finding(subject, f"{what}. {error.why}".strip(), f"{error.fix} {link}".strip())
