"""What an image adds to its base: its layers, as `docker save` gives them."""

import gzip
import hashlib
import io
import json
import re
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from support.engine import docker

_LEVEL = 6  # of gzip, as registries store layers
_SITE = re.compile(r"(.*/site-packages/)([^/]+)")
_VERSION = re.compile(r"-[^-]+(?=[.]dist-info$)")


@dataclass(frozen=True)
class Added:
    """One file, folder or link that an image adds; `digest` is that of its content."""

    path: str
    kind: bytes
    mode: int
    owner: tuple[int, int]
    modified: int
    digest: str


def compressed(image: str, base: str = "") -> int:
    """Return the bytes of an image's layers as a registry stores them, without those of a base."""
    return sum(len(gzip.compress(layer, _LEVEL, mtime=0)) for layer in _layers(image, base))


def added(image: str, base: str) -> list[Added]:
    """Return everything that an image adds to its base, in the order of the layers."""
    return [one for layer in _layers(image, base) for one in _members(layer)]


def outline(entries: list[Added]) -> list[str]:
    """Return where an image adds files: packages without versions, and folders of byte code."""
    return sorted({_place(one) for one in entries if one.kind != tarfile.DIRTYPE})


def digests(image: str) -> list[str]:
    """Return the digests of an image's layers, before they are compressed."""
    found = json.loads(docker("image", "inspect", "--format", "{{json .RootFS.Layers}}", image))
    return [str(digest) for digest in found]


def _layers(image: str, base: str) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "image.tar")
        docker("save", "--output", str(path), image)
        with tarfile.open(path) as saved:
            manifest = json.loads(_content(saved, "manifest.json"))
            for name in manifest[0]["Layers"][len(digests(base)) if base else 0 :]:
                layer = _content(saved, name)
                yield gzip.decompress(layer) if layer.startswith(b"\x1f\x8b") else layer


def _members(layer: bytes) -> Iterator[Added]:
    with tarfile.open(fileobj=io.BytesIO(layer)) as tar:
        for one in tar:
            content = _content(tar, one.name) if one.isfile() else one.linkname.encode()
            digest = hashlib.sha256(content).hexdigest()
            owner = (one.uid, one.gid)
            yield Added(one.name, one.type, one.mode, owner, int(one.mtime), digest)


def _content(tar: tarfile.TarFile, name: str) -> bytes:
    file = tar.extractfile(name)
    assert file
    return file.read()


def _place(one: Added) -> str:
    if found := _SITE.match(one.path):
        return found[1] + _VERSION.sub("", found[2])
    if "/__pycache__/" in one.path:
        return f"{one.path.partition('/__pycache__/')[0]}/__pycache__"
    return one.path
