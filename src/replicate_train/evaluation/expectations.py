"""Judging an answer: whether what was expected came true, and if not, why. Pure."""

import json
from collections.abc import Sequence
from typing import TypeGuard

from replicate_train.evaluation.media_types import UNKNOWN, fits
from replicate_train.evaluation.model import (
    NOT_STARTED,
    SUCCEEDS,
    TIMED_OUT,
    Answer,
    Check,
    Contains,
    Equals,
    Evaluation,
    Expectation,
    Matches,
    MaxSeconds,
    MediaType,
    MinOutputs,
    OutputFile,
    ValueAt,
)
from replicate_train.evaluation.shortened import shortened
from replicate_train.runner.text import quoted
from replicate_train.trainer.patterns import matches

_MAX_TEXT = 10_000_000  # characters of an output that are searched
_MAX_SHOWN = 120  # characters of an output that a check repeats


def judged(evaluation: Evaluation, answer: Answer) -> tuple[Check, ...]:
    """Return the checks of an evaluation; the only one is that it succeeds where that failed."""
    if not answer.succeeded:
        return (Check(SUCCEEDS, held=False, why=ending(answer)),)
    if not evaluation.expectations:
        return (Check(SUCCEEDS, held=True),)
    return tuple(judge(one, answer) for one in evaluation.expectations)


def judge(expectation: Expectation, answer: Answer) -> Check:
    """Return whether an expectation holds for an answer, and if not, why."""
    why = _why_not(expectation, answer) if answer.succeeded else ending(answer)
    return Check(expectation.text, not why, why)


def ending(answer: Answer) -> str:
    """Return how a prediction that did not succeed ended."""
    begin = {
        NOT_STARTED: "the prediction could not be started",
        TIMED_OUT: "the prediction timed out",
        "canceled": "the prediction was cancelled on Replicate",
        "aborted": "the prediction was cancelled on Replicate before it ran",
    }.get(answer.status, "the prediction failed")
    return f"{begin}: {answer.error}" if answer.error else begin


def text_of(output: object) -> str:
    """Return an output as text: a list of strings is joined, anything else is JSON.

    A streaming language model returns its text as a list of strings.
    """
    if output is None or isinstance(output, str):
        return output or ""
    if _is_streamed(output):
        return "".join(output)
    try:
        return json.dumps(output, ensure_ascii=False)
    except RecursionError:
        return json.dumps(shortened(output, _MAX_TEXT)[0], ensure_ascii=False)


def same(expected: object, found: object) -> bool:
    """Tell whether two JSON values are equal: 1 and 1.0 are, 1 and true are not."""
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(same, expected, found))
    if isinstance(expected, dict) and isinstance(found, dict):
        return expected.keys() == found.keys() and all(
            same(value, found[name]) for name, value in expected.items()
        )
    if isinstance(expected, (list, dict)) or isinstance(found, (list, dict)):
        return False
    return isinstance(expected, bool) == isinstance(found, bool) and expected == found


def _why_not(expectation: Expectation, answer: Answer) -> str:
    """Return why an expectation does not hold; empty where it does."""
    output = answer.output
    match expectation:
        case Contains() | Matches() | Equals():
            why = "" if _holds(expectation, output) else _is(output)
        case ValueAt():
            why = _value_at(expectation, output)
        case MinOutputs():
            count = _count(output)
            why = "" if count >= expectation.count else f"there are {count:,}"
        case MediaType():
            why = _media_type(expectation, answer.files)
        case MaxSeconds():
            why = _seconds(expectation, answer.seconds)
    return why


def _holds(expectation: Contains | Matches | Equals, output: object) -> bool:
    if isinstance(expectation, Contains):
        return expectation.part in text_of(output)[:_MAX_TEXT]
    if isinstance(expectation, Matches):
        return matches(expectation.pattern, text_of(output)[:_MAX_TEXT])
    joined = isinstance(expectation.value, str) and _is_streamed(output)
    return same(expectation.value, text_of(output) if joined else output)


def _is_streamed(output: object) -> TypeGuard[list[str]]:
    return isinstance(output, list) and all(isinstance(one, str) for one in output)


def _value_at(expectation: ValueAt, output: object) -> str:
    try:
        found = expectation.path.value_in(output)
    except LookupError:
        return f"there is no value at this path: {_is(output)}"
    return "" if same(expectation.value, found) else f"the value is {_shown(found)}"


def _count(output: object) -> int:
    if isinstance(output, list):
        return sum(one is not None for one in output)
    return 0 if output is None else 1


def _media_type(expectation: MediaType, files: Sequence[OutputFile]) -> str:
    for number, file in enumerate(files, 1):
        called = "the file" if len(files) == 1 else f"file {number}"
        if not file.media_type:
            return f"{called} {file.problem}"
        if not fits(file.media_type, expectation.pattern):
            known = file.media_type != UNKNOWN
            return f"{called} is " + (quoted(file.media_type) if known else "of an unknown type")
    return "" if files else "the output has no files"


def _seconds(expectation: MaxSeconds, seconds: float | None) -> str:
    if seconds is None:
        return "Replicate did not report how long the model ran"
    return "" if seconds <= expectation.seconds else f"the model ran for {seconds:.3g} s"


def _is(output: object) -> str:
    return f"the output is {_shown(output)}"


def _shown(value: object) -> str:
    text = text_of(shortened(value, 4 * _MAX_SHOWN)[0]) if value is not None else "null"
    return quoted(text, _MAX_SHOWN) if text.strip() else "an empty string"
