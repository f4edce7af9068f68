"""The notations in which a secret may be in a text, whole or cut off: escaped, base64, hex.

Letters and digits are the same in JSON, URLs, HTML and Markdown; other characters are escaped by
some encoders and not by others, so each of them has a few alternatives. Base64 and hex encode
bytes, and are notations of their own.
"""

import html
import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence

_PARTS = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
_SIGN = re.compile(r"[^\w ,…-]|_")  # what a summary's code has as an entity
_MARKUP = re.compile(r"[\\`*_\[\]|~]")
_MIN_PREFIX_CHARS = 6  # of a secret that was cut off: less is not hidden
_ALSO = {" ": "+", "@": "@<!-- -->", "+": "-", "/": "_"}  # forms, our Markdown, base64 in addresses
_STYLES: Sequence[Callable[[str], str]] = (
    str,
    lambda sign: json.dumps(sign)[1:-1],
    lambda sign: json.dumps(sign, ensure_ascii=False)[1:-1],
    lambda sign: _utf16(sign, "x"),
    lambda sign: _utf16(sign, "X"),
    lambda sign: "".join(f"%{byte:02X}" for byte in sign.encode()),
    lambda sign: "".join(f"%{byte:02x}" for byte in sign.encode()),
    html.escape,
    lambda sign: f"&#{ord(sign)};",
    lambda sign: f"&#x{ord(sign):x};",
    lambda sign: sign.encode("unicode_escape").decode(),  # Python's repr
    lambda sign: f"\\{sign}" if sign.isascii() else sign,  # Markdown, a shell
    lambda sign: _ALSO.get(sign, sign),
)


class Notation:
    """One way to write a secret; `longest` is its maximum length in characters.

    A text that contains it contains one of the `anchors`.
    """

    def __init__(self, written: str) -> None:
        self._signs = [found[0] for found in _PARTS.finditer(written)]
        self._parts = [_alternatives(sign) for sign in self._signs]
        least = [min(map(len, part)) for part in self._parts]
        self._anchor = least.index(max(least))
        self.anchors = self._parts[self._anchor]
        self.longest = sum(max(map(len, part)) for part in self._parts)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the start and the end of each occurrence in a text."""
        for anchor in self.anchors:
            place = text.find(anchor)
            while place >= 0:
                starts = self._starts(text, place)
                if starts and (ends := self._ends(text, place + len(anchor))):
                    yield min(starts), max(ends)
                place = text.find(anchor, place + 1)

    def cut_off(self, text: str) -> int:
        """Return where a beginning of it starts that ends a cut-off text; -1 if there is none."""
        places = []
        for first in self._parts[0]:
            place = text.find(first[:_MIN_PREFIX_CHARS], max(0, len(text) - self.longest))
            while place >= 0 and not self._runs_out(text, place):
                place = text.find(first[:_MIN_PREFIX_CHARS], place + 1)
            places += [place] if place >= 0 else []
        return min(places, default=-1)

    def _starts(self, text: str, place: int) -> set[int]:
        places = {place}
        for part in reversed(self._parts[: self._anchor]):
            places = {
                one - len(alternative)
                for one in places
                for alternative in part
                if text.endswith(alternative, 0, one)
            }
        return places

    def _ends(self, text: str, place: int) -> set[int]:
        places = {place}
        for part in self._parts[self._anchor + 1 :]:
            places = _behind(text, places, part)
        return places

    def _runs_out(self, text: str, place: int) -> bool:
        """Tell whether the rest of the text is a beginning of it of `_MIN_PREFIX_CHARS` or more."""
        places, matched = {place}, 0
        for sign, part in zip(self._signs, self._parts, strict=True):
            for one in places:
                rest = text[one:]
                if matched + min(len(rest), len(sign)) >= _MIN_PREFIX_CHARS and any(
                    alternative.startswith(rest) for alternative in part
                ):
                    return True
            places = _behind(text, places, part)
            matched += len(sign)
        return False


def notations(secret: str) -> Iterator[Notation]:
    """Return the ways to write a secret."""
    data = secret.encode()
    alone = b64encode(data).decode().rstrip("=")
    within = (_base64(data, before) for before in range(3))
    return map(Notation, {secret, data.hex(), data.hex().upper(), alone, *within})


def _alternatives(run: str) -> tuple[str, ...]:
    """Return the ways to write a run of characters, unchanged first."""
    if run.isascii() and run.isalnum():
        return (run,)
    ways = {"".join(map(style, run)) for style in _STYLES}
    ways |= {" "} if run.isspace() else set()
    ways |= {json.dumps(way, ensure_ascii=False)[1:-1] for way in ways}  # JSON in JSON
    ways |= {_SIGN.sub(_entity, way) for way in ways} | set(map(_in_markdown, ways))  # a summary
    return (run, *sorted(ways - {run}))


def _entity(sign: re.Match[str]) -> str:
    return f"&#{ord(sign[0])};"


def _in_markdown(text: str) -> str:
    """Return what a summary makes of a text that is not code."""
    return _MARKUP.sub(r"\\\g<0>", html.escape(text, quote=False))


def _behind(text: str, places: set[int], part: tuple[str, ...]) -> set[int]:
    return {one + len(way) for one in places for way in part if text.startswith(way, one)}


def _utf16(sign: str, digits: str) -> str:
    data = sign.encode("utf-16-be")
    return "".join(f"\\u{data[at] << 8 | data[at + 1]:04{digits}}" for at in range(0, len(data), 2))


def _base64(data: bytes, before: int) -> str:
    """Return the part of a text's base64 that is the same whatever surrounds it.

    The text starts `before` bytes after a multiple of 3.
    """
    encoded = b64encode(bytes(before) + data).decode()
    return encoded[-(-8 * before // 6) : 8 * (before + len(data)) // 6]
