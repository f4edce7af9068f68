"""Statistics of a file's records: which keys they have, and how many of them are duplicates."""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from replicate_train.dataset.files import Content
from replicate_train.dataset.inspection.findings import Findings
from replicate_train.runner.text import shown

_MAX_COMPARED = 4_000_000  # records among which duplicates are counted
_MAX_SET = 100_000  # digests that are compared at once: a set takes eight times their memory
_MAX_KEYS, _TOO_MANY_KEYS = 500, ("more keys than are compared",)  # of a record
_MAX_KEY_SETS = 100  # different sets of keys that are counted
_MAX_LINES = 5  # of each set that are reported
_MAX_NAMES = 8  # keys of a set that are named
# At most so many records, and this part of all, have other keys by mistake; else it is on purpose.
_MISTAKES, _MISTAKES_PART = 3, 0.1
_FIX = "Give all records the same keys; values may be empty."

Keys = tuple[str, ...]


@dataclass
class RecordStats:
    """What the records so far have; it grows by eight bytes a record."""

    records: int = 0
    broken: int = 0
    blank: int = 0
    first_blank: int = 0
    keys: Counter[Keys] = field(default_factory=Counter)
    lines: dict[Keys, list[int]] = field(default_factory=dict)
    digests: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, lines: Sequence[bytes], numbers: Sequence[int], keys: Sequence[Keys]) -> None:
        """Add records: their bytes, the numbers of their lines, and their keys."""
        self.records += len(lines)
        if len(self.digests) < _MAX_COMPARED:
            self.digests.extend(map(hash, lines))
        for ordered, count in Counter(keys).items():
            kept = tuple(sorted(ordered)) if len(ordered) <= _MAX_KEYS else _TOO_MANY_KEYS
            if kept in self.keys or len(self.keys) < _MAX_KEY_SETS:
                self.keys[kept] += count
                known = self.lines.setdefault(kept, [])
                if len(known) < _MAX_LINES:
                    same = (one for one, its in zip(numbers, keys, strict=True) if its == ordered)
                    known += islice(same, _MAX_LINES - len(known))

    @property
    def most_common(self) -> Keys:
        """The keys that most records have."""
        return self.keys.most_common(1)[0][0] if self.keys else ()

    @property
    def usual(self) -> str:
        """The keys that most records have, for messages."""
        return _named(set(self.most_common)) or "none"

    @property
    def optional(self) -> dict[str, int]:
        """The keys that so many records have, and so many lack, that it is no mistake.

        Each with the number of records that lack it.
        """
        having: Counter[str] = Counter()
        for keys, count in self.keys.items():
            having.update(dict.fromkeys(keys, count))
        lacking = {key: self.records - count for key, count in having.items()}
        least = max(_MISTAKES + 1, _MISTAKES_PART * self.records)
        return {key: left for key, left in lacking.items() if min(left, having[key]) >= least}

    @property
    def duplicates(self) -> int:
        """How many records are the same as an earlier one."""
        count = len(self.digests) // _MAX_SET + 1
        buckets = [array("q") for _ in range(count)] if count > 1 else [self.digests]
        for digest in self.digests if count > 1 else ():
            buckets[digest % count].append(digest)
        return sum(len(bucket) - len(set(bucket)) for bucket in buckets)


def check_stats(content: Content, stats: RecordStats, findings: Findings) -> None:
    """Check a file's records together."""
    if not stats.records and not stats.broken:
        findings.error(content, "no records")
    if stats.blank:
        findings.warning(content, "blank lines", f"{stats.blank:,}", stats.first_blank)
    if duplicates := stats.duplicates:
        findings.warning(content, "duplicate records", f"{duplicates:,}")
    if len(stats.keys) >= _MAX_KEY_SETS:
        kind = "records with different keys"
        findings.warning(content, kind, f"{_MAX_KEY_SETS} sets of keys or more")
        return
    optional = stats.optional
    for key, count in optional.items():
        detail = f"{shown(key)}: missing in {count:,} of {stats.records:,}"
        findings.warning(content, "key that only some records have", detail)
    usual = set(stats.most_common)
    for keys, kind, which, serious in _unusual(stats, usual - set(optional), {*usual, *optional}):
        add = findings.error if serious else findings.warning
        for number in stats.lines[keys]:
            add(content, kind, _named(which), number, _FIX)
        findings.more(kind, stats.keys[keys] - len(stats.lines[keys]), serious=serious)


def _unusual(
    stats: RecordStats, needed: set[str], known: set[str]
) -> Iterator[tuple[Keys, str, set[str], bool]]:
    """Yield the sets that lack a needed key or have an unknown one: kind, keys, whether serious."""
    for keys in stats.keys:
        lacking, added = needed.difference(keys), set(keys) - known
        if lacking:
            yield keys, "missing a key that the other records have", lacking, True
        elif added:
            yield keys, "key that the other records do not have", added, False


def _named(keys: set[str]) -> str:
    more = ", ..." if len(keys) > _MAX_NAMES else ""
    return ", ".join(shown(key) for key in sorted(keys)[:_MAX_NAMES]) + more
