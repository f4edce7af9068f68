"""A trainer's inputs against its schema: every value that is meant, and all that is wrong."""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from replicate_train.findings import Finding
from replicate_train.plain_text import shown
from replicate_train.trainer_input.fields import is_secret
from replicate_train.trainer_input.meaning import Misfit, NotGiven, meant
from replicate_train.trainer_input.plain_schema import Schema
from replicate_train.trainer_input.violations import violations
from replicate_train.trainer_input.yaml_nodes import YamlProblem
from replicate_train.trainer_input.yaml_text import Written

_SHOWN = 60  # characters of a value that a finding repeats
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


@dataclass
class Checked:
    """The values to send, in the trainer's order, and what is wrong with the others."""

    values: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


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
    checked = Checked()
    for name, one in given.items():
        if name not in fields:
            checked.findings.append(_finding(one, name, *_unknown(name, fields)))
            continue
        try:
            value = meant(one.written, fields[name])
        except NotGiven:
            continue
        except (Misfit, YamlProblem) as error:
            said = error.words if isinstance(error, YamlProblem) else str(error)
            checked.findings.append(_finding(one, name, said))
            continue
        problems = [(said, "") for said in violations(value, fields[name])]
        if any(token and token in str(value) for token in tokens):
            problems = [("holds a token of this step", _NO_PLACE)]
        elif not is_secret(fields[name]) and _LIKE_A_TOKEN.search(str(value)):
            problems = [("holds what looks like a token", _NO_PLACE)]
        checked.findings += [_finding(one, name, *problem) for problem in problems]
        checked.values[name] = value
    order = list(fields)
    checked.values = dict(sorted(checked.values.items(), key=lambda item: order.index(item[0])))
    checked.findings += _missing(checked.values, given, fields, required, filled)
    return checked


def described(value: object, schema: Mapping[str, Any]) -> str:
    """Return a value as people may see it: a secret is not shown."""
    if is_secret(schema):
        return "***"
    return shown(str(value), _SHOWN)


def _missing(
    values: Mapping[str, Any],
    given: Mapping[str, Given],
    fields: Mapping[str, Schema],
    required: Collection[str],
    filled: Collection[str],
) -> Iterator[Finding]:
    for name in required:
        if name in values or name in filled or (name in given and name not in fields):
            continue
        if name in given and fields[name].get("type") != "string":
            continue  # it is there, and wrong: that is told already
        about = shown(str(fields.get(name, {}).get("description", "")), 200)
        yield Finding(
            "training-input",
            f"{name} is required by the trainer, and is not given",
            mend=f"It is: {about}" if about else "",
        )


def _unknown(name: str, fields: Mapping[str, Schema]) -> tuple[str, str]:
    near = difflib.get_close_matches(name, fields, 1)
    said = "is no input of the trainer" + (f"; did you mean {near[0]}?" if near else "")
    names = ", ".join(list(fields)[:_LISTED]) + (", ..." if len(fields) > _LISTED else "")
    return said, "" if near else f"It takes: {names}"


def _finding(one: Given, name: str, said: str, mend: str = "") -> Finding:
    place = "" if one.file else f" (line {one.written.line})"
    line, column = (one.written.line, one.written.column) if one.file else (0, 0)
    what = f"{shown(name, _SHOWN)}{place}: {said}"
    return Finding(one.subject, what, mend, one.file, line, column)
