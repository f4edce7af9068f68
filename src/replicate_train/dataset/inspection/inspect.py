"""Checking all files of a dataset: which file is checked in which way.

A dataset has few types of files, so the check of each type is imported when it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from replicate_train.dataset.file_types import FileType, Group, file_type
from replicate_train.dataset.files import Content, DatasetFile
from replicate_train.dataset.inspection import texts
from replicate_train.dataset.inspection.captions import Captions
from replicate_train.dataset.inspection.findings import Findings
from replicate_train.dataset.names import may_be_secret
from replicate_train.diagnostics.finding import Finding
from replicate_train.runner.text import counted, shown

if TYPE_CHECKING:
    from replicate_train.dataset.inspection.archives import Check

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
        archive = _archive_check(file_type(member.name).label)
        if archive and not texts.is_lfs_pointer(member):
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
        check = _file_check(kind) or self._other
        self.captions.add(content)
        if may_be_secret(content.name):
            fix = "Exclude it with a line `!path`, unless the trainer needs it."
            self.findings.warning(content, "may contain a secret", "by its name", fix=fix)
        try:
            if texts.is_lfs_pointer(content):
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


def _archive_check(label: str) -> Callable[[DatasetFile, Findings, Check], str] | None:
    """Return what checks an archive, by the label of its type; None for another file."""
    if label not in {"ZIP", "tar"}:
        return None
    from replicate_train.dataset.inspection import archives

    return archives.check_zip if label == "ZIP" else archives.check_tar


def _file_check(kind: FileType) -> Callable[[Content, Findings], str] | None:
    """Return what checks a file of a type; None if nothing does."""
    if kind.label in {"JSONL", "JSON"}:
        from replicate_train.dataset.inspection import records

        return records.check_lines if kind.label == "JSONL" else records.check_document
    if kind.label in {"CSV", "Parquet"}:
        from replicate_train.dataset.inspection import tables

        return tables.check_csv if kind.label == "CSV" else tables.check_parquet
    if kind.label == "text":
        return texts.check
    if kind.group is Group.IMAGE:
        from replicate_train.dataset.inspection import images

        return images.check
    return None


def _first(facts: list[str]) -> Iterator[str]:
    yield from facts[:_MAX_FACTS]
    if left := facts[_MAX_FACTS:]:
        yield f"and {counted(len(left), 'more file')} checked"
