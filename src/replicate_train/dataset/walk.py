"""A folder's files, with what does not belong into a dataset noted or left out."""

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from replicate_train.dataset.files import DatasetFile
from replicate_train.dataset.names import left_out
from replicate_train.diagnostics.finding import Finding
from replicate_train.runner.text import shown
from replicate_train.runner.workspace import resolved

_FIX = "Remove it, or put the file itself in its place."


class Walk:
    """Goes through a folder of the workspace; `problems` and `left_out` grow on the way.

    `wanted` tells by a path relative to the workspace which files are looked at.
    """

    def __init__(
        self, root: Path, folder: Path, wanted: Callable[[str], bool] = lambda _: True
    ) -> None:
        self._root = root
        self._above_places = len(os.path.join(root, ""))  # noqa: PTH118 - with the last slash
        self._above_names = len(os.path.join(folder, ""))  # noqa: PTH118
        self._wanted = wanted
        self.problems: list[Finding] = []
        self.left_out: Counter[str] = Counter()

    def below(self, folder: str) -> Iterator[DatasetFile]:
        """Yield every file below a folder."""
        folders = [folder]
        while folders:
            yield from self._within(folders.pop(), folders)

    def _within(self, folder: str, folders: list[str]) -> Iterator[DatasetFile]:
        """Yield the files of a folder, and note the folders in it."""
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    place = entry.path[self._above_places :]
                    if kind := left_out(entry.name):
                        self.left_out[kind] += self._wanted(place)
                    elif entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    elif self._wanted(place) and (member := self._member(entry, place)):
                        yield member
        except OSError as error:
            self._refuse(folder, f"cannot be read: {error.strerror}")

    def _member(self, entry: "os.DirEntry[str]", place: str) -> DatasetFile | None:
        try:
            why = self._unfit(entry)
            size = 0 if why else entry.stat().st_size
        except OSError as error:
            why, size = f"cannot be read: {error.strerror}", 0
        except ValueError as error:
            why, size = str(error), 0
        if why:
            self._refuse(entry.path, why)
            return None
        return DatasetFile(entry.path[self._above_names :], entry.path, size, place)

    def _unfit(self, entry: "os.DirEntry[str]") -> str:
        """Return why it cannot be part of a dataset; empty where it can.

        Raises `OSError`, and `ValueError` for a link that goes in circles.
        """
        if entry.is_symlink():
            real = resolved(Path(entry.path))
            if not real.is_relative_to(self._root):
                return "is a link that leaves the workspace"
            if ".git" in real.relative_to(self._root).parts:
                return "is a link into .git, where actions/checkout may have left a token"
            if real.is_dir():
                return "is a link to a directory"
            if not real.exists():
                return "is a broken link"
        if not stat.S_ISREG(entry.stat().st_mode):
            return "is no file, but a device, a pipe or a socket"
        readable = os.access(entry.path, os.R_OK)
        return "" if readable else "cannot be read: the step has no permission"

    def _refuse(self, path: str, why: str) -> None:
        name = path[self._above_places :] or "the workspace"
        self.problems.append(Finding("dataset", f"{shown(name)} {why}", _FIX))
