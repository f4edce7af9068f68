"""Foreign text made safe to show: in log lines, without runner commands, and in Markdown.

The runner obeys `::name …::` at the start of a line (blanks before it are skipped) and the old
form `##[name]` anywhere in a line (actions/runner, `ActionCommand`). Its comparisons may ignore
characters that have no width, so those do not hide a command here either.
"""

import html
import json
import re
from urllib.parse import quote

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_QUERY = re.compile(r"(\b[a-zA-Z][a-zA-Z0-9+.-]{0,20}://[^\s?\"']*)\?[^\s\"']+")
_KB = 1024  # bytes
_LABEL_COLUMNS = 13
_URL = re.compile(r"(?<![A-Za-z0-9+.-])https?://\S+", re.IGNORECASE)
# What GitHub makes a link of.
_AUTOLINK = re.compile(r":(?=//(?:[\w-]|[^\x00-\x7f]))|(?<=www)\.", re.IGNORECASE)
_NOT_IN_LINK = re.compile(r"[\s\x00-\x1f\x7f\"<>\\^`{|}]")
_PUNCTUATION = frozenset(".,:;!?'\"`")
_OPENING = {")": "(", "]": "[", "}": "{", ">": "<"}
_NO_WIDTH = r"[^\x20-\x7e]*"
_OLD_COMMAND = re.compile(rf"#{_NO_WIDTH}#{_NO_WIDTH}(?=\[)")
_NEW_COMMAND = re.compile(rf"^([^\x21-\x7e]*):{_NO_WIDTH}:")


def printable(line: str) -> str:
    """Return one line without terminal escapes and characters that are not printable."""
    line = _ESCAPES.sub("", line)
    if line.isprintable():
        return line
    return "".join(sign for sign in line if sign.isprintable() or sign == "\t")


def cut(line: str, limit: int) -> str:
    """Return a line of at most `limit` characters, followed by how many were left out."""
    if len(line) <= limit:
        return line
    return f"{line[:limit]} … ({len(line) - limit:,} more characters)"


def shown(text: str, limit: int = 120) -> str:
    """Return a foreign name or value for a message: one line, valid UTF-8, at most `limit` long.

    The query of a URL is left out: it may be a signature.
    """
    begins = text[: 4 * limit].encode("utf-8", "backslashreplace").decode()
    rest = len(text) - 4 * limit
    whole = printable(_QUERY.sub(r"\1?...", " ".join(begins.split())))
    return cut(whole, limit) if rest <= 0 else f"{whole[:limit]} … ({rest:,} more characters)"


def quoted(text: str, limit: int = 120) -> str:
    """Return a foreign name or value in backticks, shortened like `shown`."""
    return f"`{shown(text, limit)}`"


def without_query(url: str) -> str:
    """Return a URL for a message, without its query, which may be a signature."""
    base, mark, _ = url.partition("?")
    return f"{base}?..." if mark else url


def as_text(value: object) -> str:
    """Return a JSON value as text: a string without quotes, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def counted(number: int, thing: str) -> str:
    """Return "1 file", or "2,000 files"."""
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def labelled(label: str, text: str) -> str:
    """Return a line of the log: a label, empty in a line that continues, and a text."""
    return f"{label:<{_LABEL_COLUMNS}}{text}"


def file_size(size: int) -> str:
    """Return a number of bytes for people: 512 bytes, 64 KB, 1.5 MB."""
    if size < _KB:
        return counted(size, "byte")
    number, unit = (size / _KB, "KB") if size < _KB**2 else (size / _KB**2, "MB")
    return f"{number:,.1f} {unit}" if number < 10 else f"{number:,.0f} {unit}"  # noqa: PLR2004 - two digits


def duration(seconds: float) -> str:
    """Return seconds as a duration in the notation of the inputs: 5h30m, 45s."""
    hours, minutes = divmod(int(seconds) // 60, 60)
    parts = ((hours, "h"), (minutes, "m"), (int(seconds) % 60, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0s"


def elapsed(seconds: float) -> str:
    """Return seconds for people: 0.4 s, 12 s, 2 min 5 s, 1 h 30 min."""
    if seconds < 10:  # noqa: PLR2004 - two digits
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:  # noqa: PLR2004 - an hour
        parts = ((minutes, "min"), (rest, "s"))
    else:
        parts = ((minutes // 60, "h"), (minutes % 60, "min"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def as_markdown(text: str, *, linked: bool = True) -> str:
    """Return foreign text as one line of Markdown that shows it literally.

    `linked`: its URLs become links.
    """
    parts: list[str] = []
    line, read = " ".join(text.split()), 0
    for found in _URL.finditer(line) if linked else ():
        if url := _without_punctuation(found[0]):
            parts += [_literal(line[read : found.start()]), f"<{in_link(url)}>"]
            read = found.start() + len(url)
    return "".join([*parts, _literal(line[read:])])


def in_link(text: str) -> str:
    """Return a part of a URL, escaped for a Markdown link, `<https://...>`."""
    return _NOT_IN_LINK.sub(lambda found: quote(found[0], safe=""), text).replace("&", "&amp;")


def _literal(text: str) -> str:
    escaped = html.escape(text, quote=False)
    for sign in "\\`*_[]|~":
        escaped = escaped.replace(sign, f"\\{sign}")
    escaped = escaped.replace("@", "@<!-- -->")
    return _AUTOLINK.sub(lambda found: f"&#{ord(found[0])};", escaped)


def _without_punctuation(url: str) -> str:
    """Return a URL without the punctuation of the sentence after it; empty if nothing is left."""
    while url and (
        url[-1] in _PUNCTUATION
        or (url[-1] in _OPENING and url.count(url[-1]) > url.count(_OPENING[url[-1]]))
    ):
        url = url[:-1]
    return "" if url.endswith("/") and url.count("/") == 2 else url  # noqa: PLR2004 - https://


def disarmed(line: str) -> str:
    """Return one line without runner commands, otherwise unchanged."""
    return _NEW_COMMAND.sub(r"\1: :", without_markers(printable(line)))


def without_markers(line: str) -> str:
    """Return one line without `##[name]`, which the page of a log renders even in a fence."""
    return _OLD_COMMAND.sub("## ", line) if "#" in line else line
