"""A dataset that can be given to a trainer: packed on this machine, or hosted.

`needs_upload` tells which; both have a `url` (empty before the upload), a `sha256` (empty where the
content is not known) and a `description` for messages.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Literal

from replicate_train.runner.text import counted, without_query


@dataclass(frozen=True)
class Packed:
    """A dataset to upload: the file at `path`, which is read for each try.

    `name` and `media_type` are those of the upload, `size` is in bytes, `sha256` the digest of its
    content. `files` is how many files were packed into it; 0 for one file, uploaded as it is.
    """

    name: str
    media_type: str
    path: Path
    size: int
    sha256: str
    files: int = 0
    needs_upload: ClassVar[Literal[True]] = True

    @property
    def url(self) -> str:
        """Empty: it has no URL yet."""
        return ""

    @property
    def description(self) -> str:
        """Its name, with the number of files packed into it."""
        return f"{self.name} ({counted(self.files, 'file')})" if self.files else self.name


@dataclass(frozen=True)
class Hosted:
    """A dataset that the trainer can download.

    `uploaded_at` is when it was uploaded, by Replicate's own clock, if that is known.
    """

    url: str
    sha256: str = ""
    uploaded_at: datetime | None = None
    needs_upload: ClassVar[Literal[False]] = False

    @property
    def description(self) -> str:
        """Its URL without the query, which may be a signature."""
        return without_query(self.url)


Dataset = Packed | Hosted
