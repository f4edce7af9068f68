"""An error for the user: annotations on the run's page, and Markdown for the job summary. Pure."""

from collections.abc import Iterator, Sequence

from replicate_train.diagnostics.errors import ActionError, InputError, TrainingEnded
from replicate_train.diagnostics.finding import Finding
from replicate_train.report.markdown import listed, literal, sentence, table
from replicate_train.runner.commands import MAX_ANNOTATIONS

_DETAIL_LINES = 20  # of an error's details in the annotation
_TABLE_BYTES = 150_000  # of a table of findings
_LINE_CHARS = 500  # of an error's detail in the summary


def annotations(error: ActionError) -> Iterator[tuple[str, str, Finding | None]]:
    """Yield an error as annotations: title, text, and the place it belongs to.

    Findings have one each, as far as GitHub shows them, and the rest is counted. An error that is
    more than its findings comes first.
    """
    findings, own = error.findings, not (error.findings and isinstance(error, InputError))
    if own:
        yield error.title, annotation(error), None
    title, room = InputError.title, MAX_ANNOTATIONS - own
    fit = findings if len(findings) <= room else findings[: room - 1]
    for finding in fit:
        yield title, finding_line(finding), finding
    if left := len(findings) - len(fit):
        yield title, f"{left:,} more problems. The job summary lists all of them.", None


def annotation(error: ActionError) -> str:
    """Return an error as the text of one annotation: what, why, how to fix it."""
    shown = error.details[:_DETAIL_LINES]
    left = len(error.details) - len(shown)
    parts = [
        sentence(error.what) if not shown else f"{error.what.rstrip('.')}:",
        *(f"  - {line}" for line in shown),
        *([f"  - and {left} more in the job summary"] if left else []),
        sentence(error.why),
        sentence(error.fix),
        f"See {error.link}" if error.link else "",
    ]
    return "\n".join(part for part in parts if part)


def finding_line(finding: Finding) -> str:
    """Return a finding as one line or two: the input and its line, the problem, how to fix it."""
    line = f", {finding.place}" if finding.line and not finding.file else ""
    what = sentence(f"{finding.subject}{line}: {finding.what}")
    return "\n".join(part for part in (what, finding.fix) if part)


def findings_table(findings: Sequence[Finding]) -> str:
    """Return findings as a Markdown table."""
    rows = ((one.subject, one.place, one.what, one.fix) for one in findings)
    return table(("input", "place", "problem", "fix"), rows, _TABLE_BYTES)


def warnings_table(findings: Sequence[Finding]) -> str:
    """Return findings that do not end the step, with a heading; empty where there are none."""
    return f"#### ⚠️ Warnings\n\n{findings_table(findings)}" if findings else ""


def error_body(error: ActionError) -> str:
    """Return the long form of an error, without its title; that a training ended is said before."""
    parts = [
        "" if isinstance(error, TrainingEnded) else literal(sentence(error.what)),
        listed(error.details, lambda line: literal(line, most=_LINE_CHARS)),
        findings_table(error.findings) if error.findings else "",
        f"**Why:** {literal(sentence(error.why))}" if error.why else "",
        f"**Fix:** {literal(sentence(error.fix))}" if error.fix else "",
        f"**Who can fix it:** {error.who}" if error.who else "",
        f"**See:** {literal(error.link)}" if error.link else "",
    ]
    return "\n\n".join(part for part in parts if part)


def defect(error: BaseException) -> ActionError:
    """Return an unexpected exception as an error that asks for a report."""
    wrapped = ActionError(
        f"Unexpected {type(error).__name__}: {error}",
        why="This is a bug of this action, not of your workflow.",
        fix="Please report it, with the log of a run with step debugging (ACTIONS_STEP_DEBUG).",
        title="Bug in this action",
    )
    wrapped.__cause__ = error
    return wrapped
