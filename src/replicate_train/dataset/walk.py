"""A folder's files, with what does not belong into a dataset noted or left out."""

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from replicate_train.dataset.files import ChangedError, DatasetFile
from replicate_train.dataset.names import left_out
from replicate_train.diagnostics.finding import Finding
from replicate_train.runner.text import shown
from replicate_train.runner.workspace import Workspace, resolved

_FIX = "Remove it, or put the file itself in its place."


@contextmanager
def _opened(path: str, status: os.stat_result) -> Iterator[int]:
    """Open a folder, which must be the one with this status, as a file descriptor."""
    opened = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if not os.path.samestat(os.fstat(opened), status):
            raise ChangedError(path)
        yield opened
    finally:
        os.close(opened)


class Walk:
    """Goes through a folder of the workspace; `problems` and `left_out` grow on the way.

    `wanted` tells by a path relative to the workspace which files are looked at. Raises
    `ValueError` where the folder is a link that leaves the workspace, or leads into .git; in it, no
    link to a folder is followed.
    """

    def __init__(
        self, workspace: Workspace, folder: Path, wanted: Callable[[str], bool] = lambda _: True
    ) -> None:
        self._workspace = workspace
        self._real = workspace.real(folder)
        place = folder.relative_to(workspace.root).as_posix()
        self._place = "" if place == "." else f"{place}/"
        self._wanted = wanted
        self.problems: list[Finding] = []
        self.left_out: Counter[str] = Counter()

    def files(self) -> Iterator[DatasetFile]:
        """Yield every file below the folder."""
        try:
            with self._workspace.folder(self._real) as opened:
                folders = [("", os.fstat(opened))]
        except OSError as error:
            self._refuse("", f"cannot be read: {error.strerror}")
            return
        while folders:
            yield from self._within(*folders.pop(), folders)

    def _within(
        self, above: str, status: os.stat_result, folders: list[tuple[str, os.stat_result]]
    ) -> Iterator[DatasetFile]:
        """Yield the files of a folder, and note the folders in it.

        `above` is what it adds to the names, `status` tells which folder it has to be.
        """
        try:
            path = os.path.join(self._real, above)  # noqa: PTH118 - a Path is slow
            with _opened(path, status) as opened, os.scandir(opened) as found:
                for entry in found:
                    name = above + entry.name
                    if kind := left_out(entry.name):
                        self.left_out[kind] += self._wanted(self._place + name)
                    elif entry.is_dir(follow_symlinks=False):
                        folders.append((f"{name}/", entry.stat(follow_symlinks=False)))
                    elif self._wanted(self._place + name) and (
                        member := self._member(entry, opened, name)
                    ):
                        yield member
        except OSError as error:
            self._refuse(above.rstrip("/"), f"cannot be read: {error.strerror}")

    def _member(self, entry: "os.DirEntry[str]", folder: int, name: str) -> DatasetFile | None:
        path, why = os.path.join(self._real, name), ""  # noqa: PTH118 - a Path for each is slow
        try:
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISLNK(status.st_mode):
                path, status = self._behind(path)
            if not stat.S_ISREG(status.st_mode):
                why = "is no file, but a device, a pipe or a socket"
            elif not os.access(entry.name, os.R_OK, dir_fd=folder):
                why = "cannot be read: the step has no permission"
        except OSError as error:
            why = f"cannot be read: {error.strerror}"
        except ValueError as error:
            why = str(error)
        if why:
            self._refuse(name, why)
            return None
        return DatasetFile.found(name, path, status, self._place + name)

    def _behind(self, link: str) -> tuple[str, os.stat_result]:
        """Return where a link leads, and what is there.

        Raises `OSError`, and `ValueError` for a link that cannot be part of a dataset.
        """
        real = resolved(Path(link))
        if not real.is_relative_to(self._workspace.root):
            raise ValueError("is a link that leaves the workspace")
        if ".git" in real.relative_to(self._workspace.root).parts:
            raise ValueError("is a link into .git, where actions/checkout may have left a token")
        if real.is_dir():
            raise ValueError("is a link to a directory")
        if not real.exists():
            raise ValueError("is a broken link")
        return str(real), self._workspace.status(real)

    def _refuse(self, name: str, why: str) -> None:
        told = (self._place + name).rstrip("/") or "the workspace"
        self.problems.append(Finding("dataset", f"{shown(told)} {why}", _FIX))
