"""Which of a dataset's files is looked into in which way."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from replicate_train.dataset.inspection import archives, images, records, tables
from replicate_train.dataset.inspection.captions import pair
from replicate_train.dataset.inspection.notes import Notes
from replicate_train.dataset.members import Member
from replicate_train.findings import Finding
from replicate_train.plain_text import counted

_LOOKS: Mapping[str, Callable[[Member, Notes], str]] = {
    ".jsonl": records.look_into_lines,
    ".ndjson": records.look_into_lines,
    ".json": records.look_into_document,
    ".csv": tables.look_into_csv,
    ".parquet": tables.look_into_parquet,
    ".zip": archives.look_into_zip,
    ".tar": archives.look_into_tar,
    ".tgz": archives.look_into_tar,
    **dict.fromkeys(images.SUFFIXES, images.look_into),
}


@dataclass(frozen=True)
class Inspection:
    """What is wrong or unwise, and a few facts for the log."""

    findings: tuple[Finding, ...] = ()
    facts: tuple[str, ...] = ()


def inspect(members: Sequence[Member]) -> Inspection:
    """Look into the files, in memory and time that do not run away."""
    notes = Notes()
    facts = []
    for member in members:
        look = _LOOKS.get(_suffix(member.name))
        try:
            if look and (fact := look(member, notes)):
                facts.append(fact)
        except OSError as error:
            notes.error(member, "cannot be read", str(error.strerror))
    facts += pair(members, notes)
    return Inspection(tuple(notes.findings()), tuple(_few(facts)))


def _suffix(name: str) -> str:
    if name.lower().endswith(".tar.gz"):
        return ".tgz"
    stem, dot, suffix = name.lower().rpartition(".")
    return dot + suffix if stem and "/" not in suffix else ""


def _few(facts: list[str]) -> Iterator[str]:
    most = 5
    yield from facts[:most]
    if left := facts[most:]:
        yield f"and {counted(len(left), 'more file')} looked into"
