"""Strict JSON, and what is wrong with a text that is not."""

import json
from dataclasses import dataclass
from typing import NoReturn

_UTF16 = (b"\xff\xfe", b"\xfe\xff")  # how Windows programs begin a text of two bytes a letter


@dataclass(frozen=True)
class InvalidJson:
    """Why a text is not JSON; `line` counts from the first line of the text, `place` says more."""

    reason: str
    line: int = 1
    place: str = ""


def parse(data: bytes) -> object:
    """Return the value of a text, or why it has none."""
    try:
        return _DECODER.decode(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        reason = "UTF-16, must be UTF-8" if data.startswith(_UTF16) else "not UTF-8"
        return InvalidJson(reason, 1 + data.count(b"\n", 0, error.start))
    except json.JSONDecodeError as error:
        reason = f"not valid JSON: {error.msg.removesuffix(' at')}"
        return InvalidJson(reason, error.lineno, f"column {error.colno}")
    except RecursionError:
        return InvalidJson("nested too deeply")
    except ValueError as error:
        return InvalidJson("not valid JSON", place=str(error).partition(";")[0])


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)
