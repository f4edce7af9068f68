"""The summary of a run without a version, or with one that did not hold."""

from replicate_train.diagnostics.errors import ActionError
from replicate_train.github.action_readme import anchor
from replicate_train.report.chart import charts
from replicate_train.report.error import error_body, warnings_table
from replicate_train.report.markdown import code_block, details, literal
from replicate_train.report.record import Record
from replicate_train.report.summary import headline
from replicate_train.report.summary.details import more
from replicate_train.report.summary.document import Part, document
from replicate_train.report.summary.success import EVALUATIONS, version_parts
from replicate_train.runner.text import cut, printable
from replicate_train.training.log_tail import log_tail

_LINES = 30  # of the training's log
_MAX_CHARS = 1000  # of a line


def failure(record: Record, error: ActionError) -> str:
    """Return the summary of a run that ended with an error: what, whose fault, why, the fix."""
    parts = [
        Part("the error", f"### ❌ {literal(error.title)}", 9),
        Part("the training", headline.failure(record), 8),
        Part("the cause and the fix", error_body(error), 8),
        Part("help", _help(record, error), 2),
    ]
    if record.made:
        parts += sorted(version_parts(record), key=lambda part: part.name != EVALUATIONS)
    elif record.training:
        parts += [
            Part("the end of the log", _log(record), 7),
            Part("the curves", "\n\n".join(charts(record.metrics)), 4),
            Part("inputs and times", more(record), 3),
        ]
    return document([*parts, Part("the warnings", warnings_table(record.warnings), 2)])


def _help(record: Record, error: ActionError) -> str:
    """Return the link to the error's row in the README; empty where its address is not known."""
    url = f"{record.help}#{anchor(error.title)}"
    return f"**Help:** [{literal(error.title)}]({url})" if record.help else ""


def _log(record: Record) -> str:
    """Return the last lines of the training's log, which name most causes."""
    lines = log_tail((record.training.logs or "") if record.training else "", _LINES)
    if not lines:
        return ""
    text = "\n".join(cut(printable(line), _MAX_CHARS) for line in lines)
    return details("The last lines of the training's log", code_block(text))
