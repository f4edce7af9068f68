"""A job summary made of parts, within GitHub's limit."""

from collections.abc import Sequence
from dataclasses import dataclass

from replicate_train.report.markdown import sentence

LIMIT = 890_000  # bytes: GitHub drops a summary of more than 1 MiB, and the step writes 900,000
_LARGE = 3  # a part of more than a third of the limit goes first


@dataclass(frozen=True)
class Part:
    """A part of a summary. Where not all fits, the parts with the lowest `weight` are left out.

    `name` is what the summary calls a part that was left out.
    """

    name: str
    markdown: str
    weight: int

    @property
    def is_large(self) -> bool:
        """Whether it alone takes much of the room, which a part of a usual run never does."""
        return _size(self.markdown) > LIMIT // _LARGE


def document(parts: Sequence[Part]) -> str:
    """Return the parts in their order, of at most `LIMIT` bytes, and name those left out."""
    kept = [part for part in parts if part.markdown]
    dropped: list[Part] = []
    while kept and _size(_joined(kept, dropped)) > LIMIT:
        least = min(kept, key=lambda part: (not part.is_large, part.weight))
        kept.remove(least)
        dropped.append(least)
    return _joined(kept, dropped)


def _joined(kept: Sequence[Part], dropped: Sequence[Part]) -> str:
    note = ""
    if dropped:
        names = ", ".join(part.name for part in dropped)
        note = sentence(f"Left out, because a job summary has at most 1 MB: {names}")
    return "\n\n".join([*(part.markdown for part in kept), *([note] if note else [])])


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
