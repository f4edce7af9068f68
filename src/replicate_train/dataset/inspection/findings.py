"""Findings about a dataset's files: the first of each kind are kept, the others counted."""

from collections import Counter
from collections.abc import Iterator

from replicate_train.dataset.files import Content
from replicate_train.diagnostics.finding import Finding
from replicate_train.runner.text import shown

_MAX_OF_A_KIND = 10  # findings of a kind that are kept


class Findings:
    """Gathers findings in memory that does not grow with them."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self._count: Counter[tuple[str, bool]] = Counter()
        self._more: Counter[tuple[str, bool]] = Counter()

    def error(
        self, content: Content, kind: str, detail: str = "", line: int = 0, fix: str = ""
    ) -> None:
        """Add what would break a training. `kind` says what is wrong, `detail` more about this."""
        self._add(content, kind, detail, line, fix or _fix(content, line), serious=True)

    def warning(
        self, content: Content, kind: str, detail: str = "", line: int = 0, fix: str = ""
    ) -> None:
        """Add what would only weaken a training."""
        self._add(content, kind, detail, line, fix, serious=False)

    def more(self, kind: str, count: int, *, serious: bool) -> None:
        """Add findings of a kind whose places are not known."""
        self._more[kind, serious] += count

    def all(self) -> Iterator[Finding]:
        """Yield what was kept, and how many more there are of each kind."""
        yield from self._kept
        for (kind, serious), count in self._more.items():
            if count:
                yield Finding("dataset", f"{count:,} more: {kind}", serious=serious)

    def _add(
        self, content: Content, kind: str, detail: str, line: int, fix: str, *, serious: bool
    ) -> None:
        if self._count[kind, serious] >= _MAX_OF_A_KIND:
            self._more[kind, serious] += 1
            return
        self._count[kind, serious] += 1
        place = f", line {line}" if line else ""
        text = f"{shown(content.name)}{place}: {kind}" + (f" ({detail})" if detail else "")
        at = line if content.file and content.has_file_lines else 0
        self._kept.append(Finding("dataset", text, fix, content.file, at, serious=serious))


def _fix(content: Content, line: int) -> str:
    if not content.has_file_lines:
        return "Fix it in the archive, or name a folder in `dataset` instead."
    return "Fix this line." if line else "Replace the file, or exclude it with a line `!path`."
