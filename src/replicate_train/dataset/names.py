"""Names of files: which are ignored, which may be secrets, which no ZIP can hold. Pure."""

import fnmatch
import re
import unicodedata
from collections.abc import Iterable, Iterator

_IGNORED = frozenset(
    {".git", ".gitattributes", ".gitignore", ".gitkeep", ".DS_Store", "__MACOSX", "Thumbs.db",
     "desktop.ini", ".ipynb_checkpoints", ".idea", ".vscode"}
)  # fmt: skip
# Backups and swap files of editors.
_EDITORS = re.compile("|".join(map(fnmatch.translate, ["*~", ".*.sw[a-p]", "#*#", ".#*"])))
_MAY_BE_SECRET = re.compile(
    r"\.env(\..*)?|\.netrc|\.npmrc|\.pypirc|\.git-credentials|id_(rsa|dsa|ecdsa|ed25519)"
    r"|.*\.(pem|key|p12|pfx|keystore)|credentials(\.json)?"
)
_MAX_NAME = 65_535  # bytes


def ignored_as(name: str) -> str:
    """Return the label with which this name is ignored and counted; empty if it is not."""
    if name in _IGNORED:
        return name
    if name.startswith("._"):
        return "._*"
    return "editor files" if _EDITORS.match(name) else ""


def is_ignored(path: str) -> bool:
    """Tell whether a file is ignored, by its name or that of one of its folders."""
    return any(map(ignored_as, path.split("/")))


def may_be_secret(path: str) -> bool:
    """Tell whether files of this name usually hold secrets."""
    return bool(_MAY_BE_SECRET.fullmatch(path.rpartition("/")[2].lower()))


def name_problem(name: str) -> str:
    """Return why a ZIP cannot hold a file of this name; empty if it can."""
    try:
        encoded = name.encode("utf-8")
    except UnicodeEncodeError:
        return "name is not UTF-8"
    if len(encoded) > _MAX_NAME:
        return f"name longer than {_MAX_NAME:,} bytes"
    if "\\" in name:
        return "backslash in the name, which some systems read as a folder"
    if not name.isprintable() and any(unicodedata.category(letter) == "Cc" for letter in name):
        return "control character in the name"
    return ""


def name_conflicts(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of names, of files or folders, that are the same for some systems."""
    seen: dict[str, str] = {}
    for name in names:
        for place in _places(name):
            plain = place.isascii()
            key = place.lower() if plain else unicodedata.normalize("NFC", place).casefold()
            if seen.setdefault(key, place) != place:
                yield seen[key], place
                break  # once for a folder, not for each file in it


def _places(name: str) -> Iterator[str]:
    """Yield the folders of a file, and the file."""
    slash = name.find("/")
    while slash >= 0:
        yield name[:slash]
        slash = name.find("/", slash + 1)
    yield name
