"""How a dataset is uploaded, as one file or a ZIP: decided by what the trainer accepts. Pure.

A schema has no field for the type of file that an input accepts; trainers write it into its
description ("A zip file containing the images", "ZIP file with training images and optional .txt
captions", "JSON lines, each an object with a text, or plain text").
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from replicate_train.dataset.file_types import Group, file_type, is_archive
from replicate_train.runner.text import shown

_FORMATS = {
    "ZIP": re.compile(r"\bzip(s|ped|file)?\b", re.IGNORECASE),
    "tar": re.compile(r"\btar(s|ball)?\b|\btgz\b", re.IGNORECASE),
    "JSONL": re.compile(r"\bjsonl\b|\bjson[ -]lines\b|\bndjson\b", re.IGNORECASE),
    "JSON": re.compile(r"\bjson\b(?![ -]lines)", re.IGNORECASE),
    "CSV": re.compile(r"\bcsv\b", re.IGNORECASE),
    "Parquet": re.compile(r"\bparquet\b", re.IGNORECASE),
    "text": re.compile(r"\btxt\b|\bplain[ -]text\b|\btext[ -]files?\b", re.IGNORECASE),
}
_ARCHIVES = frozenset({"ZIP", "tar"})
_ZIPPED_FOR_ARCHIVES = frozenset({Group.IMAGE, Group.OTHER})  # types of a single file
_MAX_DESCRIPTION = 2_000  # characters that are read


@dataclass(frozen=True)
class AcceptedFormats:
    """The formats that a trainer's input `field` accepts, by its description; else empty."""

    field: str = ""
    formats: frozenset[str] = frozenset()

    @classmethod
    def by(cls, field: str, schema: Mapping[str, Any]) -> Self:
        """Read them from the input's schema."""
        text = str(schema.get("description", ""))[:_MAX_DESCRIPTION]
        named = (name for name, words in _FORMATS.items() if words.search(text))
        return cls(field, frozenset(named))

    @property
    def archives(self) -> bool:
        """Whether it accepts an archive."""
        return bool(self.formats & _ARCHIVES)

    @property
    def uploads(self) -> frozenset[str]:
        """The formats that an upload may have: beside an archive, the others are what is in it."""
        return self.formats & _ARCHIVES or self.formats

    def listed(self, formats: frozenset[str]) -> str:
        """Return the input with formats that it accepts, for messages."""
        return f"{self.field} accepts {' or '.join(name for name in _FORMATS if name in formats)}"


@dataclass(frozen=True)
class Packing:
    """`zipped`: the files are uploaded as a ZIP, else the only one as it is; `why` is the reason.

    `mismatch` is why the trainer may not accept that; empty if nothing indicates it.
    """

    zipped: bool
    why: str = ""
    mismatch: str = ""


def packing(names: Sequence[str], accepts: AcceptedFormats, *, single: bool) -> Packing:
    """Decide how a dataset's files are uploaded. `single`: the dataset names one file."""
    kind = file_type(names[0])
    if single and not (kind.group in _ZIPPED_FOR_ARCHIVES and accepts.archives):
        why = accepts.listed(accepts.formats) if accepts.formats else ""
        return Packing(zipped=False, why=why, mismatch=mismatch_of(names[0], accepts))
    if len(names) == 1 and kind.label in accepts.uploads:
        why = f"it is the only file, and {accepts.listed(frozenset({kind.label}))}"
        return Packing(zipped=False, why=why)
    why = accepts.listed(frozenset({"ZIP"})) if "ZIP" in accepts.formats else ""
    nested = next(filter(is_archive, names), "")
    inside = f"{shown(nested)}: archive inside the ZIP; trainers do not unpack it" if nested else ""
    return Packing(zipped=True, why=why, mismatch=inside or _mismatch("ZIP", accepts))


def mismatch_of(name: str, accepts: AcceptedFormats) -> str:
    """Return why a trainer may not accept a file of this name; empty if nothing indicates it."""
    return _mismatch(file_type(name).label, accepts)


def _mismatch(label: str, accepts: AcceptedFormats) -> str:
    if not accepts.formats or label in accepts.uploads:
        return ""
    given = label or "another type of file"
    return f"{accepts.listed(accepts.uploads)}, but the dataset is {given}"
