"""The given inputs checked against the trainer's schema: the values to send, and all problems."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from replicate_train.diagnostics.finding import Finding
from replicate_train.diagnostics.suggestion import nearest
from replicate_train.runner.redaction import SHORTEST
from replicate_train.runner.text import as_text, quoted, shown
from replicate_train.trainer.coerce import CoercionError, NotGiven, ValuePath, coerce
from replicate_train.trainer.fields import is_secret
from replicate_train.trainer.given import Given
from replicate_train.trainer.schema import Schema
from replicate_train.trainer.schema_errors import violations
from replicate_train.trainer.yaml_nodes import YamlProblem

_MAX_VALUE_CHARS = 60  # of a value or a name that a finding repeats
_MAX_DESCRIPTION_CHARS = 200
_MAX_SUGGESTIONS = 50  # findings for which a similar name is looked up
_MAX_LISTED_INPUTS = 12
# Replicate's and GitHub's tokens, by how they begin.
_TOKEN_PATTERN = re.compile(r"\b(r8_[A-Za-z0-9]{37}|gh[opsur]_[A-Za-z0-9]{36}|github_pat_\w{22})")


@dataclass(frozen=True)
class Wording:
    """How findings speak of what takes the inputs: `subject` is the action's input.

    `taker` is a trainer or a model, `run` is a training or a prediction.
    """

    subject: str = "training-input"
    taker: str = "trainer"
    run: str = "training"


_OF_A_TRAINER = Wording()


@dataclass(frozen=True)
class Checked:
    """The values to send, in the trainer's order, and what is wrong with the others."""

    values: Mapping[str, Any] = field(default_factory=dict)
    findings: Sequence[Finding] = ()


def check(
    given: Mapping[str, Given],
    fields: Mapping[str, Schema],
    required: Collection[str],
    *,
    filled: Collection[str] = (),
    tokens: Collection[str] = (),
    wording: Wording = _OF_A_TRAINER,
) -> Checked:
    """Return the values to send, and a finding for everything that the trainer would refuse.

    `filled` are inputs that are set otherwise (the dataset), `tokens` are secrets that belong into
    no training's input. `wording` is for the inputs of something else than a trainer.
    """
    values: dict[str, Any] = {}
    findings: list[Finding] = []
    for name, one in given.items():
        if name not in fields:
            suggest = len(findings) < _MAX_SUGGESTIONS
            findings.append(_unknown(one, name, fields, wording, suggest=suggest))
            continue
        try:
            values[name] = coerce(one.written, fields[name])
        except NotGiven:
            continue
        except CoercionError as error:
            message = _not_coerced(error, secret=is_secret(fields[name]))
            findings.append(_finding(one, f"{_located(name, error.path)} {message}"))
        except YamlProblem as error:
            findings.append(_finding(one, f"{_located(name)}: {error.words}", error.fix))
        else:
            findings += _invalid(one, name, values[name], fields[name], tokens, wording=wording)
        filled = {*filled, name}
    findings += _missing(set(required) - set(filled), given, fields, wording)
    return Checked({name: values[name] for name in fields if name in values}, findings)


def described(value: object, schema: Mapping[str, Any]) -> str:
    """Return a value as people may see it: no secret, and no signature of a URL."""
    if is_secret(schema):
        return "***"
    return shown(as_text(value), _MAX_VALUE_CHARS)


def _not_coerced(error: CoercionError, *, secret: bool) -> str:
    found = error.found
    if error.text and not secret and not _TOKEN_PATTERN.search(error.text):
        found = quoted(error.text, _MAX_VALUE_CHARS)
    return f"{error.expected}, not {found}" if found else error.expected


def _invalid(
    one: Given,
    name: str,
    value: object,
    field: Mapping[str, Any],
    tokens: Collection[str],
    *,
    wording: Wording,
) -> Iterator[Finding]:
    """Yield what is wrong with a value of the right type."""
    remove = f"Remove it: a {wording.taker}'s inputs are shown on the {wording.run}'s page."
    if any(len(token) >= SHORTEST and token in str(value) for token in tokens):
        yield _finding(one, f"{_located(name)} contains a token of this step", remove)
    elif not is_secret(field) and _TOKEN_PATTERN.search(str(value)):
        yield _finding(one, f"{_located(name)} contains what looks like a token", remove)
    else:
        for message, fix, path in violations(value, field):
            yield _finding(one, f"{_located(name, path)} {message}", fix)


def _missing(
    names: Collection[str],
    given: Mapping[str, Given],
    fields: Mapping[str, Schema],
    wording: Wording,
) -> Iterator[Finding]:
    for name in sorted(names):
        about = shown(str(fields.get(name, {}).get("description", "")), _MAX_DESCRIPTION_CHARS)
        fix = f"Its description: {about}" if about else ""
        if name in given:
            what = f"{_located(name)} is required by the {wording.taker}, but empty"
            yield _finding(given[name], what, fix)
            continue
        if wording is _OF_A_TRAINER and fields.get(name, {}).get("format") == "uri":
            fix = f"Set `dataset`. {fix}".strip()
        what = f"{_located(name)} is required by the {wording.taker}, but not given"
        yield Finding(wording.subject, what, fix)


def _unknown(
    one: Given, name: str, fields: Mapping[str, Schema], wording: Wording, *, suggest: bool
) -> Finding:
    if near := nearest(name, fields) if suggest else "":
        fix = f"Did you mean {_located(near)}?"
    elif fields:
        more = ", ..." if len(fields) > _MAX_LISTED_INPUTS else ""
        fix = f"Available: {', '.join(map(_located, list(fields)[:_MAX_LISTED_INPUTS]))}{more}"
    else:
        fix = f"The {wording.taker} has no inputs."
    return _finding(one, f"unknown input {_located(name)}", fix)


def _located(name: str, path: ValuePath = ()) -> str:
    """Return what a sentence calls a value: `steps`, or item 2 of `layers`."""
    located = quoted(name, _MAX_VALUE_CHARS)
    for part in path:
        inner = quoted(part, _MAX_VALUE_CHARS) if isinstance(part, str) else f"item {part + 1}"
        located = f"{inner} of {located}"
    return located


def _finding(one: Given, what: str, fix: str = "") -> Finding:
    line, column = one.written.line, one.written.column
    if one.file:
        what = f"{shown(one.file)}, line {line}: {what}"
    return Finding(one.subject, what, fix, one.file, line, column if one.file else 0)
