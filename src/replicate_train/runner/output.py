"""Standard output: whole lines, and a fence around foreign ones.

Everything is printed there: the runner reads standard error first when both have text, and would
shuffle the log.
"""

import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

_GROUP = "Training log"
_BLOCK = 4_000  # characters that are written at once: a pipe takes 4,096 bytes whole or not at all


class Output:
    """Prints lines. Foreign ones stand in a folded group, inside a fence.

    In the fence the runner runs no commands: it waits for a random token. A signal may interrupt
    any line, so what is open is noted before it is opened, and closed by whatever comes next.
    """

    def __init__(self) -> None:
        self._token = ""  # of the open fence
        self._grouped = False  # a group is open around the fence
        self._line_open = False  # a line is being written, or was interrupted half way

    def foreign(self, lines: Iterable[str]) -> None:
        """Print foreign lines, and leave the fence open for more."""
        block: list[str] = []
        size = 0
        for line in lines:
            if block and size + len(line) > _BLOCK:
                self._print_foreign(block)
                size = 0
            block.append(line)
            size += len(line) + 1
        self._print_foreign(block)

    def _print_foreign(self, block: list[str]) -> None:
        """Print the lines of a block at once, and empty it."""
        if not block:
            return
        if self._line_open or not self._token:  # the line may be the start of the fence itself
            self._begin()
        with self._whole_line():
            sys.stdout.write("\n".join([*block, ""]))
        block.clear()

    def end(self) -> None:
        """Close the fence and its group, if open, so that the runner runs commands again."""
        if self._token:
            self._print(f"::{self._token}::")
            self._token = ""
        if self._grouped:
            self._print("::endgroup::")
            self._grouped = False

    @contextmanager
    def own_line(self) -> Iterator[None]:
        """Let one line of the step's own be written, outside the fence."""
        self.end()
        with self._whole_line():
            yield

    def _begin(self) -> None:
        self.end()
        self._grouped = True
        self._print(f"::group::{_GROUP}")
        self._token = secrets.token_hex(16)
        self._print(f"::stop-commands::{self._token}")

    def _print(self, line: str) -> None:
        with self._whole_line():
            sys.stdout.write(f"{line}\n")

    @contextmanager
    def _whole_line(self) -> Iterator[None]:
        """Start a new line if the last one was interrupted, and remember that one is open."""
        if self._line_open:
            sys.stdout.write("\n")
        self._line_open = True
        yield
        sys.stdout.flush()
        self._line_open = False
