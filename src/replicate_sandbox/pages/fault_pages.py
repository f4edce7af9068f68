"""The fault script as a page: what is left of it, and forms that add to it and remove from it."""

import json
from collections.abc import Mapping
from typing import Any

from replicate_sandbox.contract.json_text import parse_json
from replicate_sandbox.contract.problems import Problem
from replicate_sandbox.pages.fault_choices import BY_NAME, CHOICES
from replicate_sandbox.pages.form_errors import FormErrors
from replicate_sandbox.pages.page import Page, PageRequest
from replicate_sandbox.pages.response import Html, Redirect

_PATH = "/_sandbox/panel"
_LONGEST_NUMBER = 9  # digits
_EXAMPLE = '{"request": "GET /trainings/*", "answer": {"status": 503}, "times": 3}'


def _show(call: PageRequest) -> Html:
    return _page(call, {}, FormErrors())


def _add(call: PageRequest) -> object:
    errors = FormErrors()
    is_json = "json" in call.form.texts
    fault = _written(call.form.texts, errors) if is_json else _chosen(call.form.texts)
    if not errors:
        try:
            call.service.faults.add(call.account, fault if isinstance(fault, list) else [fault])
        except Problem as problem:
            lines = problem.body["detail"].splitlines()
            detail = " ".join(line.removeprefix("- ") for line in lines)
            errors.fields["json" if is_json else "times"] = detail
    return _page(call, call.form.texts, errors) if errors else Redirect(_PATH)


def _remove(call: PageRequest) -> Redirect:
    number = call.form.texts.get("number", "")
    if number.isdecimal() and len(number) <= _LONGEST_NUMBER:
        call.service.faults.remove(call.account, int(number))
    return Redirect(_PATH)


def _clear(call: PageRequest) -> Redirect:
    call.service.faults.clear(call.account)
    return Redirect(_PATH)


def _chosen(texts: Mapping[str, str]) -> object:
    """Return the fault that a form chose, as many times as it says."""
    choice = BY_NAME.get(texts.get("choice", ""))
    times = texts.get("times", "1")
    is_number = times.isascii() and times.isdecimal() and len(times) <= _LONGEST_NUMBER
    return {**(choice.fault if choice else {}), "times": int(times) if is_number else 0}


def _written(texts: Mapping[str, str], errors: FormErrors) -> object:
    """Return the fault, or the list of faults, that a form holds as JSON."""
    try:
        return parse_json(texts["json"])
    except ValueError as error:
        errors.fields["json"] = f"Not valid JSON: {error}."
        return None


def _page(call: PageRequest, texts: Mapping[str, str], errors: FormErrors) -> Html:
    shown: dict[str, Any] = {
        "faults": [(number, _parts(fault)) for number, fault in _left(call)],
        "choices": CHOICES,
        "texts": {"choice": "", "times": "1", "json": "", **texts},
        "example": _EXAMPLE,
        "errors": errors,
    }
    return Html("faults.html", shown, 422 if errors else 200)


def _left(call: PageRequest) -> list[tuple[int, dict[str, Any]]]:
    return call.service.faults.numbered(call.account)


def _parts(fault: dict[str, Any]) -> dict[str, Any]:
    """Return what a page shows of a fault: what it waits for, what it does, and how often."""
    rest = {name: value for name, value in fault.items() if name not in {"request", "times"}}
    kind = next(iter(rest))
    if kind == "training":
        target = f"Training of {fault[kind].get('destination', 'any model')}"
    elif kind == "lag":
        target = "List of trainings"
    else:
        target = fault.get("request") or "Any request"
    text = json.dumps(rest, ensure_ascii=False, indent=2)
    return {"target": target, "times": fault["times"], "json": text}


PAGES = [
    Page(_PATH, _show, _add),
    Page(f"{_PATH}/remove", act=_remove),
    Page(f"{_PATH}/clear", act=_clear),
]
