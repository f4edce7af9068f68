"""Captions: `x.txt` beside `x.jpg`, as image trainers read them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO

from replicate_train.dataset.file_types import is_image
from replicate_train.dataset.files import ArchivedFile, Content
from replicate_train.dataset.inspection.notes import Notes
from replicate_train.runner.text import counted, shown

_NO_CAPTIONS = frozenset({"readme", "license"})
_FEW = 3  # images without a caption that are named


@dataclass
class Pairs:
    """The images and the texts of a folder or an archive; only their names are held."""

    images: list[Content] = field(default_factory=list)
    texts: list[Content] = field(default_factory=list)

    def add(self, content: Content) -> None:
        """Note a file."""
        if is_image(content.name):
            self.images.append(_named(content))
        elif content.name.lower().endswith(".txt"):
            self.texts.append(_named(content))

    def judge(self, notes: Notes) -> Iterator[str]:
        """Match the texts with the images, and yield what there is of both."""
        if not self.images:
            return
        stems = {_stem(one.name) for one in self.images}
        captions = {_stem(one.name) for one in self.texts}
        for text in self.texts:
            if _stem(text.name) not in stems and _stem(text.name).lower() not in _NO_CAPTIONS:
                fix = "Name it as its image, or exclude it."
                notes.warning(text, "has no image of its name beside it", fix=fix)
        bare = [image for image in self.images if _stem(image.name) not in captions]
        captioned, count = len(self.images) - len(bare), counted(len(self.images), "image")
        if bare and captioned:
            others = ", ".join(shown(one.name) for one in bare[1:_FEW])
            more = f" and {len(bare) - _FEW:,} more" if bare[_FEW:] else ""
            kind = f"has no caption, while {captioned:,} of {count} have one"
            notes.warning(bare[0], kind, f"nor have {others}{more}" if others else "")
        yield f"{count}, {captioned:,} with captions" if captioned else count


def _named(content: Content) -> Content:
    """Return what is left of a file once it was looked into: a tar's bytes are not held."""
    return replace(content, reader=BytesIO) if isinstance(content, ArchivedFile) else content


def _stem(name: str) -> str:
    return name.rpartition(".")[0]
