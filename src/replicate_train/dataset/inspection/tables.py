"""Tables in datasets: CSV row by row, Parquet by its magic."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from typing import BinaryIO

from replicate_train.dataset.files import Content
from replicate_train.dataset.inspection.notes import Notes
from replicate_train.runner.text import counted, shown

_LINE = 10_000_000  # bytes of a line
_SAMPLE = 20  # lines by which the delimiter is found
_DELIMITERS = ",;\t|"
_MAGIC = b"PAR1"


def look_into_csv(content: Content, notes: Notes) -> str:
    """Check that each row has as many columns as the header."""
    csv.field_size_limit(_LINE)
    with content.open() as file:
        lines = _Lines(file)
        try:
            count = _rows(content, lines, notes)
        except UnicodeDecodeError:
            notes.error(content, "is not UTF-8", line=lines.number)
            return ""
        except (csv.Error, ValueError) as error:
            words = str(error).partition(" - ")[0]
            notes.error(content, f"is no CSV: {words}", line=lines.number)
            return ""
    if count <= 1:
        notes.error(content, "holds no rows below a header")
    return f"{shown(content.name)}: {counted(max(count - 1, 0), 'row')}"


def look_into_parquet(content: Content, notes: Notes) -> str:
    """Check that a file begins and ends as Parquet does: a truncated one lacks its end."""
    with content.open() as file:
        head = file.read(len(_MAGIC))
        file.seek(max(0, content.size - len(_MAGIC)))
        tail = file.read(len(_MAGIC))
    if head != _MAGIC:
        notes.error(content, "is no Parquet file")
    elif tail != _MAGIC or content.size < 3 * len(_MAGIC):
        notes.error(content, "is a truncated Parquet file")
    return ""


def _rows(content: Content, lines: "_Lines", notes: Notes) -> int:
    """Compare the rows with the header, and return how many there are."""
    first = list(islice(lines, _SAMPLE))
    rows = csv.reader(chain(first, lines), delimiter=_delimiter(first), strict=True)
    columns = count = 0
    for row in rows:
        if not row:
            continue
        columns = columns or len(row)
        count += 1
        if len(row) != columns:
            kind = "has another number of columns than the header"
            notes.error(content, kind, f"{len(row)} instead of {columns}", rows.line_num)
    return count


def _delimiter(first: Sequence[str]) -> str:
    """Return what parts the columns: the sign that gives the first rows the same, and the most."""

    def columns(sign: str) -> int:
        with suppress(csv.Error):
            rows = [row for row in csv.reader(first, delimiter=sign) if row]
            whole = rows[:-1] if len(first) == _SAMPLE else rows  # the last one may go on
            widths = set(map(len, whole))
            return max(widths) if len(widths) == 1 else 0
        return 0

    best = max(_DELIMITERS, key=columns)
    return best if columns(best) > 1 else ","


class _Lines(Iterator[str]):
    """A file's lines as text; `number` is that of the last one that was read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.number = 0

    def __next__(self) -> str:
        line = self._file.readline(_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) >= _LINE:
            raise ValueError(f"a line of more than {_LINE:,} bytes")
        return line.decode("utf-8-sig" if self.number == 1 else "utf-8")
