"""JSON as strictly as its standard has it, and what is wrong with a text in words."""

import json
from dataclasses import dataclass
from typing import NoReturn

_UTF16 = (b"\xff\xfe", b"\xfe\xff")  # how Windows programs begin a text of two bytes a letter


@dataclass(frozen=True)
class Wrong:
    """Why a text is no JSON; `line` is the line of the text where that shows, `place` says more."""

    words: str
    line: int = 1
    place: str = ""


def parsed(data: bytes) -> object:
    """Return the value of a text, or what is `Wrong` with it."""
    try:
        return _DECODER.decode(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        what = "is UTF-16, and must be UTF-8" if data.startswith(_UTF16) else "is not UTF-8"
        return Wrong(what, 1 + data.count(b"\n", 0, error.start))
    except json.JSONDecodeError as error:
        words = f"is no valid JSON: {error.msg.removesuffix(' at')}"
        return Wrong(words, error.lineno, f"column {error.colno}")
    except RecursionError:
        return Wrong("is nested too deeply")
    except ValueError as error:
        return Wrong("is no valid JSON", place=str(error).partition(";")[0])


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)
