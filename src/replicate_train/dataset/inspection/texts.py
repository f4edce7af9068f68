"""Checking plain texts: captions, and whole corpora."""

from replicate_train.dataset.files import Content
from replicate_train.dataset.inspection.findings import Findings

_LFS = b"version https://git-lfs.github.com/spec/"
_LFS_SIZES = range(100, 301)  # bytes of a Git LFS pointer
_MAX_READ = 1_000_000  # bytes of a text that are checked
_LETTER = 4  # bytes of the longest UTF-8 letter: one may be cut at the end of what is read


def is_lfs_pointer(content: Content) -> bool:
    """Tell whether a file is what Git LFS leaves in place of one that was not downloaded."""
    if content.size not in _LFS_SIZES:
        return False
    try:
        with content.open() as file:
            return file.read(len(_LFS)) == _LFS
    except OSError:  # the check of the file reports it
        return False


def check(text: Content, findings: Findings) -> str:
    """Check that the beginning of a text is UTF-8, and not empty."""
    with text.open() as file:
        content = file.read(_MAX_READ)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        if text.size <= _MAX_READ or error.start < len(content) - _LETTER:
            findings.error(text, "not UTF-8")
        return ""
    if not content.strip():
        findings.warning(text, "empty")
    return ""
