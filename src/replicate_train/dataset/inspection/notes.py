"""What was found in a dataset's files: the first of each kind told one by one, the rest counted."""

from collections import Counter
from collections.abc import Iterator

from replicate_train.dataset.members import Member
from replicate_train.findings import Finding
from replicate_train.plain_text import shown

_EACH = 10  # findings of a kind that are told one by one


class Notes:
    """Gathers findings in memory that does not grow with them."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self._count: Counter[tuple[str, bool]] = Counter()

    def error(self, member: Member, kind: str, said: str = "", line: int = 0) -> None:
        """Note what would break a training. `kind` says what it is, `said` more of this one."""
        self._note(member, kind, said, line, serious=True)

    def warning(self, member: Member, kind: str, said: str = "", line: int = 0) -> None:
        """Note what would only weaken a training."""
        self._note(member, kind, said, line, serious=False)

    def findings(self) -> Iterator[Finding]:
        """Yield what was kept, and how many more there are of each kind."""
        yield from self._kept
        for (kind, serious), count in self._count.items():
            if count > _EACH:
                more = f"and {count - _EACH:,} more times: {kind}"
                yield Finding("dataset", more, serious=serious)

    def _note(self, member: Member, kind: str, said: str, line: int, *, serious: bool) -> None:
        self._count[kind, serious] += 1
        if self._count[kind, serious] <= _EACH:
            place = f", line {line}" if line else ""
            words = f"{shown(member.name)}{place}: {kind}" + (f" ({said})" if said else "")
            file = member.file
            self._kept.append(Finding("dataset", words, "", file, line, serious=serious))
