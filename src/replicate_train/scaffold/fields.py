"""One input of a trainer as a field of GitHub's "Run workflow" form. Pure.

A schema is foreign text in the `on:` section of a workflow. GitHub refuses a workflow that has an
expression there, so no text keeps a `${{`.
"""

import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from replicate_train.runner.text import as_text, printable
from replicate_train.trainer.fields import types_of

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")  # that GitHub accepts for an input of a form
# The first option of a choice without a default. An empty option would say the same, but
# actionlint refuses it.
NOT_GIVEN = "(default)"
_MAX_DESCRIPTION_CHARS = 240
_MAX_DEFAULT_CHARS = 1_000
_MAX_OPTION_CHARS = 200
_MAX_DIGITS = 15  # of a number that GitHub's expressions keep exactly

Default = str | bool | Decimal | None


@dataclass(frozen=True)
class FormField:
    """A field of the form; `default` is None where the form begins with an empty field."""

    name: str
    kind: Literal["choice", "number", "boolean", "string"]
    description: str
    required: bool = False
    default: Default = None
    options: tuple[str, ...] = ()

    @property
    def expression(self) -> str:
        """The expression whose value is a YAML value on one line, whatever the field contains.

        An empty field becomes an empty string, which the action takes as not given.
        """
        value = f"toJSON(inputs.{self.name})"
        if NOT_GIVEN in self.options:
            value = f"inputs.{self.name} != '{NOT_GIVEN}' && {value} || '\"\"'"
        return f"${{{{ {value} }}}}"


def form_field(name: str, field: Mapping[str, Any], *, required: bool) -> FormField | None:
    """Return the form field for a trainer input, None if no type of field can hold its values."""
    about, default = described(name, field), field.get("default")
    kind = _kind(types_of(field) - {"null"})
    if not NAME.fullmatch(name) or not kind:
        return None
    if "enum" in field:
        return _choice(name, about, _options(field["enum"]), default, required=required)
    if kind == "boolean" and not required and not isinstance(default, bool):
        return _choice(name, about, ("true", "false"), None, required=False)
    must_fill = required and kind != "boolean"  # GitHub would ask for a checked box
    return FormField(name, kind, about, must_fill, _DEFAULTS[kind](default))


def _kind(types: set[str]) -> Literal["number", "boolean", "string"] | None:
    if types == {"boolean"}:
        return "boolean"
    if types and types <= {"integer", "number"}:
        return "number"
    return "string" if "string" in types else None


def described(name: str, field: Mapping[str, Any]) -> str:
    """Return a field's name, description and limits, as one line."""
    about = one_line(as_text(field.get("description") or ""))
    limits = _limits(field)
    return name + (f": {about}" if about else "") + (f" ({limits})" if limits else "")


def one_line(text: str) -> str:
    """Return a foreign text as one short line that holds no expression."""
    text = text.encode("utf-8", "replace").decode()
    line = printable(" ".join(text[: 4 * _MAX_DESCRIPTION_CHARS].split()))
    return textwrap.shorten(line, _MAX_DESCRIPTION_CHARS, placeholder=" …").replace("${{", "$ {{")


def text_default(value: object) -> str | None:
    """Return a default that one line of a form can hold, else None: the trainer has it anyway."""
    fits = isinstance(value, str) and 0 < len(value) <= _MAX_DEFAULT_CHARS and _is_literal(value)
    return str(value) if fits else None


def _is_literal(text: str) -> bool:
    return text.isprintable() and "${{" not in text


def _choice(
    name: str, about: str, options: tuple[str, ...], default: object, *, required: bool
) -> FormField | None:
    """Return a choice; without a default, its first option says so, as GitHub preselects that."""
    if not options or NOT_GIVEN in options:
        return None
    chosen = as_text(default) if as_text(default) in options else None
    if chosen is None and not required:
        options, chosen = (NOT_GIVEN, *options), NOT_GIVEN
    return FormField(name, "choice", about, required, chosen, options)


def _options(values: list[Any]) -> tuple[str, ...]:
    """Return the options' texts, in order and once each; none if a form cannot show them all."""
    texts = [as_text(value) for value in values if value is not None]
    fit = all(
        text.strip() and len(text) <= _MAX_OPTION_CHARS and _is_literal(text) for text in texts
    )
    return tuple(dict.fromkeys(texts)) if fit else ()


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    exact = Decimal(repr(value))
    short = exact.is_finite() and abs(exact.adjusted()) <= _MAX_DIGITS
    return exact if short and len(exact.as_tuple().digits) <= _MAX_DIGITS else None


def _limits(field: Mapping[str, Any]) -> str:
    if field.get("format") == "uri":
        return "a URL"
    lowest, highest = _bound(field.get("minimum")), _bound(field.get("maximum"))
    if lowest and highest:
        return f"{lowest} to {highest}"
    return f"at least {lowest}" if lowest else highest and f"at most {highest}"


def _bound(value: float | None) -> str:
    """Return a limit; empty where there is none, or only a nominal one."""
    return f"{value:.12g}" if value is not None and abs(value) < 10**_MAX_DIGITS else ""


_DEFAULTS: dict[str, Callable[[object], Default]] = {
    "boolean": lambda value: value is True,
    "number": _number,
    "string": text_default,
}
