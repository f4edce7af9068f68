"""What was found in a dataset's files: the first of each kind told one by one, the rest counted."""

from collections import Counter
from collections.abc import Iterator

from replicate_train.dataset.files import Content
from replicate_train.diagnostics.finding import Finding
from replicate_train.runner.text import shown

_EACH = 10  # findings of a kind that are told one by one


class Notes:
    """Gathers findings in memory that does not grow with them."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self._told: Counter[tuple[str, bool]] = Counter()
        self._untold: Counter[tuple[str, bool]] = Counter()

    def error(
        self, content: Content, kind: str, said: str = "", line: int = 0, fix: str = ""
    ) -> None:
        """Note what would break a training. `kind` says what it is, `said` more of this one."""
        self._note(content, kind, said, line, fix or _fix(content, line), serious=True)

    def warning(
        self, content: Content, kind: str, said: str = "", line: int = 0, fix: str = ""
    ) -> None:
        """Note what would only weaken a training."""
        self._note(content, kind, said, line, fix, serious=False)

    def more(self, kind: str, count: int, *, serious: bool) -> None:
        """Note that something was found so many times more, at places that are not kept."""
        self._untold[kind, serious] += count

    def findings(self) -> Iterator[Finding]:
        """Yield what was kept, and how many more there are of each kind."""
        yield from self._kept
        for (kind, serious), count in self._untold.items():
            if count:
                more = f"and {count:,} more times: {kind}"
                yield Finding("dataset", more, serious=serious)

    def _note(
        self, content: Content, kind: str, said: str, line: int, fix: str, *, serious: bool
    ) -> None:
        if self._told[kind, serious] >= _EACH:
            self._untold[kind, serious] += 1
            return
        self._told[kind, serious] += 1
        place = f", line {line}" if line else ""
        words = f"{shown(content.name)}{place}: {kind}" + (f" ({said})" if said else "")
        at = line if content.lined else 0
        self._kept.append(Finding("dataset", words, fix, content.file, at, serious=serious))


def _fix(content: Content, line: int) -> str:
    if not content.lined:
        return "Mend it in the archive, or give dataset the folder instead."
    return "Correct the line." if line else "Replace it, or exclude it with a line !path."
