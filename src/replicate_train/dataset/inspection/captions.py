"""Captions: `x.txt` beside `x.jpg`, as image trainers read them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO

from replicate_train.dataset.file_types import file_type, is_image
from replicate_train.dataset.files import ArchivedFile, Content
from replicate_train.dataset.inspection.findings import Findings
from replicate_train.runner.text import counted, shown

_NO_CAPTIONS = frozenset({"readme", "license"})
_MAX_NAMES = 3  # of images without a caption


@dataclass
class Captions:
    """The images and texts of a folder or an archive, of which only the names are held."""

    images: list[Content] = field(default_factory=list)
    texts: list[Content] = field(default_factory=list)

    def add(self, content: Content) -> None:
        """Add a file, if it is an image or a text."""
        if is_image(content.name):
            self.images.append(_without_content(content))
        elif file_type(content.name).label == "text":
            self.texts.append(_without_content(content))

    def check(self, findings: Findings) -> Iterator[str]:
        """Match the texts with the images, and yield how many there are."""
        if not self.images:
            return
        stems = {_stem(one.name) for one in self.images}
        captions = {_stem(one.name) for one in self.texts}
        for text in self.texts:
            if _stem(text.name) not in stems and _stem(text.name).lower() not in _NO_CAPTIONS:
                fix = "Name it like its image, or exclude it."
                findings.warning(text, "no image with this name", fix=fix)
        bare = [image for image in self.images if _stem(image.name) not in captions]
        captioned, count = len(self.images) - len(bare), counted(len(self.images), "image")
        if bare and captioned:
            others = ", ".join(shown(one.name) for one in bare[1:_MAX_NAMES])
            more = f" and {len(bare) - _MAX_NAMES:,} more" if bare[_MAX_NAMES:] else ""
            kind = f"no caption, but {captioned:,} of {count} have one"
            findings.warning(bare[0], kind, f"also without: {others}{more}" if others else "")
        yield f"{count}, {captioned:,} with captions" if captioned else count


def _without_content(content: Content) -> Content:
    """Return a file without its bytes, which a file of a tar holds."""
    return replace(content, reader=BytesIO) if isinstance(content, ArchivedFile) else content


def _stem(name: str) -> str:
    return name.rpartition(".")[0]
