"""Which files the dataset is made of: a file, a directory, globs; and what is wrong there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from replicate_train.dataset.files import DatasetFile
from replicate_train.dataset.glob_hints import CHECKOUT, idle, missing
from replicate_train.dataset.globs import Globs, Pattern
from replicate_train.dataset.names import twins, unfit
from replicate_train.dataset.walk import Walk
from replicate_train.diagnostics.finding import Finding
from replicate_train.runner.text import shown
from replicate_train.runner.workspace import Workspace

_MOST = 50  # findings that are told one by one
_INSIDE = "Give a path or a pattern relative to the repository's root."


@dataclass(frozen=True)
class Selection:
    """The files, sorted by name. `single`: it is one file that is named as such.

    `left_out` counts what never belongs to a dataset, by its name.
    """

    name: str
    members: tuple[DatasetFile, ...]
    single: bool
    left_out: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def select(source: str, workspace: Workspace) -> Selection:
    """Find the dataset's files. What is wrong with them, or with finding them, is in `findings`."""
    try:
        path = workspace.path(source)
        if path.is_file():
            return single(_file(path, workspace))
        if path.is_dir():
            walk = Walk(workspace, path)
            return _checked(path.resolve().name or "dataset", list(walk.files()), walk)
    except ValueError as error:
        if "\n" not in source:
            return _nothing(source, f"{shown(source)} cannot be used: it {error}", _INSIDE)
    except OSError as error:
        return _nothing(source, f"{shown(source)} cannot be used: {error.strerror}", _INSIDE)
    try:
        return _by_globs(source, workspace)
    except OSError as error:
        return _nothing(source, f"{shown(source)} cannot be used: {error.strerror}", _INSIDE)


def single(member: DatasetFile) -> Selection:
    """Return one file that is named as such."""
    findings = []
    if not member.size:
        findings = [Finding("dataset", f"{shown(member.name)} is empty", file=member.file)]
    return Selection(member.name, (member,), single=True, findings=(*findings, *_names([member])))


def _by_globs(source: str, workspace: Workspace) -> Selection:
    globs = Globs.read(source, workspace.root)
    if globs.problem:
        return _nothing(source, globs.problem, _INSIDE)
    matched: set[Pattern] = set()

    def wanted(place: str) -> bool:
        found = globs.matching(place)
        matched.update(found)
        return bool(found) and not found[-1].excludes

    if problem := _outside(globs, workspace):
        return _nothing(source, problem, _INSIDE)
    folder = workspace.root / globs.folder
    walk = Walk(workspace, folder, wanted)
    found = _checked(folder.name or "dataset", list(walk.files()), walk)
    unmatched = [pattern for pattern in globs.patterns if pattern not in matched]
    vain = [idle(one, workspace) for one in unmatched if one.excludes]
    lacking = [pattern for pattern in unmatched if not pattern.excludes]
    if not lacking and globs.including:
        return replace(found, findings=(*found.findings, *vain))
    told = [missing(one, globs, workspace) for one in lacking[:_MOST]]
    told = told or [Finding("dataset", "every line excludes, none names a file", CHECKOUT)]
    kept = found.findings if found.members else ()
    return replace(found, findings=(*told, *kept))


def _outside(globs: Globs, workspace: Workspace) -> str:
    """Return why a line, or all of them together, must not look where they do; empty if they may.

    A folder that is a link looks where it leads.
    """
    folders = [(one.text, one.folder) for one in globs.including]
    for text, folder in [*folders, (globs.folder, globs.folder)]:
        try:
            workspace.real(workspace.root / folder)
        except ValueError as error:
            return f"{shown(text)} cannot be used: it {error}"
    return ""


def _checked(name: str, members: list[DatasetFile], walk: Walk) -> Selection:
    members.sort(key=lambda member: member.name)
    findings = list(_told([*walk.problems, *_names(members)]))
    left_out = {what: count for what, count in walk.left_out.items() if count}
    if not members and not findings:
        told = ", ".join(f"{count} {what}" for what, count in sorted(left_out.items()))
        said = f"{shown(name)} holds no files" + (f" but what is left out: {told}" if told else "")
        findings = [Finding("dataset", said, CHECKOUT)]
    found = tuple(findings)
    return Selection(name, tuple(members), single=False, left_out=left_out, findings=found)


def _names(members: list[DatasetFile]) -> Iterator[Finding]:
    for member in members:
        if why := unfit(member.name):
            name = (member.file or member.name).encode("unicode_escape").decode()
            yield Finding("dataset", f"{shown(name)} {why}", "Rename it.", member.file)
    for first, second in twins(member.name for member in members):
        said = f"{shown(first)} and {shown(second)} differ only in case or in accents' encoding"
        yield Finding("dataset", f"{said}; many systems take them for the same file", "Rename one.")


def _told(findings: list[Finding]) -> Iterator[Finding]:
    yield from findings[:_MOST]
    if left := findings[_MOST:]:
        yield Finding("dataset", f"and {len(left):,} more files have such problems")


def _nothing(name: str, said: str, fix: str) -> Selection:
    findings = (Finding("dataset", said, fix),)
    return Selection(name, (), single=False, findings=findings)


def _file(path: Path, workspace: Workspace) -> DatasetFile:
    """Return the file that a path of the workspace leads to, under its own name."""
    real = workspace.real(path)
    place = path.relative_to(workspace.root).as_posix()
    return DatasetFile.found(path.name, str(real), workspace.status(real), place)
