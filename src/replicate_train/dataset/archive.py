"""A directory as a zip: the same content gives the same bytes on every machine."""

import os
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from replicate_train.errors import DatasetError

_LEFT_OUT = {".git"}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest time a zip can hold
_MODE = (stat.S_IFREG | 0o644) << 16
# Compressed already: deflating them again costs time and gains nothing.
_STORED = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".mp4", ".mp3", ".zip", ".gz", ".parquet"}


def pack(directory: Path, into: IO[bytes]) -> int:
    """Write a directory's files as a zip, sorted by name, and return how many there are.

    Raises `DatasetError` for what does not belong into a dataset: nothing at all, links that
    lead out of the directory, devices and pipes, unreadable files, names no zip can hold.
    """
    count = 0
    with zipfile.ZipFile(into, "w") as archive:
        for path in sorted(_files(directory), key=lambda path: path.relative_to(directory).parts):
            _add(archive, path, path.relative_to(directory).as_posix())
            count += 1
    if not count:
        raise DatasetError(
            f"The dataset directory {directory.name} holds no files",
            mend="Check the path, and that actions/checkout (or a download) ran before this step.",
        )
    return count


def _files(directory: Path) -> Iterator[Path]:
    root = directory.resolve()
    for folder, subfolders, names in os.walk(directory, onerror=_unreadable):
        subfolders[:] = [name for name in subfolders if name not in _LEFT_OUT]
        for name in [*names, *(name for name in subfolders if Path(folder, name).is_symlink())]:
            if name in _LEFT_OUT:
                continue
            path = Path(folder, name)
            if not path.resolve().is_relative_to(root):
                raise _refusal(path.relative_to(directory), "is a link that leads out of it")
            if path.is_dir():
                raise _refusal(path.relative_to(directory), "is a link to a directory")
            if not path.is_file():
                raise _refusal(path.relative_to(directory), "is no file (or a broken link)")
            yield path


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raise _refusal(Path(ascii(name)), "has a name that is not UTF-8") from None
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.external_attr = _MODE
    stored = path.suffix.lower() in _STORED
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    entry.file_size = path.stat().st_size  # lets zipfile choose Zip64 before it writes
    try:
        with path.open("rb") as source, archive.open(entry, "w") as target:
            while block := source.read(1 << 20):
                target.write(block)
    except OSError as error:
        raise _refusal(Path(name), f"cannot be read: {error.strerror}") from error


def _unreadable(error: OSError) -> None:
    raise DatasetError(f"The dataset cannot be read: {error.strerror}: {error.filename}")


def _refusal(path: Path, words: str) -> DatasetError:
    return DatasetError(
        f"{path} in the dataset directory {words}",
        why="Only files inside the directory are uploaded.",
        mend="Remove it, or put the file itself in its place.",
    )
