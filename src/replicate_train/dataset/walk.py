"""Finding all files below a folder, without those that are ignored or cannot be used."""

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from replicate_train.dataset.files import ChangedError, DatasetFile
from replicate_train.dataset.names import ignored_as
from replicate_train.diagnostics.finding import Finding
from replicate_train.runner.text import shown
from replicate_train.runner.workspace import Workspace, resolved

_FIX = "Remove it, or replace it with the file itself."


@contextmanager
def _opened(path: str, status: os.stat_result) -> Iterator[int]:
    """Open a folder, which must have this status, as a file descriptor."""
    opened = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if not os.path.samestat(os.fstat(opened), status):
            raise ChangedError(path)
        yield opened
    finally:
        os.close(opened)


class Walk:
    """Finds the files below a folder of the workspace; `problems` and `ignored` grow on the way.

    `included` tells by a path relative to the workspace which files belong to the dataset. Raises
    `ValueError` if the folder is a link that leaves the workspace or leads into .git. No link to a
    folder below it is followed.
    """

    def __init__(
        self, workspace: Workspace, folder: Path, included: Callable[[str], bool] = lambda _: True
    ) -> None:
        self._workspace = workspace
        self._real = workspace.real(folder)
        place = folder.relative_to(workspace.root).as_posix()
        self._prefix = "" if place == "." else f"{place}/"
        self._included = included
        self.problems: list[Finding] = []
        self.ignored: Counter[str] = Counter()

    def files(self) -> Iterator[DatasetFile]:
        """Yield every file below the folder."""
        try:
            with self._workspace.folder(self._real) as opened:
                folders = [("", os.fstat(opened))]
        except OSError as error:
            self._add_problem("", f"cannot be read ({error.strerror})")
            return
        while folders:
            yield from self._files_in(*folders.pop(), folders)

    def _files_in(
        self, above: str, status: os.stat_result, folders: list[tuple[str, os.stat_result]]
    ) -> Iterator[DatasetFile]:
        """Yield the files of a folder, and add its folders to `folders`.

        `above` is the folder's path below the first one; it must have the status `status`.
        """
        try:
            path = os.path.join(self._real, above)  # noqa: PTH118 - a Path is slow
            with _opened(path, status) as opened, os.scandir(opened) as found:
                for entry in found:
                    name = above + entry.name
                    if kind := ignored_as(entry.name):
                        self.ignored[kind] += self._included(self._prefix + name)
                    elif entry.is_dir(follow_symlinks=False):
                        folders.append((f"{name}/", entry.stat(follow_symlinks=False)))
                    elif self._included(self._prefix + name) and (
                        member := self._member(entry, opened, name)
                    ):
                        yield member
        except OSError as error:
            self._add_problem(above.rstrip("/"), f"cannot be read ({error.strerror})")

    def _member(self, entry: "os.DirEntry[str]", folder: int, name: str) -> DatasetFile | None:
        path, why = os.path.join(self._real, name), ""  # noqa: PTH118 - a Path for each is slow
        try:
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISLNK(status.st_mode):
                path, status = self._link_target(path)
            if not stat.S_ISREG(status.st_mode):
                why = "not a file, but a device, a pipe or a socket"
            elif not os.access(entry.name, os.R_OK, dir_fd=folder):
                why = "cannot be read (no permission)"
        except OSError as error:
            why = f"cannot be read ({error.strerror})"
        except ValueError as error:
            why = str(error).removeprefix("is ").removeprefix("a ")
        if why:
            self._add_problem(name, why)
            return None
        return DatasetFile.found(name, path, status, self._prefix + name)

    def _link_target(self, link: str) -> tuple[str, os.stat_result]:
        """Return the path and status of a link's target.

        Raises `OSError`, and `ValueError` if it cannot be part of a dataset.
        """
        real = resolved(Path(link))
        if not real.is_relative_to(self._workspace.root):
            raise ValueError("link that leaves the workspace")
        if ".git" in real.relative_to(self._workspace.root).parts:
            raise ValueError("link into .git, where actions/checkout may have left a token")
        if real.is_dir():
            raise ValueError("link to a directory")
        if not real.exists():
            raise ValueError("broken link")
        return str(real), self._workspace.status(real)

    def _add_problem(self, name: str, why: str) -> None:
        path = (self._prefix + name).rstrip("/") or "the workspace"
        self.problems.append(Finding("dataset", f"{shown(path)}: {why}", _FIX))
