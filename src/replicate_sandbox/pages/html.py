"""Rendering templates. Everything in them is escaped, because most of it is foreign."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_TEMPLATES = Path(__file__).parent / "templates"
_UNITS = ("bytes", "KB", "MB", "GB")
_SHORT = 12  # characters of an id


def render(template: str, values: Mapping[str, Any]) -> str:
    """Return a template's HTML."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "moment": moment,
        "part": part,
        "seconds": seconds,
        "short": short,
        "size": size,
        "weblink": weblink,
    }
    return environment


def part(text: str) -> str:
    """Return a text as one part of a path."""
    return quote(text, safe="")


def moment(timestamp: str | None) -> str:
    """Return a timestamp to the second, in UTC."""
    return f"{datetime.fromisoformat(timestamp):%Y-%m-%d %H:%M:%S} UTC" if timestamp else ""


def seconds(value: float | None) -> str:
    """Return a duration, such as `1.3 s` or `2 min 5 s`."""
    if value is None:
        return ""
    if value < 60:  # noqa: PLR2004 - a minute
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s"


def short(text: str) -> str:
    """Return the beginning of an id."""
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"


def size(count: float) -> str:
    """Return a number of bytes, such as `64 KB`."""
    unit = 0
    while count >= 1000 and unit < len(_UNITS) - 1:  # noqa: PLR2004 - shown as at most 999
        count, unit = count / 1024, unit + 1
    return f"{count:.0f} {_UNITS[unit]}"


def weblink(text: str | None) -> str:
    """Return a foreign URL if it is one of the web, else an empty text."""
    return text if text and text.lower().startswith(("https://", "http://")) else ""
