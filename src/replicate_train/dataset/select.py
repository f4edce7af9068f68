"""Finding the files that `dataset` selects: a file, a directory, or globs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from replicate_train.dataset.files import DatasetFile
from replicate_train.dataset.glob_hints import CHECKOUT, excludes_nothing, unmatched
from replicate_train.dataset.globs import Globs, Pattern
from replicate_train.dataset.names import name_conflicts, name_problem
from replicate_train.dataset.walk import Walk
from replicate_train.diagnostics.finding import Finding
from replicate_train.runner.text import shown
from replicate_train.runner.workspace import Workspace

_MAX_FINDINGS = 50
_RELATIVE = "Use a path or a pattern relative to the repository's root."


@dataclass(frozen=True)
class Selection:
    """The files, sorted by name. `single`: the input names one file.

    `ignored` counts files that never belong to a dataset, by their name.
    """

    name: str
    members: tuple[DatasetFile, ...]
    single: bool
    ignored: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def select(source: str, workspace: Workspace) -> Selection:
    """Find the dataset's files. Problems with them, or with finding them, are in `findings`."""
    try:
        path = workspace.path(source)
        if path.is_file():
            return single(_file(path, workspace))
        if path.is_dir():
            walk = Walk(workspace, path)
            return _selection(path.resolve().name or "dataset", list(walk.files()), walk)
    except ValueError as error:
        if "\n" not in source:
            return _no_files(source, _problem(source, error), _RELATIVE)
    except OSError as error:
        return _no_files(source, f"{shown(source)}: cannot be read ({error.strerror})", _RELATIVE)
    try:
        return _by_globs(source, workspace)
    except OSError as error:
        return _no_files(source, f"{shown(source)}: cannot be read ({error.strerror})", _RELATIVE)


def single(member: DatasetFile) -> Selection:
    """Return a selection of one file."""
    findings = []
    if not member.size:
        findings = [Finding("dataset", f"{shown(member.name)}: empty file", file=member.file)]
    return Selection(
        member.name, (member,), single=True, findings=(*findings, *_name_findings([member]))
    )


def _by_globs(source: str, workspace: Workspace) -> Selection:
    globs = Globs.read(source, workspace.root)
    if globs.problem:
        return _no_files(source, globs.problem, _RELATIVE)
    matched: set[Pattern] = set()

    def included(path: str) -> bool:
        found = globs.matching(path)
        matched.update(found)
        return bool(found) and not found[-1].excludes

    if problem := _outside_problem(globs, workspace):
        return _no_files(source, problem, _RELATIVE)
    folder = workspace.root / globs.folder
    walk = Walk(workspace, folder, included)
    found = _selection(folder.name or "dataset", list(walk.files()), walk)
    idle = [pattern for pattern in globs.patterns if pattern not in matched]
    unused = [excludes_nothing(one, workspace) for one in idle if one.excludes]
    missing = [pattern for pattern in idle if not pattern.excludes]
    if not missing and globs.including:
        return replace(found, findings=(*found.findings, *unused))
    findings = [unmatched(one, globs, workspace) for one in missing[:_MAX_FINDINGS]]
    findings = findings or [Finding("dataset", "all lines exclude, none selects files", CHECKOUT)]
    kept = found.findings if found.members else ()
    return replace(found, findings=(*findings, *kept))


def _outside_problem(globs: Globs, workspace: Workspace) -> str:
    """Return why a line, or all lines together, must not be followed; empty if they may.

    A folder may be a link, which must not leave the workspace.
    """
    folders = [(one.text, one.folder) for one in globs.including]
    for text, folder in [*folders, (globs.folder, globs.folder)]:
        try:
            workspace.real(workspace.root / folder)
        except ValueError as error:
            return _problem(text, error)
    return ""


def _selection(name: str, members: list[DatasetFile], walk: Walk) -> Selection:
    members.sort(key=lambda member: member.name)
    findings = list(_first([*walk.problems, *_name_findings(members)]))
    ignored = {label: count for label, count in walk.ignored.items() if count}
    if not members and not findings:
        counts = ", ".join(f"{count} {label}" for label, count in sorted(ignored.items()))
        problem = f"{shown(name)}: no files" + (f" (ignored: {counts})" if counts else "")
        findings = [Finding("dataset", problem, CHECKOUT)]
    found = tuple(findings)
    return Selection(name, tuple(members), single=False, ignored=ignored, findings=found)


def _name_findings(members: list[DatasetFile]) -> Iterator[Finding]:
    for member in members:
        if problem := name_problem(member.name):
            name = (member.file or member.name).encode("unicode_escape").decode()
            yield Finding("dataset", f"{shown(name)}: {problem}", "Rename it.", member.file)
    for first, second in name_conflicts(member.name for member in members):
        problem = (
            f"{shown(first)}, {shown(second)}: differ only in case or in the encoding of accents"
        )
        yield Finding("dataset", problem, "Rename one: for many systems they are the same file.")


def _first(findings: list[Finding]) -> Iterator[Finding]:
    yield from findings[:_MAX_FINDINGS]
    if left := findings[_MAX_FINDINGS:]:
        yield Finding("dataset", f"{len(left):,} more files with such problems")


def _no_files(name: str, problem: str, fix: str) -> Selection:
    findings = (Finding("dataset", problem, fix),)
    return Selection(name, (), single=False, findings=findings)


def _problem(text: str, error: ValueError) -> str:
    return f"{shown(text)}: {str(error).removeprefix('is ').removeprefix('a ')}"


def _file(path: Path, workspace: Workspace) -> DatasetFile:
    """Return the file at a path of the workspace, with its own name."""
    real = workspace.real(path)
    place = path.relative_to(workspace.root).as_posix()
    return DatasetFile.found(path.name, str(real), workspace.status(real), place)
