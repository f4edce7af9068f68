"""A Cog project: a folder with code, a cog.yaml, and perhaps the schema of its inputs."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from replicate_sandbox.contract import ids
from replicate_sandbox.store.documents import Document

SCHEMA = Path(".cog/openapi_schema.json")
_IGNORED = frozenset({"__pycache__", ".git", ".venv"})


class Unloadable(Exception):
    """A project that cannot be loaded; `details` is a traceback or the like, or empty."""

    def __init__(self, reason: str, details: str = "") -> None:
        super().__init__(reason)
        self.details = details


@dataclass(frozen=True)
class Project:
    """Where a project is, and the entry points that its cog.yaml names."""

    folder: Path
    train: str
    predict: str


def is_project(folder: Path) -> bool:
    """Return whether a folder is a Cog project."""
    return (folder / "cog.yaml").is_file()


def read_project(folder: Path) -> Project:
    """Return the Cog project in a folder. Raises `Unloadable`."""
    try:
        text = (folder / "cog.yaml").read_text("utf-8")
        read = YAML(typ="safe", pure=True).load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise Unloadable(f"cog.yaml cannot be read: {error}") from None
    except YAMLError as error:
        raise Unloadable("cog.yaml is not valid YAML.", str(error)) from None
    if not isinstance(read, dict):
        raise Unloadable("cog.yaml must be a mapping.")
    train, predict = read.get("train"), read.get("run") or read.get("predict") or ""
    if not train:
        raise Unloadable("cog.yaml has no `train:` entry, such as `train: train.py:train`.")
    for name, entry in (("train", train), ("predict", predict)):
        if not isinstance(entry, str) or (entry and ":" not in entry):
            raise Unloadable(f"cog.yaml: `{name}:` must name a file and a function in it.")
    return Project(folder, train, predict)


def read_schema(folder: Path) -> Document | None:
    """Return the OpenAPI document that a project brings, or None. Raises `Unloadable`."""
    path = folder / SCHEMA
    try:
        document = json.loads(path.read_text("utf-8")) if path.is_file() else None
    except (OSError, ValueError) as error:
        raise Unloadable(f"{SCHEMA} cannot be read: {error}") from None
    if document is not None and not isinstance(document, dict):
        raise Unloadable(f"{SCHEMA} must be a JSON object.")
    return document


def content_id(folder: Path) -> str:
    """Return the digest of a project's files: the same files are the same version.

    Raises `OSError`.
    """
    parts = []
    for path in _files(folder):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
        parts += [path.relative_to(folder).as_posix().encode(), digest]
    return ids.content_id(*parts)


def fingerprint(folder: Path) -> tuple[object, ...]:
    """Return a value that is cheap to find and changes with the files. Raises `OSError`."""
    found: list[object] = []
    for path in _files(folder):
        entry = path.stat()
        found.append((str(path), entry.st_ino, entry.st_size, entry.st_mtime_ns))
    return tuple(found)


def copy_project(folder: Path, target: Path) -> None:
    """Copy the files of a project, those of its `content_id`, into a new folder.

    The copy's folders can be written whatever the project's modes are. Raises `OSError`.
    """
    target.mkdir()
    for path in _files(folder):
        copy = target / path.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)


def _files(folder: Path, above: frozenset[tuple[int, int]] = frozenset()) -> Iterator[Path]:
    """Yield the regular files, those behind links too. Raises `OSError`.

    A link to one of the folders `above` (device, inode) it would lead round for ever: it is
    skipped.
    """
    status = folder.stat()
    here = (status.st_dev, status.st_ino)
    if here in above:
        return
    paths = sorted(path for path in folder.iterdir() if path.name not in _IGNORED)
    yield from (path for path in paths if path.is_file())
    for path in paths:
        if path.is_dir():
            yield from _files(path, above | {here})
