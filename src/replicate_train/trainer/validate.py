"""A trainer's inputs against its schema: every value that is meant, and all that is wrong."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from replicate_train.diagnostics.finding import Finding
from replicate_train.diagnostics.suggestion import nearest
from replicate_train.runner.redaction import SHORTEST
from replicate_train.runner.text import as_text, shown
from replicate_train.trainer.coerce import CoercionError, NotGiven, coerce
from replicate_train.trainer.fields import is_secret
from replicate_train.trainer.schema import Schema
from replicate_train.trainer.schema_errors import violations
from replicate_train.trainer.yaml_nodes import YamlProblem
from replicate_train.trainer.yaml_text import Written

_SHOWN = 60  # characters of a value that a finding repeats
_GUESSED = 50  # findings up to which a wrong name's right one is looked for
_LISTED = 12  # names that a finding lists
_NO_PLACE = "A trainer's inputs are shown on the training's page: they are no place for it."
# Replicate's and GitHub's, by how they begin.
_LIKE_A_TOKEN = re.compile(r"\b(r8_[A-Za-z0-9]{37}|gh[opsur]_[A-Za-z0-9]{36}|github_pat_\w{22})")


@dataclass(frozen=True)
class Given:
    """An input as it is given: `subject` is the action's input, `file` its file, if any."""

    written: Written
    subject: str
    file: str = ""


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
) -> Checked:
    """Return the values that are meant, and findings for all that the trainer would not take.

    `filled` are inputs that are given otherwise (the dataset), `tokens` are secrets that belong
    into no training's input.
    """
    values: dict[str, Any] = {}
    findings: list[Finding] = []
    for name, one in given.items():
        if name not in fields:
            guess = len(findings) < _GUESSED
            findings.append(_finding(one, name, *_unknown(name, fields, guess=guess)))
            continue
        try:
            values[name] = coerce(one.written, fields[name])
        except NotGiven:
            continue
        except (CoercionError, YamlProblem) as error:
            problems = [(_misfit(error, secret=is_secret(fields[name])), "")]
        else:
            problems = list(_problems(values[name], fields[name], tokens))
        findings += [_finding(one, name, *problem) for problem in problems]
        filled = {*filled, name}
    findings += _missing(set(required) - set(filled), given, fields)
    return Checked({name: values[name] for name in fields if name in values}, findings)


def _misfit(error: CoercionError | YamlProblem, *, secret: bool) -> str:
    if isinstance(error, YamlProblem):
        return error.words
    if secret or not error.given or _LIKE_A_TOKEN.search(error.given):
        return str(error)
    return f"{error}, and is {shown(error.given, _SHOWN)!r}"


def _problems(
    value: object, field: Mapping[str, Any], tokens: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a value, and how to fix it."""
    if any(len(token) >= SHORTEST and token in str(value) for token in tokens):
        yield "holds a token of this step", _NO_PLACE
    elif not is_secret(field) and _LIKE_A_TOKEN.search(str(value)):
        yield "holds what looks like a token", _NO_PLACE
    else:
        yield from ((said, "") for said in violations(value, field))


def described(value: object, schema: Mapping[str, Any]) -> str:
    """Return a value as people may see it: a secret is not shown, nor an address's signature."""
    if is_secret(schema):
        return "***"
    return shown(as_text(value), _SHOWN)


def _missing(
    names: Collection[str], given: Mapping[str, Given], fields: Mapping[str, Schema]
) -> Iterator[Finding]:
    for name in sorted(names):
        about = shown(str(fields.get(name, {}).get("description", "")), 200)
        fix = f"Its description: {about}" if about else ""
        if name in given:
            yield _finding(given[name], name, "is required by the trainer, and is empty", fix)
        else:
            said = f"{name} is required by the trainer, and is not given"
            if fields.get(name, {}).get("format") == "uri":
                fix = f"Give dataset, which fills it. {fix}".strip()
            yield Finding("training-input", said, fix)


def _unknown(name: str, fields: Mapping[str, Schema], *, guess: bool) -> tuple[str, str]:
    if near := nearest(name, fields) if guess else "":
        return f"is no input of the trainer; did you mean {near}?", ""
    names = ", ".join(shown(one, _SHOWN) for one in list(fields)[:_LISTED])
    more = ", ..." if len(fields) > _LISTED else ""
    return "is no input of the trainer", f"It takes: {names}{more}" if names else "It takes none."


def _finding(one: Given, name: str, said: str, fix: str = "") -> Finding:
    place = "" if one.file else f" (line {one.written.line})"
    line, column = (one.written.line, one.written.column) if one.file else (0, 0)
    what = f"{shown(name, _SHOWN)}{place}: {said}"
    return Finding(one.subject, what, fix, one.file, line, column)
