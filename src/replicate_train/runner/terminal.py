"""Foreign lines as a terminal would colour them: colours pass, other control characters are shown.

GitHub's log shows colours (SGR sequences). Other escape sequences move the cursor, rename the
window or hide text, so they become visible characters.
"""

import re
import unicodedata

_COLOUR = re.compile(r"\x1b\[[\d;:]{0,64}m")
_CUT_COLOUR = re.compile(r"\x1b(?:\[[\d;:]{0,64})?$")
_RESETS = frozenset({"\x1b[m", "\x1b[0m"})
_RESET = "\x1b[0m"
_PICTURES = 0x2400  # where Unicode has a picture of each control character
_DELETE = 0x7F
_JOINERS = frozenset("\u200c\u200d")  # inside emoji and words of some scripts
_HIDING = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})


def coloured(line: str) -> str:
    """Return one line with its colours, ended by a reset if one is on, and the rest visible."""
    if line.isprintable():
        return line
    parts, read, last = [], 0, ""
    for found in _COLOUR.finditer(line):
        parts += [_visible(line[read : found.start()]), found[0]]
        read, last = found.end(), found[0]
    parts.append(_visible(line[read:]))
    if last and last not in _RESETS:
        parts.append(_RESET)
    return "".join(parts)


def cut_coloured(line: str, limit: int) -> str:
    """Return a coloured line of at most `limit` characters, with a note if it was longer."""
    if len(line) <= limit:
        return line
    kept = _CUT_COLOUR.sub("", line[:limit])
    reset = _RESET if _COLOUR.search(kept) else ""
    return f"{kept}{reset} … (line cut at {limit:,} characters)"


def _visible(text: str) -> str:
    return text if text.isprintable() else "".join(map(_picture, text))


def _picture(sign: str) -> str:
    """Return a character that can be seen for one that controls or hides; others unchanged."""
    if sign.isprintable() or sign == "\t" or sign in _JOINERS:
        return sign
    code = ord(sign)
    if code < ord(" "):
        return chr(_PICTURES + code)
    if code == _DELETE:
        return "␡"
    if unicodedata.category(sign) in _HIDING:
        return sign.encode("unicode_escape").decode()
    return sign
