"""The type of a file by its name."""

import pytest

from replicate_train.dataset.file_types import (
    Group,
    file_type,
    is_archive,
    is_compressed,
    is_image,
    media_type,
)


@pytest.mark.parametrize(
    ("name", "label", "group"),
    [
        ("a.jsonl", "JSONL", Group.DATA),
        ("a.NDJSON", "JSONL", Group.DATA),
        ("x.y/a.jpeg", "JPEG", Group.IMAGE),
        ("a.tar.gz", "tar", Group.ARCHIVE),
        ("a.TAR.XZ", "tar", Group.ARCHIVE),
        ("a.tar.zst", "Zstandard", Group.PACKED),
        ("a.json.gz", "gzip", Group.PACKED),
        ("a.zip", "ZIP", Group.ARCHIVE),
        ("a.mp4", "MP4", Group.OTHER),
        ("a.xyz", "", Group.OTHER),
        ("zip", "", Group.OTHER),
        (".zip", "", Group.OTHER),
        ("x/.zip", "", Group.OTHER),
        ("x.zip/a", "", Group.OTHER),
        ("", "", Group.OTHER),
    ],
)
def test_the_type_of_a_name(name: str, label: str, group: Group) -> None:
    assert (file_type(name).label, file_type(name).group) == (label, group)
    assert is_archive(name) == (group is Group.ARCHIVE)
    assert is_image(name) == (group is Group.IMAGE)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.tgz", "application/gzip"),
        ("a.tar.gz", "application/gzip"),
        ("a.tar.bz2", "application/x-bzip2"),
        ("a.ndjson", "application/x-ndjson"),
        ("a.json", "application/json"),
        ("a.jpg", "image/jpeg"),
        ("a.webp", "image/webp"),
        ("a.xyzzy", "application/octet-stream"),
    ],
)
def test_the_media_type_of_a_name(name: str, expected: str) -> None:
    assert media_type(name) == expected


def test_what_is_compressed_already() -> None:
    packed = ["a.jpg", "a.tar.gz", "a.parquet", "a.safetensors", "a.heic"]
    others = ["a.txt", "a.jsonl", "a.tar", "a.bmp", "a.tiff", "a", "a.xyz"]
    assert [name for name in packed + others if is_compressed(name)] == packed
