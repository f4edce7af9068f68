"""The summary of a run that has a version."""

from replicate_train.report.chart import charts
from replicate_train.report.error import warnings_table
from replicate_train.report.record import Record
from replicate_train.report.summary import headline
from replicate_train.report.summary.comparison import comparison
from replicate_train.report.summary.details import more
from replicate_train.report.summary.document import Part, document
from replicate_train.report.summary.evaluations import evaluations
from replicate_train.report.summary.publication import publication
from replicate_train.report.summary.usage import usage

EVALUATIONS = "the evaluations"


def success(record: Record) -> str:
    """Return the summary of a version that was made, or reused."""
    return document(
        [
            Part("the verdict", headline.success(record), 9),
            *version_parts(record),
            Part("the warnings", warnings_table(record.warnings), 2),
        ]
    )


def version_parts(record: Record) -> list[Part]:
    """Return what there is to say of a version: its curve, its answers, how to use it."""
    return [
        Part("the curves", "\n\n".join(charts(record.metrics)), 4),
        Part("the comparison", comparison(record), 7),
        Part(EVALUATIONS, evaluations(record.outcomes, record.inputs.evaluation_files), 6),
        Part("the deployment", publication(record), 8),
        Part("how to use it", usage(record), 5),
        Part("inputs and times", more(record), 3),
    ]
