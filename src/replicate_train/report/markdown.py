"""Markdown and annotations: an error as both, a success as a summary.

Pure: errors and facts in, text out. Foreign text is quoted so that Markdown and HTML in it show
as what they are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from replicate_train.diagnostics.errors import ActionError, InputError
from replicate_train.diagnostics.finding import Finding
from replicate_train.runner.commands import MAX_ANNOTATIONS
from replicate_train.runner.text import as_markdown

_DETAIL_LINES = 20  # of an error's details in the annotation
_TABLE_ROWS = 500  # of a table of findings


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
        _sentence(error.what) if not shown else f"{error.what.rstrip('.')}:",
        *(f"  - {line}" for line in shown),
        *([f"  - and {left} more in the job summary"] if left else []),
        _sentence(error.why),
        _sentence(error.fix),
        f"See {error.link}" if error.link else "",
    ]
    return "\n".join(part for part in parts if part)


def finding_line(finding: Finding) -> str:
    """Return a finding as one line or two: the input and its line, the problem, how to fix it."""
    line = f", {finding.place}" if finding.line and not finding.file else ""
    what = _sentence(f"{finding.subject}{line}: {finding.what}")
    return "\n".join(part for part in (what, finding.fix) if part)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows of foreign text as a Markdown table; a cell may have several lines."""
    body = [f"| {' | '.join(_cell(text) for text in row)} |" for row in rows]
    rule = " | ".join("---" for _ in head)
    return "\n".join([f"| {' | '.join(head)} |", f"| {rule} |", *body])


def findings_table(findings: Sequence[Finding]) -> str:
    """Return findings as a Markdown table."""
    rows = [(one.subject, one.place, one.what, one.fix) for one in findings[:_TABLE_ROWS]]
    left = len(findings) - _TABLE_ROWS
    more = f"\n\n… and {left:,} more" if left > 0 else ""
    return table(("input", "place", "problem", "fix"), rows) + more


def warnings_summary(findings: Sequence[Finding]) -> str:
    """Return findings that do not end the step, as Markdown for the job summary."""
    return f"### ⚠️ Warnings\n\n{findings_table(findings)}"


def error_summary(error: ActionError) -> str:
    """Return the long form of an error, as Markdown for the job summary."""
    parts = [
        f"### ❌ {as_markdown(error.title)}",
        as_markdown(_sentence(error.what)),
        "\n".join(f"- {as_markdown(line)}" for line in error.details),
        findings_table(error.findings) if error.findings else "",
        f"**Why:** {as_markdown(_sentence(error.why))}" if error.why else "",
        f"**Fix:** {as_markdown(_sentence(error.fix))}" if error.fix else "",
        f"**See:** {as_markdown(error.link)}" if error.link else "",
    ]
    return "\n\n".join(part for part in parts if part)


def success_summary(title: str, facts: Mapping[str, str]) -> str:
    """Return what a step achieved, as a Markdown table of names and values."""
    rows = [(name, value) for name, value in facts.items() if value]
    return f"### ✅ {title}\n\n{table(('', ''), rows)}"


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


def _cell(text: str) -> str:
    return "<br>".join(as_markdown(line) for line in text.split("\n"))


def _sentence(text: str) -> str:
    return text if not text or text[-1] in ".!?:" else f"{text}."
