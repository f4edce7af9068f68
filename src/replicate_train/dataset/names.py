"""Which names belong into a dataset, which are left out, and which no zip can hold. Pure."""

import fnmatch
import re
import unicodedata
from collections.abc import Iterable, Iterator

_LEFT_OUT = frozenset(
    {".git", ".gitattributes", ".gitignore", ".gitkeep", ".DS_Store", "__MACOSX", "Thumbs.db",
     "desktop.ini", ".ipynb_checkpoints", ".idea", ".vscode"}
)  # fmt: skip
# What editors leave behind.
_EDITORS = re.compile("|".join(map(fnmatch.translate, ["*~", ".*.sw[a-p]", "#*#", ".#*"])))
_SECRETIVE = re.compile(
    r"\.env(\..*)?|\.netrc|\.npmrc|\.pypirc|\.git-credentials|id_(rsa|dsa|ecdsa|ed25519)"
    r"|.*\.(pem|key|p12|pfx|keystore)|credentials(\.json)?"
)
_LONGEST = 65_535  # bytes of a name


def left_out(name: str) -> str:
    """Return the label under which this name is left out and counted; empty if it is kept."""
    if name in _LEFT_OUT:
        return name
    if name.startswith("._"):
        return "._*"
    return "editor files" if _EDITORS.match(name) else ""


def is_left_out(path: str) -> bool:
    """Tell whether a file's name, or that of a folder that it is in, is left out."""
    return any(map(left_out, path.split("/")))


def is_secretive(path: str) -> bool:
    """Tell whether files of this name usually hold secrets."""
    return bool(_SECRETIVE.fullmatch(path.rpartition("/")[2].lower()))


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
    """Yield pairs of names, of files or folders, that some systems take for the same one."""
    seen: dict[str, str] = {}
    for name in names:
        for place in _places(name):
            plain = place.isascii()
            key = place.lower() if plain else unicodedata.normalize("NFC", place).casefold()
            if seen.setdefault(key, place) != place:
                yield seen[key], place
                break  # what is in a folder is not told after the folder


def _places(name: str) -> Iterator[str]:
    """Yield the folders that a file is in, and the file."""
    slash = name.find("/")
    while slash >= 0:
        yield name[:slash]
        slash = name.find("/", slash + 1)
    yield name
