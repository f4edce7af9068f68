"""The dataset: a zip of pictures, in a folder for each class or listed in a JSON lines file."""

import json
import posixpath
import zipfile
from pathlib import Path

import numpy as np
from images import ImageError, features
from numpy.typing import NDArray

_MOST = 500_000_000  # bytes that the archive may unpack to
_ENDINGS = (".png", ".ppm", ".pgm", ".jpg", ".jpeg", ".webp", ".gif", ".bmp")


class DatasetError(ValueError):
    """What is wrong with the dataset, and where."""


def read(path: Path) -> tuple[NDArray[np.float32], list[str]]:
    """Return the pictures' numbers, one row each, and their labels. Raises `DatasetError`."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [info for info in archive.infolist() if _counts(info.filename)]
            if sum(info.file_size for info in names) > _MOST:
                raise DatasetError("input_images unpacks to more than 500 MB")
            labels = _labels(archive, [info.filename for info in names])
            rows = [_features(archive, name) for name in labels]
    except zipfile.BadZipFile as error:
        raise DatasetError(f"input_images is no readable zip: {error}") from None
    if len(set(labels.values())) < 2:  # noqa: PLR2004 - one class is nothing to tell apart
        raise DatasetError(
            "input_images needs pictures of at least two classes: a folder for each, or a "
            '.jsonl file with lines like {"file": "a.png", "label": "cat"}'
        )
    return np.stack(rows), list(labels.values())


def _counts(name: str) -> bool:
    parts = name.split("/")
    return not name.endswith("/") and not any(p.startswith((".", "__MACOSX")) for p in parts)


def _labels(archive: zipfile.ZipFile, names: list[str]) -> dict[str, str]:
    lists = [name for name in names if name.endswith(".jsonl")]
    if lists:
        return _listed(archive, lists[0], set(names))
    pictures = sorted(name for name in names if name.lower().endswith(_ENDINGS))
    return {
        name: posixpath.basename(posixpath.dirname(name))
        for name in pictures
        if posixpath.dirname(name)
    }


def _listed(archive: zipfile.ZipFile, listing: str, names: set[str]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for number, line in enumerate(archive.read(listing).decode("utf-8", "replace").split("\n"), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            file, label = str(entry["file"]), str(entry["label"])
        except (ValueError, KeyError, TypeError):
            raise DatasetError(
                f'{listing}, line {number}: an object with "file" and "label" is needed'
            ) from None
        name = posixpath.join(posixpath.dirname(listing), file)
        if name not in names:
            raise DatasetError(f"{listing}, line {number}: {file} is not in the archive")
        labels[name] = label
    return labels


def _features(archive: zipfile.ZipFile, name: str) -> NDArray[np.float32]:
    try:
        return features(archive.read(name))
    except ImageError as error:
        raise DatasetError(f"{name} {error}") from None
