"""The dataset: a ZIP of images, in a folder for each class or listed in a JSON lines file."""

import json
import posixpath
import zipfile
from pathlib import Path

import numpy as np
from images import features
from numpy.typing import NDArray
from png import ImageError

_MOST = 500_000_000  # bytes that the archive may unpack to
_SUFFIXES = (".png", ".ppm", ".pgm", ".jpg", ".jpeg", ".webp", ".gif", ".bmp")


class DatasetError(ValueError):
    """What is wrong with the dataset, and where."""


def read(path: Path) -> tuple[NDArray[np.float32], list[str]]:
    """Return the images' numbers, a row for each, and their labels. Raises `DatasetError`."""
    try:
        with zipfile.ZipFile(path) as archive:
            files = [info for info in archive.infolist() if _is_used(info.filename)]
            if sum(info.file_size for info in files) > _MOST:
                raise DatasetError("input_images: larger than 500 MB when unpacked")
            labels = _labels(archive, [info.filename for info in files])
            rows = [_features(archive, name) for name in labels]
    except zipfile.BadZipFile as error:
        raise DatasetError(f"input_images: not a readable ZIP file: {error}") from None
    if len(set(labels.values())) < 2:  # noqa: PLR2004 - one class cannot be told from another
        raise DatasetError(
            "input_images: images of at least two classes are required. Use a folder for each "
            'class, or a .jsonl file with lines like {"file": "a.png", "label": "cat"}'
        )
    return np.stack(rows), list(labels.values())


def _is_used(name: str) -> bool:
    parts = name.split("/")
    return not name.endswith("/") and not any(p.startswith((".", "__MACOSX")) for p in parts)


def _labels(archive: zipfile.ZipFile, names: list[str]) -> dict[str, str]:
    """Return each image's label by its name."""
    lists = [name for name in names if name.endswith(".jsonl")]
    if lists:
        return _listed(archive, lists[0], set(names))
    images = sorted(name for name in names if name.lower().endswith(_SUFFIXES))
    folders = {name: posixpath.basename(posixpath.dirname(name)) for name in images}
    return {name: folder for name, folder in folders.items() if folder}


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
                f'{listing}, line {number}: must be an object with "file" and "label"'
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
        raise DatasetError(f"{name}: {error}") from None
