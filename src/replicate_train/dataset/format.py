"""What goes up, a file as it is or a zip: by the source, and by what the trainer says. Pure.

A schema has no field for the kind of file that an input takes; trainers write it into its
description ("A zip file containing the images", "ZIP file with training images and optional .txt
captions", "JSON lines, each an object with a text, or plain text").
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from replicate_train.runner.text import shown

_KINDS = {
    "zip": re.compile(r"\bzip(s|ped|file)?\b", re.IGNORECASE),
    "tar": re.compile(r"\btar(s|ball)?\b|\btgz\b", re.IGNORECASE),
    "JSONL": re.compile(r"\bjsonl\b|\bjson[ -]lines\b|\bndjson\b", re.IGNORECASE),
    "JSON": re.compile(r"\bjson\b(?![ -]lines)", re.IGNORECASE),
    "CSV": re.compile(r"\bcsv\b", re.IGNORECASE),
    "Parquet": re.compile(r"\bparquet\b", re.IGNORECASE),
    "text": re.compile(r"\btxt\b|\bplain[ -]text\b|\btext[ -]files?\b", re.IGNORECASE),
}
_ARCHIVES = frozenset({"zip", "tar"})
_BY_SUFFIX = {
    "zip": "zip", "tar": "tar", "tgz": "tar", "tbz": "tar", "tbz2": "tar", "txz": "tar", "7z": "7z",
    "rar": "RAR", "gz": "gzip", "bz2": "bzip2", "xz": "xz", "jsonl": "JSONL", "ndjson": "JSONL",
    "json": "JSON", "csv": "CSV", "parquet": "Parquet", "txt": "text",
}  # fmt: skip
_NESTED = frozenset({"zip", "tar", "7z", "RAR"})
_READ = 2_000  # characters of a description


@dataclass(frozen=True)
class AcceptedFormats:
    """What a trainer's input takes, as far as its description says: nothing where it does not."""

    field: str = ""
    kinds: frozenset[str] = frozenset()

    @classmethod
    def by(cls, field: str, schema: Mapping[str, Any]) -> Self:
        """Read it from the input's schema."""
        said = str(schema.get("description", ""))[:_READ]
        return cls(field, frozenset(kind for kind, words in _KINDS.items() if words.search(said)))

    @property
    def archives(self) -> bool:
        """Whether it takes an archive."""
        return bool(self.kinds & _ARCHIVES)

    @property
    def told(self) -> str:
        """The kinds, for people."""
        return " or ".join(kind for kind in _KINDS if kind in self.kinds)


@dataclass(frozen=True)
class Packing:
    """`zipped`: the files go up as a zip, else the only one as it is; `why` says on what ground.

    `doubt` is why the trainer may not take that; empty where nothing speaks against it.
    """

    zipped: bool
    why: str = ""
    doubt: str = ""


def packing(names: Sequence[str], takes: AcceptedFormats, *, single: bool) -> Packing:
    """Decide how the files of a dataset go up. `single`: one file was named as such."""
    kind = _kind(names[0])
    if single and not (kind is None and takes.archives):
        why = f"{takes.field} takes {takes.told}, by its description" if takes.kinds else ""
        return Packing(zipped=False, why=why, doubt=doubt_of(names[0], takes))
    if len(names) == 1 and kind in (takes.kinds & _ARCHIVES or takes.kinds):
        return Packing(zipped=False, why=f"it is the only file, and {takes.field} takes {kind}")
    nested = next((name for name in names if _kind(name) in _NESTED), "")
    doubt = f"{shown(nested)} is an archive, which trainers do not unpack" if nested else ""
    if takes.archives:
        why = f"{takes.field} takes a zip, by its description" if "zip" in takes.kinds else ""
        return Packing(zipped=True, why=why, doubt=doubt or _doubt("zip", takes))
    return Packing(zipped=True, doubt=doubt or _doubt("zip", takes))


def doubt_of(name: str, takes: AcceptedFormats) -> str:
    """Return why a trainer may not take a file of this name; empty where nothing speaks against."""
    return _doubt(_kind(name), takes)


def _kind(name: str) -> str | None:
    stem, _, suffix = name.lower().rpartition(".")
    return "tar" if stem.endswith(".tar") else _BY_SUFFIX.get(suffix)


def _doubt(kind: str | None, takes: AcceptedFormats) -> str:
    # What an archive's description says besides is most often what belongs into it.
    kinds = takes.kinds & _ARCHIVES or takes.kinds
    if not kinds or kind in kinds:
        return ""
    other = f"a {kind} file" if kind else "something else"
    told = " or ".join(kind for kind in _KINDS if kind in kinds)
    return f"{takes.field} takes {told}, by its description, and it would get {other}"
