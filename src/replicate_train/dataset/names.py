"""Which names belong into a dataset, which are left out, and which no zip can hold. Pure."""

import fnmatch
import re
import unicodedata
from collections.abc import Iterable, Iterator

_LEFT_OUT = frozenset({".git", ".DS_Store", "__MACOSX", "Thumbs.db", "desktop.ini"})
# What editors leave behind.
_EDITORS = re.compile("|".join(map(fnmatch.translate, ["*~", ".*.sw[a-p]", "#*#", ".#*"])))
_LONGEST = 65_535  # bytes of a name


def is_left_out(name: str) -> bool:
    """Tell whether a file or folder of this name never belongs to a dataset."""
    return name in _LEFT_OUT or bool(_EDITORS.match(name))


def unfit(name: str) -> str:
    """Return why a zip cannot hold a file of this name; empty where it can."""
    try:
        encoded = name.encode("utf-8")
    except UnicodeEncodeError:
        return "has a name that is not UTF-8"
    if len(encoded) > _LONGEST:
        return f"has a name of more than {_LONGEST:,} bytes"
    if "\\" in name:
        return "has a backslash in its name, which some systems take for a folder"
    if not name.isprintable() and any(unicodedata.category(letter) == "Cc" for letter in name):
        return "has a control character in its name"
    return ""


def twins(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of names that some systems take for the same one."""
    seen: dict[str, str] = {}
    for name in names:
        key = unicodedata.normalize("NFC", name).casefold() if not name.isascii() else name.lower()
        if key in seen:
            yield seen[key], name
        else:
            seen[key] = name
