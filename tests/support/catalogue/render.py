"""A step as text: its log as the run's page shows it, its outputs and its job summary."""

import html
import re
from collections.abc import Iterator, Mapping

from replicate_train.runner.text import cut
from support.runner_view import Command, lines_of, obeyed
from support.steps import Done

_PROPERTIES = re.compile(
    r"(?:file=(?P<file>.*?),)?(?:line=(?P<line>\d+),)?(?:col=(?P<col>\d+),)?title=(?P<title>.*)"
)
_FENCE = re.compile("::stop-commands::(.*)")
_ANNOTATIONS = frozenset({"error", "warning", "notice"})
_FINDINGS = re.compile(r"^\| input \| place \|.*\n\| ---.*\n((?:\| .*\n)+)", re.MULTILINE)
_CODE = re.compile(r"<code>(.*?)</code>")
_PART = 150  # characters of the beginning and the end of a line in the log
_MOST, _LONGEST = 12, 100  # lines of an input's value, and their characters


def given(inputs: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of `with:` in the workflow, the first ones of a long text."""
    for name, value in inputs.items():
        lines = [line.encode("unicode_escape").decode() for line in value.splitlines()]
        shown = [cut(line, _LONGEST) for line in lines[:_MOST]]
        shown += ["..."] if lines[_MOST:] else []
        yield f"{name}: |" if shown[1:] else f"{name}: {''.join(shown)}"
        yield from (f"  {line}" for line in shown if shown[1:])


def log(text: str) -> Iterator[str]:
    """Yield the lines of a log: commands are rendered, fences are not shown."""
    fence = ""
    for line in lines_of(text)[:-1]:
        if begins := _FENCE.fullmatch(line):
            fence = begins[1]
        elif fence and line == f"::{fence}::":
            fence = ""
        elif commands := [] if fence else obeyed(line):
            yield from _command(commands[0])
        else:
            shown = line.replace("\x1b", "<ESC>")
            long = len(shown) > 2 * _PART
            yield f"{shown[:_PART]} [...] {shown[-_PART:]}" if long else shown


def annotations(text: str) -> Iterator[str]:
    """Yield only the annotations of a log."""
    for command in obeyed(text):
        if command.name in _ANNOTATIONS:
            yield from _command(command)


def outputs(done: Done) -> Iterator[str]:
    """Yield the outputs of a step."""
    yield from (f"{name}={value}" for name, value in done.outputs.items())


def summary(text: str) -> Iterator[str]:
    """Yield the lines of a job summary, with code between backticks."""
    readable = _CODE.sub(_unescaped, text).rstrip("\n")
    yield from readable.split("\n") if readable.strip() else ()


def rows(text: str) -> Iterator[str]:
    """Yield only the findings of a job summary; all of it where it has none."""
    found = _FINDINGS.findall(f"{text}\n")
    yield from summary("".join(found)) if found else summary(text)


def _unescaped(found: re.Match[str]) -> str:
    return f"`{html.unescape(found[1]).replace('@<!-- -->', '@')}`"


def _command(command: Command) -> Iterator[str]:
    if command.name == "debug":
        if not command.text.startswith(" "):  # a traceback's lines of code change with the code
            yield f"debug {command.text}"
        return
    if command.name not in _ANNOTATIONS:
        if command.name == "group":
            yield f"group {command.text}"
        return  # add-mask: nothing is shown of it
    found = _PROPERTIES.fullmatch(command.properties)
    assert found, command.properties
    place = ":".join(part for part in (found["file"], found["line"], found["col"]) if part)
    first, *more = command.text.split("\n")
    yield f"{command.name} [{found['title']}] {f'{place}: ' if place else ''}{first}"
    yield from (f"    {line}" for line in more)
