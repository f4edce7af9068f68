"""The input `evaluation` read: evaluations, and a finding for each thing that is wrong. Pure."""

from collections.abc import Collection, Iterator, Mapping

from replicate_train.diagnostics.finding import Finding
from replicate_train.diagnostics.suggestion import nearest
from replicate_train.evaluation.model import TIMEOUT, Evaluation, Expectation
from replicate_train.evaluation.read_expect import ValueProblem, expectations, scalar_text
from replicate_train.inputs.parsers import duration
from replicate_train.runner.redaction import SHORTEST
from replicate_train.runner.text import quoted
from replicate_train.trainer.yaml_nodes import YamlProblem
from replicate_train.trainer.yaml_text import (
    Entries,
    Items,
    Scalar,
    Written,
    read_written,
    texts_of,
)
from replicate_train.trainer.yaml_values import plain

SUBJECT = "evaluation"
MAX_ITEMS = 50
_MAX_NAME_CHARS = 100
_KEYS = ("input", "name", "expect", "timeout")
_EXAMPLE = "Start each item with `- input:`."

Read = tuple[tuple[Evaluation, ...], tuple[Finding, ...]]


def read(text: str, tokens: Collection[str] = ()) -> Read:
    """Return the evaluations of a YAML list, and what is wrong with the others.

    `tokens` are secrets of the step, which must not be sent to a model. An empty text has no
    evaluations. No finding repeats a value of an `input`.
    """
    try:
        written = read_written(text)
    except YamlProblem as error:
        return (), (_yaml(error),)
    if written is None:
        return (), ()
    if not isinstance(written, Items):
        kind = "mapping" if isinstance(written, Entries) else "string"
        return (), (_at(written, f"must be a list, not a {kind}", _EXAMPLE),)
    if not written.items:
        return (), (_at(written, "empty list", _EXAMPLE),)
    if len(written.items) > MAX_ITEMS:
        what = f"{len(written.items):,} items (maximum {MAX_ITEMS})"
        return (), (_at(written, what, "Use fewer evaluations."),)
    found: dict[str, Evaluation] = {}
    findings: list[Finding] = []
    for number, item in enumerate(written.items, 1):
        evaluation, wrong = _item(item, number, tokens)
        findings += wrong
        if evaluation.name in found:
            earlier = found[evaluation.name].line
            what = f"the name {quoted(evaluation.name)} is used twice, first in line {earlier}"
            findings.append(_at(item, what, "Give each evaluation a name of its own."))
        found[evaluation.name] = evaluation
    return (() if findings else tuple(found.values())), tuple(findings)


def _item(item: Written, number: int, tokens: Collection[str]) -> tuple[Evaluation, list[Finding]]:
    """Return an item as far as it could be read, and what is wrong with it."""
    name = f"evaluation {number}"
    if not isinstance(item, Entries):
        fix = "Write it as `input:` with the inputs of the prediction below."
        return Evaluation(name, {}), [_at(item, f"item {number} must be a mapping", fix)]
    reader = _Item(name, item.entries)
    evaluation = reader.evaluation(item.line)
    if any(_has_token(text, tokens) for text in texts_of(item)):
        fix = "Remove it: a model's inputs are shown on the prediction's page."
        reader.findings.append(_at(item, f"{quoted(name)} contains a token of this step", fix))
    return evaluation, reader.findings


class _Item:
    """Reads the keys of one item; what is wrong is noted in `findings`."""

    def __init__(self, name: str, entries: Mapping[str, Written]) -> None:
        self._name = name
        self._entries = entries
        self.findings: list[Finding] = list(_unknown_keys(entries))

    def evaluation(self, line: int) -> Evaluation:
        """Return the evaluation, with a default for each value that is not valid."""
        name, timeout = self._name, TIMEOUT
        expected: list[Expectation] = []
        values: dict[str, object] = {}
        given = self._entries.get("input")
        if not isinstance(given, Entries):
            found = "is not a mapping" if given and not _is_null(given) else "is required"
            fix = "Give the inputs of the prediction, `input: {}` for none."
            self.findings.append(Finding(SUBJECT, f"`input` {found}", fix, line=line))
            given = Entries({}, line, 0)
        for key, written in self._entries.items():
            try:
                if key == "input":
                    values = {one: plain(part) for one, part in given.entries.items()}
                elif _is_null(written):
                    continue
                elif key == "name":
                    name = _named(written)
                elif key == "timeout":
                    timeout = _seconds(written)
                elif key == "expect":
                    expected, wrong = expectations(written)
                    self.findings += [_problem(one) for one in wrong]
            except ValueProblem as error:
                self.findings.append(_problem(error))
            except YamlProblem as error:
                self.findings.append(_yaml(error))
        return Evaluation(name, values, tuple(expected), timeout, given.entries, line)


def _named(written: Written) -> str:
    text = scalar_text(written, "`name`")
    if not text.isprintable() or len(text) > _MAX_NAME_CHARS:
        words = f"`name` must be one line of at most {_MAX_NAME_CHARS} characters"
        raise ValueProblem(words, written)
    return text


def _seconds(written: Written) -> float:
    text = scalar_text(written, "`timeout`")
    try:
        return duration(text)
    except ValueError as error:
        raise ValueProblem(f"`timeout` {error}", written) from None


def _unknown_keys(entries: Mapping[str, Written]) -> Iterator[Finding]:
    for key, written in entries.items():
        if key not in _KEYS:
            near = nearest(key, _KEYS)
            named = ", ".join(f"`{one}`" for one in _KEYS)
            fix = f"Did you mean `{near}`?" if near else f"Available: {named}"
            yield _at(written, f"unknown key {quoted(key)}", fix)


def _has_token(text: str, tokens: Collection[str]) -> bool:
    return any(len(token) >= SHORTEST and token in text for token in tokens)


def _is_null(written: Written) -> bool:
    return isinstance(written, Scalar) and written.kind == "null"


def _problem(error: ValueProblem) -> Finding:
    return _at(error.written, error.words, error.fix)


def _at(written: Written, what: str, fix: str) -> Finding:
    return Finding(SUBJECT, what, fix, line=written.line)


def _yaml(error: YamlProblem) -> Finding:
    return Finding(SUBJECT, error.words, error.fix, line=error.line, column=error.column)
