"""The training's log in a file of the workspace: with secrets hidden, and never a reason to fail.

A secret may begin in one part of the log and end in the next one, so only complete text is written:
whole lines, and of a very long line the part in which no unfinished secret can begin.
"""

import errno
import os
import re

from replicate_train.runner.commands import Runner
from replicate_train.runner.text import printable, quoted

_MAX_HELD_CHARS = 1 << 16  # of an unfinished line, before a part of it is written
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class LogFile:
    """Writes a log as it comes. `file` is an open descriptor, `name` its path for warnings."""

    def __init__(self, file: int, name: str, runner: Runner) -> None:
        self._file = file
        self._name = name
        self._runner = runner
        self._unfinished = ""
        self._failed = False

    def write(self, news: str) -> None:
        """Write the lines that `news` completes. Warns about the first failure."""
        text = self._unfinished + news
        end = max(text.rfind("\n"), text.rfind("\r")) + 1
        finished, rest = self._hidden(text[:end]), text[end:]
        longest = self._runner.longest_secret
        if len(rest) > _MAX_HELD_CHARS + longest:
            rest = self._hidden(rest)
            safe = max(0, len(rest) - longest)
            finished, rest = finished + rest[:safe], rest[safe:]
        self._unfinished = rest
        self._append(finished)

    def close(self) -> None:
        """Write the rest, and close the file. Warns about the first failure."""
        rest, self._unfinished = self._hidden(self._unfinished), ""
        self._append(rest)
        if self._file >= 0:
            file, self._file = self._file, -1
            try:
                os.close(file)
            except OSError as error:  # some disks report only now that they are full
                self._fail(error)

    def _append(self, text: str) -> None:
        data = memoryview(text.encode())
        try:
            if data and not os.fstat(self._file).st_nlink:
                raise FileNotFoundError(errno.ENOENT, "the file was removed")
            while data:
                data = data[os.write(self._file, data) :]
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        if not self._failed:
            self._failed = True
            self._runner.warning(
                "Log file incomplete",
                f"logs-file: {quoted(self._name)} cannot be written: {error.strerror}. "
                "The training is not affected, and its log is also in the log of this step.",
            )

    def _hidden(self, text: str) -> str:
        return "".join(map(self._as_seen, _LINES.findall(self._runner.redact(text))))

    def _as_seen(self, line: str) -> str:
        """Return a line unchanged, unless control characters in it hide a secret; then redacted."""
        body = line.rstrip("\r\n")
        if body.isprintable():
            return line
        seen = printable(body)
        hidden = self._runner.redact(seen)
        return line if hidden == seen else hidden + line[len(body) :]
