"""Checking JSON: one record per line, or one document."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import BinaryIO

from pydantic_core import from_json

from replicate_train.dataset.files import Content
from replicate_train.dataset.inspection.findings import Findings
from replicate_train.dataset.inspection.json_values import InvalidJson, parse
from replicate_train.dataset.inspection.record_stats import Keys, RecordStats, check_stats
from replicate_train.runner.text import counted, shown

_MAX_LINE = 10_000_000  # bytes
_MAX_DOCUMENT = 20_000_000  # bytes; parsed, they may take twenty times as many
_BOM = b"\xef\xbb\xbf"
_BOM_FIX = "Save it as UTF-8 without the mark: many readers take it for part of the first key."
_BLOCK = 1 << 16  # bytes that are read at once
_NO_NUMBERS = (b"NaN", b"Infinity")  # not JSON, but fast parsers accept them
_KINDS: Mapping[type, str] = {
    list: "JSON array",
    str: "JSON string",
    bool: "JSON boolean",
    type(None): "JSON null",
}


def check_lines(content: Content, findings: Findings) -> str:
    """Check a file with one JSON object per line, all with the same keys."""
    stats = RecordStats()
    first = 1  # the number of a block's first line
    with content.open() as file:
        for block in _blocks(file):
            lines = block.split(b"\n")
            if first == 1 and block.startswith(_BOM):
                findings.warning(content, "byte order mark", line=1, fix=_BOM_FIX)
                lines[0] = lines[0].removeprefix(_BOM)
            elif first == 1 and (why := _not_lines(block)):
                findings.error(content, why, line=1)
                return ""
            if len(lines[0]) >= _MAX_LINE:  # only the first can be longer than what is read at once
                findings.error(content, f"line longer than {_MAX_LINE:,} bytes", line=first)
                return ""
            numbers = range(first, first + len(lines))
            keys = _keys_if_valid(block, lines)
            if keys is None:
                _one_by_one(content, lines, numbers, stats, findings)
            else:
                stats.add(lines, numbers, keys)
            first += len(lines)
    check_stats(content, stats, findings)
    usual = f" (keys: {stats.usual})" if stats.records else ""
    return f"{shown(content.name)}: {counted(stats.records, 'record')}{usual}"


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """Yield a file's lines, many at once, without the end of the last."""
    rest = b""
    while block := file.read(_BLOCK):
        lines, end, rest = (rest + block).rpartition(b"\n")
        if end:
            yield lines
        if len(rest) >= _MAX_LINE:
            break
    if rest:
        yield rest


def _keys_if_valid(block: bytes, lines: Sequence[bytes]) -> list[Keys] | None:
    """Return the keys of each line of a block; None if one of them may not be valid.

    The parser refuses what the standard one refuses and a little more, except numbers that JSON
    does not have. Those are searched for in blocks that have others.
    """
    try:
        values = list(map(from_json, lines))
    except ValueError:
        return None
    if set(map(type, values)) != {dict}:
        return None
    kinds = set(map(type, chain.from_iterable(map(dict.values, values))))
    if kinds & {float, list, dict} and any(word in block for word in _NO_NUMBERS):
        return None
    return list(map(tuple, values))


def _one_by_one(
    content: Content,
    lines: Sequence[bytes],
    numbers: Sequence[int],
    stats: RecordStats,
    findings: Findings,
) -> None:
    """Check lines one by one."""
    for line, number in zip(lines, numbers, strict=True):
        if not line.strip():
            stats.blank += 1
            stats.first_blank = stats.first_blank or number
            continue
        keys = _keys(line)
        if isinstance(keys, InvalidJson):
            stats.broken += 1
            findings.error(content, keys.reason, keys.place, number)
        else:
            stats.add([line], [number], [keys])


def check_document(content: Content, findings: Findings) -> str:
    """Check that a file is one JSON document; JSON lines with this name are only a warning."""
    if content.size > _MAX_DOCUMENT:
        size, limit = content.size / 1e6, _MAX_DOCUMENT / 1e6
        return f"{shown(content.name)}: not checked ({size:,.0f} MB, the limit is {limit:.0f} MB)"
    with content.open() as file:
        data = file.read().removeprefix(_BOM)
    value = parse(data)
    if not isinstance(value, InvalidJson):
        return ""
    first = data.lstrip().partition(b"\n")[0]
    if value.line > 1 and isinstance(parse(first), dict):
        kind = "one JSON object per line, but the name says one document"
        findings.warning(content, kind, fix="Rename it to .jsonl.")
        return check_lines(content, findings)
    findings.error(content, value.reason, value.place, value.line)
    return ""


def _keys(line: bytes) -> Keys | InvalidJson:
    """Return a record's keys, or why it is not valid."""
    value = parse(line)
    if isinstance(value, dict):
        return tuple(value)
    if isinstance(value, InvalidJson):
        return value
    return InvalidJson(f"{_KINDS.get(type(value), 'JSON number')}, must be an object ({{...}})")


def _not_lines(block: bytes) -> str:
    """Return why a file cannot have one record per line, by its beginning; empty if it may."""
    begins, several, _ = block.lstrip().partition(b"\n")
    first = parse(begins)
    if isinstance(first, InvalidJson) and "UTF-16" in first.reason:
        return first.reason
    if isinstance(first, InvalidJson) and begins.startswith(b"[") and several:
        return "one JSON array, must be one object per line"
    return ""
