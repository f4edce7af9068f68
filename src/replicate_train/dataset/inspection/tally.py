"""What the records of a file have in common: their keys, and how often each is there."""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from replicate_train.dataset.files import Content
from replicate_train.dataset.inspection.notes import Notes
from replicate_train.runner.text import shown

_DIGESTS = 4_000_000  # records among which those that are there twice are counted
_SET = 100_000  # digests that are compared at once: a set takes eight times their memory
_WIDE, _TOO_WIDE = 500, ("more keys than are compared",)  # keys of a record
_SETS = 100  # different sets of keys that are told apart
_LINES = 5  # of each set that are told
_KEYS = 8  # of a set that are named
_SLIPS, _SHARE = 3, 0.1  # records, and the part of them, that have other keys by mistake at most
_FIX = "Give all records the same keys: an empty value is better than none."

Keys = tuple[str, ...]


@dataclass
class Tally:
    """What the lines so far had in them; it grows by eight bytes a line."""

    records: int = 0
    broken: int = 0
    blank: int = 0
    first_blank: int = 0
    keys: Counter[Keys] = field(default_factory=Counter)
    lines: dict[Keys, list[int]] = field(default_factory=dict)
    digests: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, lines: Sequence[bytes], numbers: Sequence[int], keys: Sequence[Keys]) -> None:
        """Note records: their bytes, the numbers of their lines, and their keys."""
        self.records += len(lines)
        if len(self.digests) < _DIGESTS:
            self.digests.extend(map(hash, lines))
        for ordered, count in Counter(keys).items():
            kept = tuple(sorted(ordered)) if len(ordered) <= _WIDE else _TOO_WIDE
            if kept in self.keys or len(self.keys) < _SETS:
                self.keys[kept] += count
                told = self.lines.setdefault(kept, [])
                if len(told) < _LINES:
                    same = (one for one, its in zip(numbers, keys, strict=True) if its == ordered)
                    told += islice(same, _LINES - len(told))

    @property
    def most_common(self) -> Keys:
        """The keys that most records have."""
        return self.keys.most_common(1)[0][0] if self.keys else ()

    @property
    def usual(self) -> str:
        """The keys that most records have, for people."""
        return _named(set(self.most_common)) or "no keys"

    @property
    def divided(self) -> dict[str, int]:
        """The keys that so many records have, and so many have not, that it is no slip.

        Each with the number of records that do without it.
        """
        having: Counter[str] = Counter()
        for keys, count in self.keys.items():
            having.update(dict.fromkeys(keys, count))
        lacking = {key: self.records - count for key, count in having.items()}
        least = max(_SLIPS + 1, _SHARE * self.records)
        return {key: left for key, left in lacking.items() if min(left, having[key]) >= least}

    @property
    def twice(self) -> int:
        """How many records were there before."""
        count = len(self.digests) // _SET + 1
        buckets = [array("q") for _ in range(count)] if count > 1 else [self.digests]
        for digest in self.digests if count > 1 else ():
            buckets[digest % count].append(digest)
        return sum(len(bucket) - len(set(bucket)) for bucket in buckets)


def judge(content: Content, tally: Tally, notes: Notes) -> None:
    """Note what is wrong or odd about a file's records as a whole."""
    if not tally.records and not tally.broken:
        notes.error(content, "holds no records")
    if tally.blank:
        notes.warning(content, "has blank lines", f"{tally.blank:,}", tally.first_blank)
    if twice := tally.twice:
        notes.warning(content, "has records that are there twice", f"{twice:,}")
    if len(tally.keys) >= _SETS:
        notes.warning(content, "has records that differ in their keys", f"{_SETS} ways or more")
        return
    divided = tally.divided
    for key, count in divided.items():
        said = f"{shown(key)}: {count:,} of {tally.records:,} do without it"
        notes.warning(content, "has records without a key that others have", said)
    usual = set(tally.most_common)
    for keys, kind, which, serious in _odd(tally, usual - set(divided), {*usual, *divided}):
        note = notes.error if serious else notes.warning
        for number in tally.lines[keys]:
            note(content, kind, _named(which), number, _FIX)
        notes.more(kind, tally.keys[keys] - len(tally.lines[keys]), serious=serious)


def _odd(
    tally: Tally, needed: set[str], known: set[str]
) -> Iterator[tuple[Keys, str, set[str], bool]]:
    """Yield the sets that lack a needed key, or have an unknown one: what, which, how serious."""
    for keys in tally.keys:
        lacking, added = needed.difference(keys), set(keys) - known
        if lacking:
            yield keys, "lacks a key that the other records have", lacking, True
        elif added:
            yield keys, "has a key that the other records lack", added, False


def _named(keys: set[str]) -> str:
    more = ", ..." if len(keys) > _KEYS else ""
    return ", ".join(shown(key) for key in sorted(keys)[:_KEYS]) + more
