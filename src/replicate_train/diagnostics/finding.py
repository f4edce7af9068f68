"""One problem or warning about what the workflow gives, as a value."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing to fix.

    `subject` is the input it belongs to ("dataset", "training-input"), `what` the problem, `fix`
    what to do. `file` is a path relative to the workspace, which `what` names too; `line` and
    `column` count from 1 in it, or in the input's own text where `file` is empty. 0 and empty mean
    that there is no such place. `serious` findings end the step before anything is spent, the
    others are warnings. Foreign text may be in any of the texts.
    """

    subject: str
    what: str
    fix: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    serious: bool = True

    @property
    def place(self) -> str:
        """`file:line`, or the line (and column) of the input's own text; empty where not known."""
        if self.file:
            return f"{self.file}:{self.line}" if self.line else self.file
        column = f", column {self.column}" if self.column else ""
        return f"line {self.line}{column}" if self.line else ""
