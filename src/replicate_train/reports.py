"""How things are told: an error as an annotation and in the summary, a success as a summary.

Pure: errors and facts in, text out. Foreign text is quoted so that Markdown and HTML in it show
as what they are.
"""

import html
from collections.abc import Mapping

from replicate_train.errors import ActionError

_DETAILS = 20  # lines of an error's details in the annotation


def annotation(error: ActionError) -> str:
    """Return an error as the text of one annotation: what, why, how to mend it."""
    shown = error.details[:_DETAILS]
    left = len(error.details) - len(shown)
    parts = [
        _sentence(error.what) if not shown else f"{error.what.rstrip('.')}:",
        *(f"  - {line}" for line in shown),
        *([f"  - and {left} more, in the job summary"] if left else []),
        _sentence(error.why),
        _sentence(error.mend),
        f"See {error.link}" if error.link else "",
    ]
    return "\n".join(part for part in parts if part)


def error_summary(error: ActionError) -> str:
    """Return the long form of an error, as Markdown for the job summary."""
    parts = [
        f"### ❌ {_quoted(error.title)}",
        _quoted(_sentence(error.what)),
        "\n".join(f"- {_quoted(line)}" for line in error.details),
        f"**Why:** {_quoted(error.why)}" if error.why else "",
        f"**How to mend it:** {_quoted(error.mend)}" if error.mend else "",
        f"**See:** {_quoted(error.link)}" if error.link else "",
    ]
    return "\n\n".join(part for part in parts if part)


def success_summary(title: str, facts: Mapping[str, str]) -> str:
    """Return what a step achieved, as a Markdown table of names and values."""
    rows = [f"| {name} | {_quoted(value)} |" for name, value in facts.items() if value]
    return "\n".join([f"### ✅ {title}", "", "| | |", "| --- | --- |", *rows])


def defect(error: BaseException) -> ActionError:
    """Wrap what nobody foresaw."""
    wrapped = ActionError(
        f"The action broke: {type(error).__name__}: {error}",
        why="This is a defect of the action, not of your workflow.",
        mend="Please report it, with the log of a run with step debugging.",
    )
    wrapped.title = "A defect of this action"
    wrapped.__cause__ = error
    return wrapped


def _sentence(text: str) -> str:
    return text if not text or text[-1] in ".!?:" else f"{text}."


def _quoted(text: str) -> str:
    """Return foreign text as Markdown that shows it literally, on one line."""
    escaped = html.escape(" ".join(text.split()), quote=False)
    for sign in "\\`*_[]|~":
        escaped = escaped.replace(sign, f"\\{sign}")
    return escaped.replace("@", "@<!-- -->")
