"""Evaluations checked against the inputs that a version declares. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from replicate_train.diagnostics.finding import Finding
from replicate_train.evaluation.model import Evaluation
from replicate_train.evaluation.read import SUBJECT
from replicate_train.replicate.schemas import Version
from replicate_train.runner.text import quoted
from replicate_train.trainer.fields import fields_of, is_secret, required_of
from replicate_train.trainer.given import Given
from replicate_train.trainer.schema import Schema
from replicate_train.trainer.validate import Wording, check

_WORDING = Wording(SUBJECT, "model", "prediction")


def check_inputs(
    evaluations: Sequence[Evaluation], version: Version, tokens: Collection[str] = ()
) -> tuple[tuple[Evaluation, ...], tuple[Finding, ...]]:
    """Return the evaluations with the types of a version's inputs, and what it would refuse.

    The inputs that the version calls secret are noted in the evaluations. Without a schema, nothing
    is checked and nothing changes.
    """
    schema = version.schemas.get("Input")
    if not isinstance(schema, dict):
        return tuple(evaluations), ()
    fields, required = fields_of(schema, version.schemas), required_of(schema)
    secret = frozenset(name for name, field in fields.items() if is_secret(field))
    found: list[Evaluation] = []
    findings: list[Finding] = []
    for one in evaluations:
        values, wrong = _checked(one, fields, required, tokens)
        findings += wrong
        found.append(replace(one, input=values, secret_inputs=secret))
    return tuple(found), tuple(findings)


def _checked(
    evaluation: Evaluation,
    fields: dict[str, Schema],
    required: Collection[str],
    tokens: Collection[str],
) -> tuple[dict[str, object], list[Finding]]:
    given = {name: Given(written, SUBJECT) for name, written in evaluation.written.items()}
    checked = check(given, fields, required, tokens=tokens, wording=_WORDING)
    named = quoted(evaluation.name)
    wrong = [
        replace(one, what=f"{named}: {one.what}", line=one.line or evaluation.line)
        for one in checked.findings
    ]
    return dict(checked.values), wrong
