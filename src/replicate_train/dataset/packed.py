"""A dataset that is ready to be uploaded: bytes that can be read again, their number and digest."""

import hashlib
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass

from replicate_train.dataset.archive import BLOCK
from replicate_train.dataset.members import Member
from replicate_train.errors import DatasetError

LIMIT = 100 * 1024 * 1024  # bytes; the service answers 413 above (OpenAPI document)

Blocks = Callable[[], Generator[bytes]]


@dataclass(frozen=True)
class Packed:
    """What is uploaded; `described` says what it is, for the log.

    `blocks` reads it, as often as it is called; `files` is how many files it holds, and `done` how
    many of them were read.
    """

    name: str
    media_type: str
    blocks: Blocks
    size: int
    sha256: str
    described: str
    files: int
    done: Callable[[], int]


def measured(blocks: Generator[bytes], limit: int = LIMIT) -> tuple[int, str]:
    """Return the number of bytes and their SHA-256; it stops counting above the limit."""
    size, digest = 0, hashlib.sha256()
    with closing(blocks):
        for block in blocks:
            size += len(block)
            if size > limit:
                break
            digest.update(block)
    return size, digest.hexdigest()


def as_it_is(member: Member) -> Generator[bytes]:
    """Yield a single file's bytes."""
    try:
        with member.open() as file:
            while block := file.read(BLOCK):
                yield block
    except OSError as error:
        raise DatasetError(f"The dataset {member.name} cannot be read: {error}") from error
