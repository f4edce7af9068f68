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
        literal = path.is_file() or path.is_dir()
    except ValueError as error:
        if "\n" not in source:
            return _nothing(source, f"{shown(source)} cannot be used: it {error}", _INSIDE)
        literal = False
    except OSError as error:
        return _nothing(source, f"{shown(source)} cannot be used: {error.strerror}", _INSIDE)
    if literal and path.is_file():
        member = DatasetFile(path.name, str(path), path.stat().st_size, _relative(path, workspace))
        return single(member)
    if literal:
        walk = Walk(workspace.root, path)
        members = list(walk.below(str(path)))
        return _checked(path.resolve().name or "dataset", members, walk)
    return _by_globs(source, workspace)


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

    folder = workspace.root / globs.folder
    walk = Walk(workspace.root, folder, wanted)
    found = _checked(folder.name or "dataset", list(walk.below(str(folder))), walk)
    unmatched = [pattern for pattern in globs.patterns if pattern not in matched]
    vain = [idle(one, workspace) for one in unmatched if one.excludes]
    lacking = [pattern for pattern in unmatched if not pattern.excludes]
    if not lacking and globs.including:
        return replace(found, findings=(*found.findings, *vain))
    told = [missing(one, globs, workspace) for one in lacking[:_MOST]]
    told = told or [Finding("dataset", "every line excludes, none names a file", CHECKOUT)]
    kept = found.findings if found.members else ()
    return replace(found, findings=(*told, *kept))


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


def _relative(path: Path, workspace: Workspace) -> str:
    return (
        path.relative_to(workspace.root).as_posix() if path.is_relative_to(workspace.root) else ""
    )
