"""Plain texts in datasets: captions, and whole corpora."""

from replicate_train.dataset.files import Content
from replicate_train.dataset.inspection.notes import Notes

_LFS = b"version https://git-lfs.github.com/spec/"
_POINTER = 100, 300  # bytes that a pointer has
_READ = 1_000_000  # bytes that are looked at
_LETTER = 4  # bytes of the longest UTF-8 letter: one may be cut at the end of what is read


def is_pointer(content: Content) -> bool:
    """Tell whether a file is what Git LFS leaves in place of one that was not fetched."""
    if not _POINTER[0] <= content.size <= _POINTER[1]:
        return False
    try:
        with content.open() as file:
            return file.read(len(_LFS)) == _LFS
    except OSError:  # whoever looks into it will tell
        return False


def look_into(text: Content, notes: Notes) -> str:
    """Check that a text is one: its beginning is UTF-8, and not empty."""
    with text.open() as file:
        content = file.read(_READ)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        if text.size <= _READ or error.start < len(content) - _LETTER:
            notes.error(text, "is not UTF-8")
        return ""
    if not content.strip():
        notes.warning(text, "is empty")
    return ""
