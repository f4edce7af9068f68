"""JSON in datasets: a record on each line, or one document."""

import json
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import BinaryIO, NoReturn

from pydantic_core import from_json

from replicate_train.dataset.inspection.notes import Notes
from replicate_train.dataset.members import Member
from replicate_train.plain_text import counted, shown

_LINE = 10_000_000  # bytes of a record
_DOCUMENT = 50_000_000  # bytes of a document that is parsed
_BOM = b"\xef\xbb\xbf"
_BLOCK = 1 << 16  # bytes that are read at once
_NO_NUMBERS = (b"NaN", b"Infinity")  # which JSON lacks, and fast parsers accept
_SET = 100_000  # digests that are compared at once: a set takes eight times their memory
_SETS = 100  # different sets of keys that are told apart
_LINES = 5  # of each set that are told
_KEYS = 8  # of a set that are named

Keys = tuple[str, ...]


@dataclass
class _Seen:
    """What the lines so far had in them; it grows by eight bytes a line."""

    records: int = 0
    blank: int = 0
    keys: Counter[Keys] = field(default_factory=Counter)
    lines: dict[Keys, list[int]] = field(default_factory=dict)
    digests: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, lines: Sequence[bytes], numbers: Sequence[int], keys: Sequence[Keys]) -> None:
        """Note records: their bytes, the numbers of their lines, and their keys."""
        self.records += len(lines)
        self.digests.extend(map(hash, lines))
        for ordered, count in Counter(keys).items():
            kept = tuple(sorted(ordered))
            if kept in self.keys or len(self.keys) < _SETS:
                self.keys[kept] += count
                told = self.lines.setdefault(kept, [])
                if len(told) < _LINES:
                    same = (one for one, its in zip(numbers, keys, strict=True) if its == ordered)
                    told += islice(same, _LINES - len(told))

    @property
    def twice(self) -> int:
        """How many records were there before."""
        count = len(self.digests) // _SET + 1
        buckets = [array("q") for _ in range(count)] if count > 1 else [self.digests]
        for digest in self.digests if count > 1 else ():
            buckets[digest % count].append(digest)
        return sum(len(bucket) - len(set(bucket)) for bucket in buckets)


def look_into_lines(member: Member, notes: Notes) -> str:
    """Check a file with a JSON object on each line, all with the same keys."""
    seen = _Seen()
    first = 1  # the number of a block's first line
    with member.open() as file:
        for block in _blocks(file):
            lines = block.split(b"\n")
            if first == 1 and block.startswith(_BOM):
                notes.warning(member, "begins with a byte order mark", line=1)
                lines[0] = lines[0].removeprefix(_BOM)
            if len(lines[0]) >= _LINE:  # only the first can be longer than what is read at once
                notes.error(member, f"has a line of more than {_LINE:,} bytes", line=first)
                return ""
            numbers = range(first, first + len(lines))
            keys = _keys_of_sound(block, lines)
            if keys is None:
                _one_by_one(member, lines, numbers, seen, notes)
            else:
                seen.add(lines, numbers, keys)
            first += len(lines)
    _judge(member, seen, notes)
    return f"{shown(member.name)}: {counted(seen.records, 'record')}"


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
    member: Member, lines: Sequence[bytes], numbers: Sequence[int], seen: _Seen, notes: Notes
) -> None:
    """Note what is wrong with lines, and those that are sound."""
    for line, number in zip(lines, numbers, strict=True):
        if not line.strip():
            seen.blank += 1
            continue
        keys = _keys(line)
        if isinstance(keys, str):
            notes.error(member, keys, line=number)
        else:
            seen.add([line], [number], [keys])


def look_into_document(member: Member, notes: Notes) -> str:
    """Check that a file is one JSON document."""
    if member.size > _DOCUMENT:
        return f"{shown(member.name)}: not looked into, it has {member.size / 1e6:,.0f} MB"
    with member.open() as file:
        value = _parsed(file.read().removeprefix(_BOM))
    if isinstance(value, _Wrong):
        notes.error(member, value.words)
    return ""


def _keys(line: bytes) -> Keys | str:
    """Return a record's keys, or what is wrong with it."""
    value = _parsed(line)
    if isinstance(value, dict):
        return tuple(value)
    if isinstance(value, _Wrong):
        return value.words
    return "is no JSON object ({...})"


@dataclass(frozen=True)
class _Wrong:
    words: str


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)


def _parsed(data: bytes) -> object:
    try:
        return _DECODER.decode(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _Wrong("is not UTF-8")
    except json.JSONDecodeError as error:
        return _Wrong(f"is no valid JSON: {error.msg}")
    except RecursionError:
        return _Wrong("is nested too deeply")
    except ValueError as error:
        return _Wrong(f"is no valid JSON: {str(error).partition(';')[0]}")


def _judge(member: Member, seen: _Seen, notes: Notes) -> None:
    if not seen.records:
        notes.error(member, "holds no records")
    if seen.blank:
        notes.warning(member, "has blank lines", f"{seen.blank:,}")
    if twice := seen.twice:
        notes.warning(member, "has records that are there twice", f"{twice:,}")
    usual = seen.keys.most_common(1)[0][0] if seen.keys else ()
    for keys, lines in seen.lines.items():
        for number, lacking, added in _differences(usual, keys, lines):
            if lacking:
                notes.error(member, "lacks a key that the other records have", lacking, number)
            elif added:
                notes.warning(member, "has a key that the other records lack", added, number)


def _differences(usual: Keys, keys: Keys, lines: list[int]) -> Iterator[tuple[int, str, str]]:
    lacking = [key for key in usual if key not in keys]
    added = [key for key in keys if key not in usual]
    for number in lines if keys != usual else ():
        yield number, _named(lacking), _named(added)


def _named(keys: list[str]) -> str:
    return ", ".join(shown(key) for key in keys[:_KEYS]) + (", ..." if keys[_KEYS:] else "")
