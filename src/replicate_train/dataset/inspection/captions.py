"""Captions: `x.txt` beside `x.jpg`, as image trainers read them."""

from collections.abc import Iterator, Sequence

from replicate_train.dataset.inspection.images import SUFFIXES
from replicate_train.dataset.inspection.notes import Notes
from replicate_train.dataset.members import Member
from replicate_train.plain_text import counted, shown

_LONG = 1_000_000  # bytes above which a text is no caption, and is not read
_NAMED = 3  # images without a caption that are named


def pair(members: Sequence[Member], notes: Notes) -> Iterator[str]:
    """Match texts with images, look into the texts, and yield what there is of both."""
    images = {_stem(one.name): one for one in members if _is_image(one.name)}
    texts = {_stem(one.name): one for one in members if one.name.lower().endswith(".txt")}
    if not images:
        for text in texts.values():
            _look_into(text, notes, single=len(members) == 1)
        return
    for stem, text in texts.items():
        _look_into(text, notes)
        if stem not in images:
            notes.warning(text, "is a caption without an image beside it")
    bare = [image for stem, image in images.items() if stem not in texts]
    captioned = len(images) - len(bare)
    if bare and captioned:
        named = ", ".join(shown(one.name) for one in bare[:_NAMED])
        more = f" and {len(bare) - _NAMED:,} more" if bare[_NAMED:] else ""
        kind = f"has no caption, while {captioned:,} of {counted(len(images), 'image')} have one"
        notes.warning(bare[0], kind, f"so have {named}{more}" if bare[1:] else "")
    count = counted(len(images), "image")
    yield f"{count}, {captioned:,} with captions" if captioned else count


def _look_into(text: Member, notes: Notes, *, single: bool = False) -> None:
    if text.size > _LONG and not single:
        return
    try:
        with text.open() as file:
            content = file.read(_LONG)
        content.decode("utf-8")
    except OSError as error:
        notes.error(text, "cannot be read", str(error.strerror))
        return
    except UnicodeDecodeError as error:
        if error.start < len(content) - 4 or text.size <= _LONG:  # else a letter was cut
            notes.error(text, "is not UTF-8")
        return
    if not content.strip():
        notes.warning(text, "is empty")


def _is_image(name: str) -> bool:
    return "." in name and "." + name.rpartition(".")[2].lower() in SUFFIXES


def _stem(name: str) -> str:
    return name.rpartition(".")[0]
