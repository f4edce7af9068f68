"""The error of a step whose new version is not as the workflow expects. Pure."""

from collections.abc import Iterator, Sequence

from replicate_train.diagnostics.errors import EvaluationFailed
from replicate_train.diagnostics.finding import Finding
from replicate_train.evaluation.model import SUCCEEDS, Outcome
from replicate_train.runner.text import cut, quoted

_MAX_LINE_CHARS = 500


def failure(outcomes: Sequence[Outcome], version_page: str) -> EvaluationFailed | None:
    """Return the error that names each expectation that did not hold, None where all held."""
    failed = [one for one in outcomes if not one.held]
    if not failed:
        return None
    count = f"{len(failed)} of {len(outcomes)} evaluations failed"
    return EvaluationFailed(
        count if len(outcomes) > 1 else "The evaluation failed",
        details=[line for one in failed for line in failed_checks(one)],
        fix="The version was made and stays on its page. Change the training and train again, or "
        "correct what `evaluation` expects.",
        link=version_page,
    )


def refused(findings: Sequence[Finding], version_page: str) -> EvaluationFailed:
    """Return the error of evaluations whose inputs the new version does not accept."""
    return EvaluationFailed(
        "The new version does not accept the input of an evaluation. No evaluation was run",
        fix="The version was made and stays on its page. Correct `evaluation`, and evaluate it "
        "with `mode: wait` and the training's id.",
        findings=findings,
        link=version_page,
    )


def failed_checks(outcome: Outcome) -> Iterator[str]:
    """Yield a line for each expectation that did not hold: what was expected, and what came."""
    name = quoted(outcome.evaluation.name)
    for check in outcome.checks:
        if not check.held:
            expected = "" if check.text == SUCCEEDS else f" ({check.text})"
            yield cut(f"{name}{expected}: {check.why}", _MAX_LINE_CHARS)
