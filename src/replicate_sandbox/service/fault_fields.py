"""Reading faults from JSON."""

import re
from collections.abc import Iterator
from typing import Any

from replicate_sandbox.contract.problems import Invalid, Problem, invalid_input
from replicate_sandbox.contract.validation import check_body
from replicate_sandbox.engine.script import Script
from replicate_sandbox.service.fault import Fault
from replicate_sandbox.store.documents import Document

# What each kind of fault takes as its value.
_KINDS: dict[str, tuple[type, ...]] = {
    "answer": (dict,),  # status, body, headers
    "reset": (bool,),
    "garbage": (bool,),
    "delay": (int, float),  # seconds
    "hang": (int, float),  # seconds
    "drip": (int, float),  # seconds for the whole body
    "missing_bytes": (int,),  # by which content-length is too large
    "lag": (int, float),  # seconds by which the list of trainings lags
    "training": (dict,),
}
_COMMON = {"request": "string", "times": "integer", "takes_effect": "boolean"}
_ANSWER = {"status": "integer!", "headers": "object"}
_TRAINING = {
    "destination": "string",
    "status": "string",
    "error": "string",
    "log": "string",
    "version": "boolean",
}
_NUMBERS = ("queued", "seconds")
_HEADER = re.compile("[!-~]([ -~]*[!-~])?")
_STATUSES = {"succeeded", "failed", "canceled", "aborted"}
_LONGEST = 86_400  # seconds


def read_faults(body: object) -> list[Fault]:
    """Return the faults of a JSON list. Raises `Problem`: 400, 422."""
    if not isinstance(body, list):
        raise Problem(400, "The request body must be a JSON list of faults.", "Bad request")
    return [_read(one) for one in body]


def _read(given: object) -> Fault:
    kinds = [kind for kind in _KINDS if isinstance(given, dict) and kind in given]
    if not isinstance(given, dict) or len(kinds) != 1:
        raise _invalid("fault", f"Must be an object with one of {', '.join(_KINDS)}.")
    kind = kinds[0]
    value = given[kind]
    check_body({name: part for name, part in given.items() if name != kind}, _COMMON)
    if problems := list(_problems(kind, value, given)):
        raise invalid_input(problems)
    method, _, path = given.get("request", "").rpartition(" ")
    return Fault(
        kind=kind,
        value=value,
        method=method,
        path=path,
        times=given.get("times", 1),
        takes_effect=given.get("takes_effect", False),
        script=_script(value) if kind == "training" else None,
    )


def _problems(kind: str, value: Any, given: Document) -> Iterator[Invalid]:  # noqa: ANN401 - JSON
    if given.get("times", 1) < 1:
        yield Invalid("times", "Must be at least 1.")
    if type(value) not in _KINDS[kind]:
        yield Invalid(kind, "Has a value of another type.")
    elif kind == "answer":
        yield from _answer_problems(value)
    elif kind == "training" and value.get("status", "failed") not in _STATUSES:
        yield Invalid("training.status", f"Must be one of {', '.join(sorted(_STATUSES))}.")
    elif isinstance(value, (int, float)) and not 0 <= value <= _LONGEST:
        yield Invalid(kind, f"Must be between 0 and {_LONGEST}.")


def _answer_problems(value: Document) -> Iterator[Invalid]:
    check_body({name: part for name, part in value.items() if name != "body"}, _ANSWER)
    if not 200 <= value["status"] <= 599:  # noqa: PLR2004 - the statuses that end a request
        yield Invalid("answer.status", "Must be between 200 and 599.")
    for pair in value.get("headers", {}).items():
        if not all(isinstance(part, str) and _HEADER.fullmatch(part) for part in pair):
            yield Invalid("answer.headers", "Must hold texts in printable ASCII.")


def _script(value: Document) -> Script:
    check_body({name: part for name, part in value.items() if name not in _NUMBERS}, _TRAINING)
    numbers = {name: value.get(name, 0) for name in _NUMBERS}
    for name, number in numbers.items():
        if not isinstance(number, (int, float)) or not 0 <= number <= _LONGEST:
            raise _invalid(f"training.{name}", f"Must be a number between 0 and {_LONGEST}.")
    return Script(
        queued=float(numbers["queued"]),
        seconds=float(numbers["seconds"]),
        log=value.get("log", ""),
        status=value.get("status", ""),
        error=value.get("error"),
        makes_version=value.get("version", True),
    )


def _invalid(field: str, detail: str) -> Problem:
    return invalid_input([Invalid(field, detail)])
