"""The runner's files and the log file of one attempt, on a disk that is full for a while.

What the action is given are links. While the disk is full they lead to `/dev/full`, which takes
nothing (ENOSPC) whoever writes to it and however; otherwise to the files that the judge reads.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from support.runner_view import file_command, read_file_command, shown

_FULL = Path("/dev/full")
_PRINTED = "output "  # what a line of the log begins with that stands for an output
COMMANDS = ("OUTPUT", "STATE", "STEP_SUMMARY")
LOG, LOG_FOLDER = "log", "log folder"


@dataclass(frozen=True)
class Spell:
    """A file that cannot be written, `begins` seconds after the attempt began, and for how long.

    The file is one of the runner's, the log file, or the log file's folder, which is removed.
    """

    file: str
    begins: float
    lasts: float


class Disk:
    """The files of one attempt; `pass_time` makes them what they are at a moment."""

    def __init__(self, folder: Path, log: Path, spells: tuple[Spell, ...], began: float) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._log = log
        self._spells = spells
        self._began = began
        self._full: set[str] = set()
        self._size_before = 0  # of the outputs' file, in characters, when it could last be written
        shutil.rmtree(log.parent, ignore_errors=True)  # as a new checkout
        for name in COMMANDS:
            (folder / f"{name}.txt").write_bytes(b"")
            self._lead(folder / name, folder / f"{name}.txt")
        self.pass_time(began)

    @property
    def paths(self) -> Mapping[str, Path]:
        """What the action is given for each of the runner's files."""
        return {name: self._folder / name for name in COMMANDS}

    def read(self, name: str) -> dict[str, str]:
        """Return what a file command's file holds."""
        return read_file_command(self._folder / f"{name}.txt")

    def outputs(self, log: str) -> dict[str, str]:
        """Return the outputs that an attempt set: in the file, or in its log while that was full.

        A later value replaces an earlier one, wherever it was set.
        """
        text = (self._folder / "OUTPUT.txt").read_text("utf-8")
        if not any(spell.file == "OUTPUT" for spell in self._spells):
            return file_command(text)
        printed = [
            line.removeprefix("output ") for line in shown(log) if line.startswith("output ")
        ]
        before, after = text[: self._size_before], text[self._size_before :]
        return file_command(before) | file_command("\n".join(printed)) | file_command(after)

    def pass_time(self, now: float) -> None:
        """Fill and free the disk, as far as the spells say so by now."""
        for spell in self._spells:
            begins = self._began + spell.begins
            full = begins <= now < begins + spell.lasts
            if full == (spell.file in self._full):
                continue
            if spell.file in COMMANDS:
                real = self._folder / f"{spell.file}.txt"
                if full and spell.file == "OUTPUT":
                    self._size_before = len(real.read_text("utf-8"))
                self._lead(self._folder / spell.file, _FULL if full else real)
            elif not self._spoil_log(spell, full=full):
                continue
            (self._full.add if full else self._full.discard)(spell.file)

    def _spoil_log(self, spell: Spell, *, full: bool) -> bool:
        """Return whether there was a log file to spoil."""
        if full and not self._log.exists():
            return False
        if full and spell.file == LOG_FOLDER:
            shutil.rmtree(self._log.parent)
        elif full:
            self._lead(self._log, _FULL)
        elif spell.file == LOG:
            self._log.unlink(missing_ok=True)
        return True

    @staticmethod
    def _lead(link: Path, target: Path) -> None:
        link.unlink(missing_ok=True)
        link.symlink_to(target)
