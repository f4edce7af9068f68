"""Tables in datasets: CSV row by row, Parquet by its magic."""

import csv
from collections.abc import Iterator
from typing import BinaryIO

from replicate_train.dataset.inspection.notes import Notes
from replicate_train.dataset.members import Member
from replicate_train.plain_text import counted, shown

_LINE = 10_000_000  # bytes of a line
_MAGIC = b"PAR1"


def look_into_csv(member: Member, notes: Notes) -> str:
    """Check that each row has as many columns as the header."""
    with member.open() as file:
        rows = csv.reader(_lines(file), strict=True)
        columns = count = 0
        try:
            for row in rows:
                if not row:
                    continue
                columns = columns or len(row)
                count += 1
                if len(row) != columns:
                    said = f"{len(row)} instead of {columns}"
                    kind = "has another number of columns than the header"
                    notes.error(member, kind, said, rows.line_num)
        except UnicodeDecodeError:
            notes.error(member, "is not UTF-8", line=rows.line_num + 1)
        except (csv.Error, ValueError) as error:
            notes.error(member, f"is no CSV: {error}", line=rows.line_num)
    if count <= 1:
        notes.error(member, "holds no rows below a header")
    return f"{shown(member.name)}: {counted(max(count - 1, 0), 'row')}"


def look_into_parquet(member: Member, notes: Notes) -> str:
    """Check that a file begins and ends as Parquet does: a truncated one lacks its end."""
    with member.open() as file:
        head = file.read(len(_MAGIC))
        file.seek(max(0, member.size - len(_MAGIC)))
        tail = file.read(len(_MAGIC))
    if head != _MAGIC:
        notes.error(member, "is no Parquet file")
    elif tail != _MAGIC or member.size < 3 * len(_MAGIC):
        notes.error(member, "is a truncated Parquet file")
    return ""


def _lines(file: BinaryIO) -> Iterator[str]:
    first = True
    while line := file.readline(_LINE):
        if len(line) >= _LINE:
            raise ValueError(f"a line of more than {_LINE:,} bytes")
        yield line.decode("utf-8-sig" if first else "utf-8")
        first = False
