"""The user's checkout: files are read and written inside it, never outside."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from replicate_train.runner.text import quoted

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


_RELATIVE = "Use a path relative to the repository's root."
OTHER_PATH = "Choose another path."


class PathError(ValueError):
    """Why a path cannot be used, in words that follow it, and how to `fix` it."""

    def __init__(self, words: str, fix: str) -> None:
        super().__init__(words)
        self.fix = fix


def unusable(path: str, error: OSError | ValueError) -> tuple[str, str]:
    """Return why an input's path cannot be used, and how to fix it."""
    reason = f"cannot be used: {error.strerror}" if isinstance(error, OSError) else str(error)
    fix = "" if isinstance(error, OSError) else getattr(error, "fix", OTHER_PATH)
    return f"{quoted(path)} {reason}", fix


def resolved(path: Path) -> Path:
    """Return a path with all links followed. Raises `ValueError` for a link loop.

    Python 3.11 and 3.12 raise `RuntimeError` for a loop, later ones return the path unchanged.
    """
    try:
        real = path.resolve()
        loop = real.is_symlink()
    except RuntimeError:
        loop = True
    if loop:
        raise ValueError("is a link that leads back to itself")
    return real


class Workspace:
    """Paths of inputs, resolved inside one directory.

    Every method raises `ValueError` for a path that leads out of it, also by a link, and `OSError`
    for errors of the file system.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def path(self, text: str) -> Path:
        """Return an input's absolute path: it is relative to the workspace, or absolute in it."""
        path = Path(os.path.normpath(self.root / text))
        real = self.real(path)
        return path if path.is_relative_to(self.root) else real

    def real(self, path: Path) -> Path:
        """Return a path with all links followed."""
        real = resolved(path)
        if not real.is_relative_to(self.root):
            raise PathError("is outside the workspace", _RELATIVE)
        if ".git" in real.relative_to(self.root).parts:
            raise ValueError("is inside .git, where actions/checkout may have left a token")
        return real

    @contextmanager
    def folder(self, real: Path, *, make: bool = False) -> Iterator[int]:
        """Open a folder that `real` returned, during the block, as a file descriptor.

        No link is followed: one that was created meanwhile cannot lead out. `make`: missing folders
        are created.
        """
        opened = os.open(self.root, _FOLDER)
        try:
            for name in real.relative_to(self.root).parts:
                if make:
                    self._create_folder(name, opened)
                above, opened = opened, os.open(name, _FOLDER, dir_fd=opened)
                os.close(above)
            yield opened
        finally:
            os.close(opened)

    def status(self, real: Path) -> os.stat_result:
        """Return the status of a path that `real` returned; a link there is not followed."""
        with self.folder(real.parent) as folder:
            return os.stat(real.name, dir_fd=folder, follow_symlinks=False)

    def read_text(self, text: str) -> str:
        """Return a UTF-8 file's text."""
        path = self.path(text)
        if not path.is_file():
            raise PathError(
                "is not a file in the workspace",
                f"{_RELATIVE} Check that `actions/checkout` ran before this step.",
            )
        real = self.real(path)
        with self.folder(real.parent) as folder:
            opened = os.open(real.name, _FILE, dir_fd=folder)
        with os.fdopen(opened, encoding="utf-8-sig") as file:
            try:
                return file.read()
            except UnicodeDecodeError as error:
                where = f"is not UTF-8 text (byte {error.start + 1})"
                raise PathError(where, "Save it as UTF-8.") from None

    def unwritable(self, text: str) -> str:
        """Return why no file can be written there; empty if nothing is known to prevent it."""
        path = self.path(text)
        if path.is_dir():
            return "is a directory"
        if path.exists() and not path.is_file():
            return "is not a regular file"
        above = next(one for one in path.parents if one.exists())
        if above.is_dir():
            return ""
        return f"cannot be created: {quoted(above.name)} is not a directory"

    def new_file(self, text: str) -> int:
        """Create or empty a file, and return it open for writing, as a file descriptor.

        New files and folders belong to the workspace's owner: a self-hosted runner could not
        remove what belongs to root.
        """
        real = self.real(self.path(text))
        with self.folder(real.parent, make=True) as folder:
            try:
                opened = os.open(real.name, _NEW | os.O_EXCL, 0o666, dir_fd=folder)
                self._change_owner(real.name, folder)
            except FileExistsError:
                opened = os.open(real.name, _NEW, dir_fd=folder)
        if stat.S_ISREG(os.fstat(opened).st_mode):
            os.ftruncate(opened, 0)
            return opened
        os.close(opened)
        raise ValueError("is not a regular file")

    def _create_folder(self, name: str, folder: int) -> None:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=folder)
            self._change_owner(name, folder)

    def _change_owner(self, name: str, folder: int) -> None:
        """Make the workspace's owner the owner of a new file or folder, if possible."""
        owner = self.root.stat()
        with suppress(OSError):
            os.chown(name, owner.st_uid, owner.st_gid, dir_fd=folder, follow_symlinks=False)
