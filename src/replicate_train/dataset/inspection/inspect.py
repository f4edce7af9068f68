"""Which of a dataset's files is looked into in which way."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from replicate_train.dataset.file_types import Group, file_type
from replicate_train.dataset.files import Content, DatasetFile
from replicate_train.dataset.inspection import archives, images, records, tables, texts
from replicate_train.dataset.inspection.captions import Pairs
from replicate_train.dataset.inspection.notes import Notes
from replicate_train.dataset.inspection.texts import is_pointer
from replicate_train.dataset.names import is_secretive
from replicate_train.diagnostics.finding import Finding
from replicate_train.runner.text import counted, shown

_LOOKS: Mapping[str, Callable[[Content, Notes], str]] = {
    "JSONL": records.look_into_lines,
    "JSON": records.look_into_document,
    "CSV": tables.look_into_csv,
    "Parquet": tables.look_into_parquet,
    "text": texts.look_into,
}
_ARCHIVES: Mapping[str, Callable[[DatasetFile, Notes, archives.Look], str]] = {
    "ZIP": archives.look_into_zip,
    "tar": archives.look_into_tar,
}
_FACTS, _NAMED = 5, 3  # that are told one by one, files that are named
_LFS = "Let actions/checkout fetch the files themselves, with lfs: true."


@dataclass(frozen=True)
class Inspection:
    """What is wrong or unwise, and a few facts for the log."""

    findings: tuple[Finding, ...] = ()
    facts: tuple[str, ...] = ()


def inspect(members: Sequence[DatasetFile]) -> Inspection:
    """Look into the files, in memory and time that do not run away."""
    notes = Notes()
    looking = _Looking(notes)
    for member in members:
        archive = _ARCHIVES.get(file_type(member.name).label)
        if archive and not is_pointer(member):
            inside = _Looking(notes)
            fact = archive(member, notes, inside.look)
            looking.facts += [one for one in (fact, *inside.all_facts()) if one]
        else:
            looking.look(member)
    facts = tuple(_few(list(looking.all_facts())))
    return Inspection(tuple(notes.findings()), facts)


@dataclass
class _Looking:
    """Looks into the files of one place, a folder or an archive."""

    notes: Notes
    pairs: Pairs = field(default_factory=Pairs)
    facts: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def look(self, content: Content) -> None:
        """Look into a file."""
        kind = file_type(content.name)
        other = images.look_into if kind.group is Group.IMAGE else self._other
        look = _LOOKS.get(kind.label, other)
        self.pairs.add(content)
        if is_secretive(content.name):
            fix = "Exclude it with a line !path, unless the trainer is to have it."
            self.notes.warning(content, "may hold a secret, by its name", fix=fix)
        try:
            if is_pointer(content):
                self.notes.error(content, "is a Git LFS pointer, not the file", fix=_LFS)
            elif fact := look(content, self.notes):
                self.facts.append(fact)
        except OSError as error:
            self.notes.error(content, "cannot be read", str(error.strerror))

    def _other(self, content: Content, _notes: Notes) -> str:
        """Count a file of a kind that is not looked into."""
        self.others.append(content.name)
        return ""

    def all_facts(self) -> Iterator[str]:
        """Yield what was found in all of them together, and in single files."""
        yield from self.pairs.judge(self.notes)
        yield from self.facts
        if self.others:
            named = ", ".join(shown(name) for name in self.others[:_NAMED])
            more = ", ..." if self.others[_NAMED:] else ""
            yield f"{counted(len(self.others), 'other file')}: {named}{more}"


def _few(facts: list[str]) -> Iterator[str]:
    yield from facts[:_FACTS]
    if left := facts[_FACTS:]:
        yield f"and {counted(len(left), 'more file')} looked into"
