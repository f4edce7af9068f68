"""The key `expect` of an evaluation read: one reader for each expectation. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from replicate_train.diagnostics.suggestion import nearest
from replicate_train.evaluation.json_path import JsonPath
from replicate_train.evaluation.media_types import KNOWN
from replicate_train.evaluation.model import (
    Contains,
    Equals,
    Expectation,
    Matches,
    MaxSeconds,
    MediaType,
    MinOutputs,
    ValueAt,
)
from replicate_train.runner.text import quoted
from replicate_train.trainer.patterns import problem
from replicate_train.trainer.yaml_nodes import YamlProblem
from replicate_train.trainer.yaml_text import Entries, Items, Scalar, Written
from replicate_train.trainer.yaml_values import number, plain

_MAX_EXPECTATIONS = 100  # of one evaluation
_GROUPS = frozenset(kind.partition("/")[0] for kind in KNOWN)
_MEDIA_TYPE = re.compile(r"[a-z]+/(\*|[a-z0-9.+-]+)")
_MAX_LISTED = 60  # characters of a value that a message repeats


class ValueProblem(ValueError):
    """What is wrong with something that was written, in `words`, and how to `fix` it."""

    def __init__(self, words: str, written: Written, fix: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.written = written
        self.fix = fix


def expectations(written: Written) -> tuple[list[Expectation], list[ValueProblem]]:
    """Return what an evaluation expects, and what is wrong with the rest."""
    found: list[Expectation] = []
    wrong: list[ValueProblem] = []
    if not isinstance(written, Entries):
        example = "Name an expectation, such as `expect: {contains: hello}`."
        return found, [ValueProblem("`expect` must be a mapping", written, example)]
    for key, value in written.entries.items():
        try:
            found += _reader(key, value)(value)
        except ValueProblem as error:
            wrong.append(error)
        except YamlProblem as error:
            wrong.append(ValueProblem(f"`{key}`: {error.words}", value, error.fix))
    if len(found) > _MAX_EXPECTATIONS:
        words = f"`expect` has {len(found):,} expectations (maximum {_MAX_EXPECTATIONS})"
        return [], [*wrong, ValueProblem(words, written, "Use fewer expectations.")]
    return found, wrong


def scalar_text(written: Written, called: str) -> str:
    """Return a text that is not empty, whatever type YAML gives it. Raises `ValueProblem`."""
    if not isinstance(written, Scalar) or written.kind == "null":
        raise ValueProblem(f"{called} must be a string", written)
    if not written.text:
        raise ValueProblem(f"{called} must not be empty", written)
    return written.text


def _reader(key: str, value: Written) -> Callable[[Written], Iterable[Expectation]]:
    if key in _READERS:
        return _READERS[key]
    near = nearest(key, _READERS)
    fix = f"Did you mean `{near}`?" if near else f"Available: {', '.join(map(quoted, _READERS))}"
    raise ValueProblem(f"unknown expectation {quoted(key)}", value, fix)


def _contains(written: Written) -> Iterator[Contains]:
    parts = written.items if isinstance(written, Items) else (written,)
    if not parts:
        raise ValueProblem("`contains` must not be empty", written)
    for part in parts:
        yield Contains(scalar_text(part, "`contains`"))


def _matches(written: Written) -> Iterator[Matches]:
    pattern = scalar_text(written, "`matches`")
    if reason := problem(pattern):
        named = quoted(pattern, _MAX_LISTED)
        fix = "Use the syntax of Rust's regex, in single quotes: https://docs.rs/regex/#syntax"
        raise ValueProblem(f"`matches`: {named} is not a valid pattern: {reason}", written, fix)
    yield Matches(pattern)


def _equals(written: Written) -> Iterator[Equals]:
    yield Equals(plain(written))


def _json_path(written: Written) -> Iterator[ValueAt]:
    if not isinstance(written, Entries) or not written.entries:
        fix = "Write each path and its value on a line of its own, such as `$.labels[0].name: cat`."
        raise ValueProblem("`json-path` must be a mapping of paths to values", written, fix)
    for text, value in written.entries.items():
        try:
            path = JsonPath.parse(text)
        except ValueError as error:
            fix = "Use keys and indexes only, such as `$.labels[0].name` or `$['a key'][-1]`."
            words = f"`json-path`: {quoted(text, _MAX_LISTED)} {error}"
            raise ValueProblem(words, value, fix) from None
        yield ValueAt(path, plain(value))


def _min_outputs(written: Written) -> Iterator[MinOutputs]:
    count = number(written.text) if isinstance(written, Scalar) else None
    if not isinstance(count, int) or count < 1:
        raise ValueProblem("`min-outputs` must be an integer of at least 1", written)
    yield MinOutputs(count)


def _media_type(written: Written) -> Iterator[MediaType]:
    pattern = scalar_text(written, "`media-type`").lower()
    group, _, name = pattern.partition("/")
    if not _MEDIA_TYPE.fullmatch(pattern):
        fix = "Write it as `image/png`, or `image/*` for any image."
        raise ValueProblem(f"`media-type`: {quoted(pattern)} is not a media type", written, fix)
    if pattern not in KNOWN and not (name == "*" and group in _GROUPS):
        choices = {*KNOWN, *(f"{one}/*" for one in _GROUPS)}
        same = sorted(one for one in choices if one.startswith(f"{group}/")) or sorted(choices)
        near = nearest(pattern, same)
        fix = f"Did you mean `{near}`?" if near else f"Available: {', '.join(same)}"
        words = f"`media-type`: {quoted(pattern)} cannot be recognized by a file's content"
        raise ValueProblem(words, written, fix)
    yield MediaType(pattern)


def _max_seconds(written: Written) -> Iterator[MaxSeconds]:
    seconds = number(written.text) if isinstance(written, Scalar) else None
    if seconds is None or seconds <= 0:
        raise ValueProblem("`max-seconds` must be a number of seconds above 0", written)
    yield MaxSeconds(float(seconds))


_READERS: Mapping[str, Callable[[Written], Iterable[Expectation]]] = {
    "contains": _contains,
    "matches": _matches,
    "equals": _equals,
    "json-path": _json_path,
    "min-outputs": _min_outputs,
    "media-type": _media_type,
    "max-seconds": _max_seconds,
}
