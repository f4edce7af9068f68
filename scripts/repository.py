"""The address of the repository, as the project's files have it, and the command that changes it.

`ACTION` in the scaffold's writer is the one place that says what the address is.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACEHOLDER = "OWNER/REPO"
_SOURCE = "src/replicate_train/scaffold/writer.py"
_ACTION = re.compile(r'^ACTION = "([^"@]+)@v\d+"$', re.MULTILINE)
_ADDRESS = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
_FILES = (
    "*.md",
    "*.yml",
    "docs/**/*.md",
    "examples/**/*.yml",
    ".github/**/*.yml",
    ".github/**/*.md",
    "src/**/*.py",
)


def main(arguments: list[str]) -> int:
    """Write the given address everywhere and print the changed files; return the exit status."""
    if len(arguments) != 1:
        return _fail("usage: scripts/set-repository OWNER/NAME")
    (address,) = arguments
    if not _ADDRESS.fullmatch(address):
        return _fail(f"`{address}` is not valid. Use OWNER/NAME, such as acme/fine-tune.")
    if address == PLACEHOLDER:
        return _fail(f"{PLACEHOLDER} is the placeholder. Use the address of this repository.")
    for path in change(ROOT, address):
        print(path.relative_to(ROOT))
    return 0


def current(root: Path) -> str:
    """Return the address that the project has now. Raises `SystemExit` if it has none."""
    if found := _ACTION.search((root / _SOURCE).read_text("utf-8")):
        return found[1]
    raise SystemExit(f'{_SOURCE}: found no line `ACTION = "OWNER/NAME@v1"`.')


def change(root: Path, address: str) -> list[Path]:
    """Write the address in place of the current one; return the files that changed."""
    old = current(root)
    changed = []
    for path in _files(root):
        before = path.read_text("utf-8")
        if (after := replaced(before, old, address)) != before:
            path.write_text(after, "utf-8", newline="")
            changed.append(path)
    return changed


def replaced(text: str, old: str, new: str) -> str:
    """Return the text with the new address, without the advice to replace the placeholder. Pure."""
    if old == PLACEHOLDER:
        advice = rf"Replace `?{re.escape(old)}`? with the repository of this action\."
        text = re.sub(rf"^# {advice}\n|{advice}\s", "", text, flags=re.MULTILINE)
    image = old if old == PLACEHOLDER else old.lower()  # a registry has lower case only
    text = re.sub(rf"(?<=ghcr\.io/){re.escape(image)}(?![\w-]|\.\w)", new.lower(), text)
    address = rf"(?:(?<=github\.com/)|(?<=repos/)|(?<![\w./-])){re.escape(old)}(?![\w-]|\.\w)"
    return re.sub(address, new, text)


def _files(root: Path) -> Iterator[Path]:
    for pattern in _FILES:
        yield from sorted(path for path in root.glob(pattern) if path.is_file())


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
