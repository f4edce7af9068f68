"""Where GitHub gets the action's image: built from the Dockerfile, or pulled by its digest."""

import re
import sys
from pathlib import Path

import repository

ROOT = Path(__file__).resolve().parent.parent
_IMAGE = re.compile(r"^(  image: )(\S+)$", re.MULTILINE)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def main(arguments: list[str]) -> int:
    """Change action.yml, or print the image's name; return the exit status."""
    match arguments:
        case ["name"]:
            print(name(ROOT))
        case ["dockerfile"]:
            write(ROOT, "Dockerfile")
        case ["digest", digest] if _DIGEST.fullmatch(digest):
            write(ROOT, f"docker://{name(ROOT)}@{digest}")
        case ["digest", digest]:
            return _fail(f"`{digest}` is not a digest. Use sha256: and 64 hexadecimal digits.")
        case _:
            return _fail("usage: scripts/image-source digest sha256:...|dockerfile|name")
    return 0


def name(root: Path) -> str:
    """Return the image's name in GitHub's registry, which is in lower case."""
    return f"ghcr.io/{repository.current(root).lower()}"


def read(root: Path) -> str:
    """Return `runs.image` of action.yml. Raises `SystemExit` if there is not exactly one."""
    images = _IMAGE.findall((root / "action.yml").read_text("utf-8"))
    if len(images) != 1:
        raise SystemExit(f"action.yml: must have one line `  image: ...`, found {len(images)}.")
    return str(images[0][1])


def write(root: Path, image: str) -> None:
    """Set `runs.image` and leave every other byte of action.yml alone."""
    read(root)
    path = root / "action.yml"
    text = path.read_bytes().decode("utf-8")
    path.write_bytes(_IMAGE.sub(rf"\g<1>{image}", text).encode("utf-8"))


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
