"""One line of a trainer's log as numbers, in the formats that trainers print.

Every pattern takes time in proportion to the line, and only the line's beginning is read: a log is
untrusted text.
"""

import re
from dataclasses import replace

from replicate_train.metrics import pairs
from replicate_train.metrics.bars import read_bar
from replicate_train.metrics.reading import Reading

_READ_CHARS = 2_000  # of a line; what trainers print of their progress is far shorter
_ESCAPES = re.compile(r"\x1b\[[\d;:]{0,40}[a-z]")
_WORDS = ("loss", "epoch", "step", "iter", "accura", "perplex", "lr")
_DIGIT = re.compile(r"\d")
_NOT_NOW = r"(?<!each )(?<!every )(?<!per )(?<!last )(?<!first )(?<!warmup )"
_EPOCH = re.compile(
    _NOT_NOW + r"(?<![\w./-])epoch\s{0,4}[:=#]?\s{0,4}\[?(\d{1,9}(?:\.\d{1,9})?)(?![\w%])(?![.:]\d)"
    r"(?:\s{0,2}(?:/|of)\s{0,2}(\d{1,9})(?!\w)(?![.:]\d))?",
)
_STEP = re.compile(
    _NOT_NOW + r"(?<![\w./-])(?:global[ _])?(?:step|iter|iteration)\s{0,4}[:=#]?\s{0,4}"
    r"\[?(\d{1,12})(?![\w%])(?![.:]\d)(?:\s{0,2}(?:/|of)\s{0,2}(\d{1,12})(?!\w)(?![.:]\d))?",
)
_STEPS = re.compile(
    r"(?<![\w./-])(?:steps|iterations)\s{0,4}[:=#]?\s{0,4}\[?(\d{1,12})\s{0,2}(?:/|of)"
    r"\s{0,2}(\d{1,12})(?!\w)(?![.:]\d)",
)
_TOTAL = re.compile(r"total optimization steps[^:=]{0,40}[:=]\s{0,4}(\d{1,12})\s*$")
_EPOCHS = re.compile(r"num(?:ber of)? epochs[^:=]{0,40}[:=]\s{0,4}(\d{1,9})\s*$")
_STEP_KEYS = ("global_step", "step", "steps", "current_steps", "iter", "iteration")
_TOTAL_KEYS = ("total_steps", "max_steps")


def read_line(line: str) -> Reading | None:
    """Return what a line says of the training's progress; None where it says nothing."""
    text = line[:_READ_CHARS].lower()
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    bar = read_bar(text) if "[" in text and "/" in text else None
    if bar is None:
        return _said(text) if any(map(text.__contains__, _WORDS)) else None
    if bar.label.isalpha() or not (said := _said(bar.label)):
        return bar
    return replace(bar, values={**said.values, **bar.values}, epoch=said.epoch, epochs=said.epochs)


def _said(text: str) -> Reading | None:
    """Return what a line without a progress bar says, or the text in front of one."""
    if not _DIGIT.search(text):
        return None
    if "{" in text and (entries := pairs.in_dictionary(text)):
        return _of_entries(entries)
    values = pairs.in_text(text)
    named = "step" in text or "iter" in text
    step = (_STEPS.search(text) or _STEP.search(text)) if named else None
    total = _TOTAL.search(text) if named else None
    epoch, epochs = (_EPOCH.search(text), _EPOCHS.search(text)) if "epoch" in text else (None, None)
    reading = Reading(
        step=int(step[1]) if step else None,
        total=_number(step[2] if step else total[1] if total else None),
        epoch=float(epoch[1]) if epoch else None,
        epochs=_number(epoch[2] if epoch else epochs[1] if epochs else None),
        values=values,
    )
    return None if reading == Reading() else reading


def _of_entries(entries: dict[str, float]) -> Reading:
    step = next((entries.pop(name) for name in _STEP_KEYS if name in entries), None)
    total = next((entries.pop(name) for name in _TOTAL_KEYS if name in entries), None)
    epoch = entries.pop("epoch", None)
    return Reading(step=_whole(step), total=_whole(total), epoch=epoch, values=entries)


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _whole(number: float | None) -> int | None:
    """Return a number as a count; None where it is none."""
    return int(number) if number is not None and 0 <= number < 1e12 else None  # noqa: PLR2004 - as the patterns'
