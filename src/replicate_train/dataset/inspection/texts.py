"""Plain texts in datasets: captions, and whole corpora."""

from replicate_train.dataset.inspection.notes import Notes
from replicate_train.dataset.members import Content

_READ = 1_000_000  # bytes that are looked at
_LETTER = 4  # bytes of the longest UTF-8 letter: one may be cut at the end of what is read


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
