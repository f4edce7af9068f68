"""Checking tables: CSV row by row, Parquet by its first and last bytes."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from typing import BinaryIO

from replicate_train.dataset.files import Content
from replicate_train.dataset.inspection.findings import Findings
from replicate_train.runner.text import counted, shown

_MAX_LINE = 10_000_000  # bytes
_SAMPLE = 20  # lines that decide the delimiter
_DELIMITERS = ",;\t|"
_MAGIC = b"PAR1"


def check_csv(content: Content, findings: Findings) -> str:
    """Check that each row has as many columns as the header."""
    csv.field_size_limit(_MAX_LINE)
    with content.open() as file:
        lines = _Lines(file)
        try:
            count = _rows(content, lines, findings)
        except UnicodeDecodeError:
            findings.error(content, "not UTF-8", line=lines.number)
            return ""
        except (csv.Error, ValueError) as error:
            words = str(error).partition(" - ")[0]
            findings.error(content, f"not valid CSV: {words}", line=lines.number)
            return ""
    if count <= 1:
        findings.error(content, "no rows below the header")
    return f"{shown(content.name)}: {counted(max(count - 1, 0), 'row')}"


def check_parquet(content: Content, findings: Findings) -> str:
    """Check that a file begins and ends as Parquet does: a truncated one lacks its end."""
    with content.open() as file:
        head = file.read(len(_MAGIC))
        file.seek(max(0, content.size - len(_MAGIC)))
        tail = file.read(len(_MAGIC))
    if head != _MAGIC:
        findings.error(content, "not a Parquet file")
    elif tail != _MAGIC or content.size < 3 * len(_MAGIC):
        findings.error(content, "truncated Parquet", "ends before its footer")
    return ""


def _rows(content: Content, lines: "_Lines", findings: Findings) -> int:
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
            kind = "number of columns differs from the header"
            findings.error(content, kind, f"{len(row)} instead of {columns}", rows.line_num)
    return count


def _delimiter(first: Sequence[str]) -> str:
    """Return the delimiter: the one with which the first rows have the same, and most, columns."""

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
        line = self._file.readline(_MAX_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) >= _MAX_LINE:
            raise ValueError(f"line longer than {_MAX_LINE:,} bytes")
        return line.decode("utf-8-sig" if self.number == 1 else "utf-8")
