"""JSON in datasets: a record on each line, or one document."""

import json
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from replicate_train.dataset.inspection.notes import Notes
from replicate_train.dataset.members import Member
from replicate_train.plain_text import shown

_LINE = 10_000_000  # bytes of a record
_DOCUMENT = 50_000_000  # bytes of a document that is parsed
_BOM = b"\xef\xbb\xbf"
_BUCKETS = 64  # of digests, each counted on its own
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
    digests: list["array[int]"] = field(
        default_factory=lambda: [array("q") for _ in range(_BUCKETS)]
    )

    def add(self, line: bytes, number: int, keys: Keys) -> None:
        """Note a record."""
        self.records += 1
        digest = hash(line)
        self.digests[digest % _BUCKETS].append(digest)
        if keys in self.keys or len(self.keys) < _SETS:
            self.keys[keys] += 1
            told = self.lines.setdefault(keys, [])
            if len(told) < _LINES:
                told.append(number)

    @property
    def twice(self) -> int:
        """How many records were there before."""
        return sum(len(bucket) - len(set(bucket)) for bucket in self.digests)


def look_into_lines(member: Member, notes: Notes) -> str:
    """Check a file with a JSON object on each line, all with the same keys."""
    seen = _Seen()
    with member.path.open("rb") as file:
        number = 0
        while line := file.readline(_LINE):
            number += 1
            if number == 1 and line.startswith(_BOM):
                notes.warning(member, "begins with a byte order mark", line=1)
                line = line.removeprefix(_BOM)
            if len(line) >= _LINE:
                notes.error(member, f"has a line of more than {_LINE:,} bytes", line=number)
                return ""
            if not line.strip():
                seen.blank += 1
                continue
            keys = _keys(line)
            if isinstance(keys, str):
                notes.error(member, keys, line=number)
            else:
                seen.add(line.strip(), number, keys)
    _judge(member, seen, notes)
    return f"{shown(member.name)}: {seen.records:,} records"


def look_into_document(member: Member, notes: Notes) -> str:
    """Check that a file is one JSON document."""
    if member.size > _DOCUMENT:
        return f"{shown(member.name)}: not looked into, it has {member.size / 1e6:,.0f} MB"
    value = _parsed(member.path.read_bytes().removeprefix(_BOM))
    if isinstance(value, _Wrong):
        notes.error(member, value.words)
    return ""


def _keys(line: bytes) -> Keys | str:
    """Return a record's keys, or what is wrong with it."""
    value = _parsed(line)
    if isinstance(value, dict):
        return tuple(sorted(value))
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
