"""The end of a log, which an error shows."""

import os
from pathlib import Path

_CHARACTER = 4  # bytes at the most


def end_of_log(path: Path, characters: int) -> str:
    """Return the last characters of a file, and read no more of it. Raises `OSError`."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - characters * _CHARACTER))
        return file.read(characters * _CHARACTER).decode("utf-8", "replace")[-characters:]
