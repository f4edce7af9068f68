"""Checking all files of a dataset: which file is checked in which way."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from replicate_train.dataset.file_types import Group, file_type
from replicate_train.dataset.files import Content, DatasetFile
from replicate_train.dataset.inspection import archives, images, records, tables, texts
from replicate_train.dataset.inspection.captions import Captions
from replicate_train.dataset.inspection.findings import Findings
from replicate_train.dataset.inspection.texts import is_lfs_pointer
from replicate_train.dataset.names import may_be_secret
from replicate_train.diagnostics.finding import Finding
from replicate_train.runner.text import counted, shown

_CHECKS: Mapping[str, Callable[[Content, Findings], str]] = {
    "JSONL": records.check_lines,
    "JSON": records.check_document,
    "CSV": tables.check_csv,
    "Parquet": tables.check_parquet,
    "text": texts.check,
}
_ARCHIVES: Mapping[str, Callable[[DatasetFile, Findings, archives.Check], str]] = {
    "ZIP": archives.check_zip,
    "tar": archives.check_tar,
}
_MAX_FACTS = 5  # that are in the log
_MAX_NAMES = 3  # of other files that are in the log
_LFS = "Let actions/checkout download the files: `lfs: true`."


@dataclass(frozen=True)
class Inspection:
    """The problems of a dataset's files, and a few facts for the log."""

    findings: tuple[Finding, ...] = ()
    facts: tuple[str, ...] = ()


def inspect(members: Sequence[DatasetFile]) -> Inspection:
    """Check the files, in bounded memory and time."""
    findings = Findings()
    checker = _Checker(findings)
    for member in members:
        archive = _ARCHIVES.get(file_type(member.name).label)
        if archive and not is_lfs_pointer(member):
            inside = _Checker(findings)
            fact = archive(member, findings, inside.check)
            checker.facts += [one for one in (fact, *inside.all_facts()) if one]
        else:
            checker.check(member)
    facts = tuple(_first(list(checker.all_facts())))
    return Inspection(tuple(findings.all()), facts)


@dataclass
class _Checker:
    """Checks the files of one place, a folder or an archive."""

    findings: Findings
    captions: Captions = field(default_factory=Captions)
    facts: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def check(self, content: Content) -> None:
        """Check a file."""
        kind = file_type(content.name)
        other = images.check if kind.group is Group.IMAGE else self._other
        check = _CHECKS.get(kind.label, other)
        self.captions.add(content)
        if may_be_secret(content.name):
            fix = "Exclude it with a line `!path`, unless the trainer needs it."
            self.findings.warning(content, "may contain a secret", "by its name", fix=fix)
        try:
            if is_lfs_pointer(content):
                self.findings.error(content, "Git LFS pointer instead of the file", fix=_LFS)
            elif fact := check(content, self.findings):
                self.facts.append(fact)
        except OSError as error:
            self.findings.error(content, "cannot be read", str(error.strerror))

    def _other(self, content: Content, _findings: Findings) -> str:
        """Count a file of a type that has no check."""
        self.others.append(content.name)
        return ""

    def all_facts(self) -> Iterator[str]:
        """Yield facts about the files together, and about single files."""
        yield from self.captions.check(self.findings)
        yield from self.facts
        if self.others:
            named = ", ".join(shown(name) for name in self.others[:_MAX_NAMES])
            more = ", ..." if self.others[_MAX_NAMES:] else ""
            yield f"{counted(len(self.others), 'other file')}: {named}{more}"


def _first(facts: list[str]) -> Iterator[str]:
    yield from facts[:_MAX_FACTS]
    if left := facts[_MAX_FACTS:]:
        yield f"and {counted(len(left), 'more file')} checked"
