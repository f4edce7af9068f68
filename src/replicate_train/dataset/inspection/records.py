"""JSON in datasets: a record on each line, or one document."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import BinaryIO

from pydantic_core import from_json

from replicate_train.dataset.files import Content
from replicate_train.dataset.inspection.json_values import Wrong, parsed
from replicate_train.dataset.inspection.notes import Notes
from replicate_train.dataset.inspection.tally import Keys, Tally, judge
from replicate_train.runner.text import counted, shown

_LINE = 10_000_000  # bytes of a record
_DOCUMENT = 20_000_000  # bytes of a document that is parsed: it may take twenty times as many
_BOM = b"\xef\xbb\xbf"
_UTF8 = "Many readers take it for a part of the first key: save it as UTF-8 without one."
_BLOCK = 1 << 16  # bytes that are read at once
_NO_NUMBERS = (b"NaN", b"Infinity")  # which JSON lacks, and fast parsers accept
_KINDS: Mapping[type, str] = {
    list: "a JSON array",
    str: "a JSON text",
    bool: "a JSON boolean",
    type(None): "JSON's null",
}


def look_into_lines(content: Content, notes: Notes) -> str:
    """Check a file with a JSON object on each line, all with the same keys."""
    tally = Tally()
    first = 1  # the number of a block's first line
    with content.open() as file:
        for block in _blocks(file):
            lines = block.split(b"\n")
            if first == 1 and block.startswith(_BOM):
                notes.warning(content, "begins with a byte order mark", line=1, fix=_UTF8)
                lines[0] = lines[0].removeprefix(_BOM)
            elif first == 1 and (why := _whole(block)):
                notes.error(content, why, line=1)
                return ""
            if len(lines[0]) >= _LINE:  # only the first can be longer than what is read at once
                notes.error(content, f"has a line of more than {_LINE:,} bytes", line=first)
                return ""
            numbers = range(first, first + len(lines))
            keys = _keys_of_sound(block, lines)
            if keys is None:
                _one_by_one(content, lines, numbers, tally, notes)
            else:
                tally.add(lines, numbers, keys)
            first += len(lines)
    judge(content, tally, notes)
    told = f" with {tally.usual}" if tally.records else ""
    return f"{shown(content.name)}: {counted(tally.records, 'record')}{told}"


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """Yield a file's lines, many at once, without the end of the last."""
    rest = b""
    while block := file.read(_BLOCK):
        lines, end, rest = (rest + block).rpartition(b"\n")
        if end:
            yield lines
        if len(rest) >= _LINE:
            break
    if rest:
        yield rest


def _keys_of_sound(block: bytes, lines: Sequence[bytes]) -> list[Keys] | None:
    """Return the keys of each line of a block; None where one of them may be no sound record.

    The parser refuses what the standard one refuses and a little more, but for numbers that JSON
    lacks. They are looked for where there are others.
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
    content: Content, lines: Sequence[bytes], numbers: Sequence[int], tally: Tally, notes: Notes
) -> None:
    """Note what is wrong with lines, and those that are sound."""
    for line, number in zip(lines, numbers, strict=True):
        if not line.strip():
            tally.blank += 1
            tally.first_blank = tally.first_blank or number
            continue
        keys = _keys(line)
        if isinstance(keys, Wrong):
            tally.broken += 1
            notes.error(content, keys.words, keys.place, number)
        else:
            tally.add([line], [number], [keys])


def look_into_document(content: Content, notes: Notes) -> str:
    """Check that a file is one JSON document; JSON lines under this name are only unwise."""
    if content.size > _DOCUMENT:
        return f"{shown(content.name)}: not looked into, it has {content.size / 1e6:,.0f} MB"
    with content.open() as file:
        data = file.read().removeprefix(_BOM)
    value = parsed(data)
    if not isinstance(value, Wrong):
        return ""
    first = data.lstrip().partition(b"\n")[0]
    if value.line > 1 and isinstance(parsed(first), dict):
        notes.warning(content, "has a JSON object on each line, and its name says one document")
        return look_into_lines(content, notes)
    notes.error(content, value.words, value.place, value.line)
    return ""


def _keys(line: bytes) -> Keys | Wrong:
    """Return a record's keys, or what is wrong with it."""
    value = parsed(line)
    if isinstance(value, dict):
        return tuple(value)
    if isinstance(value, Wrong):
        return value
    return Wrong(f"is {_KINDS.get(type(value), 'a JSON number')}, and no object ({{...}})")


def _whole(block: bytes) -> str:
    """Return why a file cannot hold a record on each line, by how it begins; empty if it may."""
    begins, several, _ = block.lstrip().partition(b"\n")
    first = parsed(begins)
    if isinstance(first, Wrong) and "UTF-16" in first.words:
        return first.words
    if isinstance(first, Wrong) and begins.startswith(b"[") and several:
        return "is one JSON array, and must have an object on each line"
    return ""
