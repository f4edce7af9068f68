"""What is wrong, or only unwise, about what the workflow gives: one value for each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing to fix.

    `subject` is the input it belongs to ("dataset", "training-input"), `what` says what is wrong
    and why, `fix` how to put it right. `file` is a path relative to the workspace, `line` and
    `column` count from 1; 0 and empty mean that there is no such place. `serious` findings end the
    step before anything is spent, the others are warnings. Foreign text may stand in any text.
    """

    subject: str
    what: str
    fix: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    serious: bool = True
