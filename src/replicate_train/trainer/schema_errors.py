"""The rules of a JSON schema that a value breaks, each as a sentence. Pure.

The validator is jsonschema, which is imported when the first value is checked: it takes longer to
load than all else together.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from replicate_train.diagnostics.suggestion import nearest
from replicate_train.runner.text import as_text, counted, quoted, shown
from replicate_train.trainer.coerce import ValuePath
from replicate_train.trainer.fields import is_secret
from replicate_train.trainer.patterns import matches

if TYPE_CHECKING:
    from jsonschema import ValidationError

_URL = re.compile(r"(https?://[^/\s]+|data:[^,]*,)\S*", re.IGNORECASE)
_MAX_VALUE_CHARS = 60
_MAX_LISTED_CHOICES = 20
_SECRET = "***"  # noqa: S105 - what is shown in its place


class Violation(NamedTuple):
    """A rule that is broken: "must be at least 1, not `0`", how to fix it, and where."""

    message: str
    fix: str
    path: ValuePath


def violations(value: object, field: Mapping[str, Any]) -> list[Violation]:
    """Return a violation for each rule of a field that a value breaks; no text shows a secret."""
    secret = is_secret(field)
    return [_violation(error, secret=secret) for error in _errors(value, field)]


def _errors(value: Any, field: Mapping[str, Any]) -> "Iterator[ValidationError]":  # noqa: ANN401 - JSON
    """Yield what is wrong; of alternatives, the error of the one that fits best."""
    from jsonschema import Draft202012Validator, FormatChecker  # noqa: PLC0415 - see above
    from jsonschema.exceptions import best_match  # noqa: PLC0415 - likewise
    from jsonschema.validators import extend  # noqa: PLC0415 - likewise

    formats = FormatChecker(formats=())
    formats.checks("uri")(_is_downloadable)
    kind = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
    for error in kind(field, format_checker=formats).iter_errors(value):
        yield best_match([error]) or error


def _pattern(_validator: object, rule: str, value: object, _field: object) -> "Iterator[Any]":
    from jsonschema import ValidationError  # noqa: PLC0415 - see above

    if isinstance(value, str) and not matches(rule, value):
        yield ValidationError("does not match")


def _is_downloadable(value: object) -> bool:
    """Tell whether Cog can download a file from a string; other types are checked elsewhere."""
    return not isinstance(value, str) or bool(_URL.fullmatch(value))


def _violation(error: "ValidationError", *, secret: bool) -> Violation:
    rule: Any = error.validator_value
    value = error.instance
    message = _MESSAGES.get(str(error.validator), _other)(rule, value, _shown(value, secret=secret))
    fix = _did_you_mean(rule, value) if error.validator == "enum" and not secret else ""
    return Violation(message, fix, tuple(error.absolute_path))


def _shown(value: object, *, secret: bool) -> str:
    if secret:
        return _SECRET
    text = shown(as_text(value), _MAX_VALUE_CHARS)
    return f"`{text}`" if text else "an empty string"


def _did_you_mean(choices: list[Any], value: object) -> str:
    near = nearest(as_text(value), map(as_text, choices))
    return f"Did you mean {quoted(near, _MAX_VALUE_CHARS)}?" if near else ""


def _choice(choices: list[Any], _value: object, given: str) -> str:
    named = [quoted(as_text(one), _MAX_VALUE_CHARS) for one in choices if one is not None]
    more = len(named) - _MAX_LISTED_CHOICES
    listed = ", ".join(named[:_MAX_LISTED_CHOICES]) + (f" and {more} more" if more > 0 else "")
    return f"must be one of {listed}, not {given}"


def _missing_keys(required: list[str], value: Mapping[str, Any], _given: str) -> str:
    return f"is missing {', '.join(quoted(name) for name in required if name not in value)}"


def _other(_rule: object, _value: object, given: str) -> str:
    return f"must be a value that the schema accepts, not {given}"


def _number(rule: float) -> str:
    return f"{rule:.12g}"


# By JSON schema's keyword: the rule's value, the given value, and the given value as it is shown.
_MESSAGES: dict[str, Callable[[Any, Any, str], str]] = {
    "minimum": lambda rule, _, given: f"must be at least {_number(rule)}, not {given}",
    "maximum": lambda rule, _, given: f"must be at most {_number(rule)}, not {given}",
    "exclusiveMinimum": lambda rule, _, given: f"must be more than {_number(rule)}, not {given}",
    "exclusiveMaximum": lambda rule, _, given: f"must be less than {_number(rule)}, not {given}",
    "multipleOf": lambda rule, _, given: f"must be a multiple of {_number(rule)}, not {given}",
    "minLength": lambda rule, value, _: f"must have at least {_characters(rule)}, not {len(value)}",
    "maxLength": lambda rule, value, _: f"must have at most {_characters(rule)}, not {len(value)}",
    "pattern": lambda rule, _, given: f"must match the pattern {_regex(rule)}, but is {given}",
    "minItems": lambda rule, value, _: f"must have at least {_items(rule)}, not {len(value)}",
    "maxItems": lambda rule, value, _: f"must have at most {_items(rule)}, not {len(value)}",
    "uniqueItems": lambda *_: "must not have the same item twice",
    "format": lambda _rule, _, given: f"must be a URL that Replicate can download, not {given}",
    "required": _missing_keys,
    "enum": _choice,
}


def _characters(count: float) -> str:
    return counted(int(count), "character")


def _items(count: float) -> str:
    return counted(int(count), "item")


def _regex(pattern: str) -> str:
    return quoted(pattern, _MAX_VALUE_CHARS)
