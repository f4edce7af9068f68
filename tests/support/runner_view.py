"""What the GitHub runner makes of a step: which lines of its log it obeys, what its files say.

Written from the runner's sources (`ActionCommandManager`, `ActionCommand`, `FileCommandManager`),
and independent of the action's own code.
"""

import re
from dataclasses import dataclass
from pathlib import Path

_NEW = re.compile(r"^::(?P<name>[^ :]+)(?P<properties> [^:]*)?::(?P<message>.*)$", re.DOTALL)
_OLD = re.compile(r"##\[(?P<name>[^ \]]+)(?P<properties>[^\]]*)\](?P<message>.*)$", re.DOTALL)


_ON_PAGE = frozenset({"group", "endgroup", "error", "warning", "notice", "debug"})


@dataclass(frozen=True)
class Command:
    """A line that the runner obeys instead of showing it."""

    name: str
    properties: str
    message: str

    @property
    def text(self) -> str:
        """The message with the runner's escapes undone."""
        return _unescaped(self.message)


def _unescaped(text: str) -> str:
    for escape, sign in (("%0A", "\n"), ("%0D", "\r"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, sign)
    return text


def lines_of(log: str) -> list[str]:
    """Split a log as the runner reads it: at line feeds, and at lone carriage returns."""
    return re.split(r"\r\n|\r|\n", log)


def obeyed(log: str) -> list[Command]:
    """Return the commands that the runner obeys, in order."""
    return _read(log)[0]


def shown(log: str) -> list[str]:
    """Return the lines that the runner shows as text."""
    return _read(log)[1]


@dataclass(frozen=True)
class Group:
    """A folded part of the log; `title` is empty for what stands outside all groups."""

    title: str
    lines: tuple[str, ...]


def folded(log: str) -> list[Group]:
    """Return the log as its page folds it; a group that nothing ends is an error.

    The page folds by what the runner makes of `::group::` and `::endgroup::`: lines that begin with
    `##[group]` and `##[endgroup]`, wherever these came from.
    """
    groups: list[tuple[str, list[str]]] = [("", [])]
    for line in _page(log):
        if line.startswith("##[group]"):
            assert not groups[-1][0], f"a group in the group {groups[-1][0]!r}"
            groups.append((line.removeprefix("##[group]"), []))
        elif line.startswith("##[endgroup]"):
            assert groups[-1][0], "the end of no group"
            groups.append(("", []))
        else:
            groups[-1][1].append(line)
    assert not groups[-1][0], f"the group {groups[-1][0]!r} never ends"
    return [Group(title, tuple(lines)) for title, lines in groups if title or lines]


def _page(log: str) -> list[str]:
    """Return the lines of the log's page."""
    page: list[str] = []
    _read(log, page)
    return page


def _read(log: str, page: list[str] | None = None) -> tuple[list[Command], list[str]]:
    commands, texts, stopped = [], [], ""
    page = [] if page is None else page
    for line in lines_of(log):
        command = _command(line)
        if stopped:
            if command and command.name == stopped:
                stopped = ""
            else:
                texts.append(line)
                page.append(line)
        elif command and command.name == "stop-commands":
            stopped = command.message
        elif command:
            commands.append(command)
            page += [f"##[{command.name}]{command.text}"] if command.name in _ON_PAGE else []
        else:
            texts.append(line)
            page.append(line)
    return commands, texts


def _command(line: str) -> Command | None:
    match = _NEW.match(line.lstrip()) or _OLD.search(line)
    if match is None:
        return None
    return Command(match["name"], _unescaped((match["properties"] or "").strip()), match["message"])


def read_file_command(path: Path) -> dict[str, str]:
    """Read GITHUB_OUTPUT or GITHUB_STATE as the runner does; a missing delimiter is an error."""
    return file_command(path.read_text("utf-8"))


def file_command(text: str) -> dict[str, str]:
    """Read the text of such a file likewise."""
    values: dict[str, str] = {}
    lines = iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        name, heredoc, delimiter = line.partition("<<")
        if not heredoc:
            name, _, values_text = line.partition("=")
            values[name] = values_text
            continue
        content = []
        for inner in lines:
            if inner == delimiter:
                break
            content.append(inner)
        else:
            raise AssertionError(f"no delimiter {delimiter!r} for {name!r}")
        values[name] = "\n".join(content)
    return values
