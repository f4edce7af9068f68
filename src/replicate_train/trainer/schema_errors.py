"""What of a value breaks its JSON schema, each in a plain line. Pure.

The validator is jsonschema, which is imported when the first value is checked: it takes longer to
load than all else together.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from replicate_train.diagnostics.suggestion import nearest
from replicate_train.runner.text import as_text, shown
from replicate_train.trainer.fields import is_secret
from replicate_train.trainer.patterns import matches

if TYPE_CHECKING:
    from jsonschema import ValidationError

_URL = re.compile(r"(https?://[^/\s]+|data:[^,]*,)\S*", re.IGNORECASE)
_SHOWN = 60  # characters of a value
_CHOICES = 20  # of an enum that are listed


def violations(value: object, field: Mapping[str, Any]) -> list[str]:
    """Return a line for each rule of a field that a value breaks; it does not show a secret."""
    secret = is_secret(field)
    return [_line(error, secret=secret) for error in _errors(value, field)]


def _errors(value: Any, field: Mapping[str, Any]) -> "Iterator[ValidationError]":  # noqa: ANN401 - JSON
    """Yield what is wrong; of alternatives, what the likeliest of them does not like."""
    from jsonschema import Draft202012Validator, FormatChecker  # noqa: PLC0415 - see above
    from jsonschema.exceptions import best_match  # noqa: PLC0415 - likewise
    from jsonschema.validators import extend  # noqa: PLC0415 - likewise

    formats = FormatChecker(formats=())
    formats.checks("uri")(_is_address)
    kind = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
    for error in kind(field, format_checker=formats).iter_errors(value):
        yield best_match([error]) or error


def _pattern(_judge: object, rule: str, value: object, _field: object) -> "Iterator[Any]":
    from jsonschema import ValidationError  # noqa: PLC0415 - see above

    if isinstance(value, str) and not matches(rule, value):
        yield ValidationError("does not match")


def _is_address(value: object) -> bool:
    """Tell whether Cog can fetch a file from a text; what is no text is judged otherwise."""
    return not isinstance(value, str) or bool(_URL.fullmatch(value))


def _line(error: "ValidationError", *, secret: bool) -> str:
    value, rule = error.instance, error.validator_value
    place = "".join(f"item {part + 1}: " if isinstance(part, int) else f"{part}: "
                    for part in error.absolute_path)  # fmt: skip
    told = _WORDS.get(str(error.validator), _otherwise)
    return place + told(_shown(value, secret=secret), rule, value)


def _shown(value: object, *, secret: bool) -> str:
    return "***" if secret else shown(as_text(value), _SHOWN) or "an empty text"


def _choice(told: str, rule: Any, value: object) -> str:  # noqa: ANN401 - JSON
    choices = [as_text(choice) for choice in rule if choice is not None]
    near = nearest(as_text(value), choices) if told != "***" else ""
    listed = ", ".join(shown(choice, _SHOWN) for choice in choices[:_CHOICES])
    more = f" and {len(choices) - _CHOICES} more" if len(choices) > _CHOICES else ""
    guess = f"; did you mean {near}?" if near else ""
    return f"{told} is not among {listed}{more}{guess}"


def _otherwise(shown: str, _rule: object, _value: object) -> str:
    return f"{shown} is not what the trainer takes"


def _number(rule: float) -> str:
    return f"{rule:.12g}"


_WORDS: dict[str, Callable[[str, Any, Any], str]] = {
    "minimum": lambda shown, rule, _: f"{shown} is less than the minimum {_number(rule)}",
    "maximum": lambda shown, rule, _: f"{shown} is more than the maximum {_number(rule)}",
    "exclusiveMinimum": lambda shown, rule, _: f"{shown} is not more than {_number(rule)}",
    "exclusiveMaximum": lambda shown, rule, _: f"{shown} is not less than {_number(rule)}",
    "multipleOf": lambda shown, rule, _: f"{shown} is no multiple of {_number(rule)}",
    "minLength": lambda _, rule, value: f"has {len(value)} characters, at least {rule} are needed",
    "maxLength": lambda _, rule, value: f"has {len(value)} characters, at most {rule} are taken",
    "pattern": lambda value, rule, _: f"{value} does not match the pattern {shown(rule, _SHOWN)}",
    "minItems": lambda _, rule, value: f"has {len(value)} items, at least {rule} are needed",
    "maxItems": lambda _, rule, value: f"has {len(value)} items, at most {rule} are taken",
    "uniqueItems": lambda *_: "has an item twice",
    "format": lambda shown, *_: f"{shown} is no URL that the trainer could fetch",
    "required": lambda _, rule, value: f"lacks {', '.join(n for n in rule if n not in value)}",
    "enum": _choice,
}
