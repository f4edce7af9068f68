"""The image classifier: that it learns, and that it reads what it says it reads."""

import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.cog_project import project


@pytest.fixture(scope="module")
def classifier() -> Iterator[list[ModuleType]]:
    with project("tiny-classifier-trainer", "images", "dataset", "train", "classifier") as modules:
        yield modules


def png(pixels: np.ndarray, filters: list[int], colour: int = 2, palette: bytes = b"") -> bytes:
    """Write a PNG whose lines use the given filters, by the PNG specification."""
    height, width, channels = pixels.shape
    raw, above = b"", np.zeros(width * channels, np.uint8)
    for y in range(height):
        row = pixels[y].reshape(-1)
        left = np.concatenate([np.zeros(channels, np.uint8), row[:-channels]])
        corner = np.concatenate([np.zeros(channels, np.uint8), above[:-channels]])
        kind = filters[y % len(filters)]
        if kind == 4:
            a, b, c = (x.astype(int) for x in (left, above, corner))
            distances = np.abs(np.stack([a + b - c - a, a + b - c - b, a + b - c - c]))
            guess = np.choose(distances.argmin(axis=0), [a, b, c])
        else:
            guess = [0, left, above, (left.astype(int) + above) // 2][kind]
        raw += bytes([kind]) + ((row.astype(int) - guess) % 256).astype(np.uint8).tobytes()
        above = row
    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(raw)), (b"IEND", b"")]
    if palette:
        parts.insert(1, (b"PLTE", palette))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )


def picture(seed: int, side: int = 20, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (side, side, channels), dtype=np.uint8)


@pytest.mark.parametrize("filters", [[0], [1], [2], [3], [4], [4, 3, 2, 1, 0]])
@pytest.mark.parametrize(("channels", "colour"), [(1, 0), (2, 4), (3, 2), (4, 6)])
def test_every_kind_of_png_is_read(
    classifier: list[ModuleType], filters: list[int], channels: int, colour: int
) -> None:
    pixels = picture(channels, channels=channels)
    read = classifier[0].decode(png(pixels, filters, colour))
    expected = pixels[..., :3] if channels > 2 else np.repeat(pixels[..., :1], 3, axis=2)
    assert (read == expected).all()


def test_a_palette_is_looked_up(classifier: list[ModuleType]) -> None:
    pixels = np.array([[[0], [1]], [[1], [0]]], np.uint8)
    read = classifier[0].decode(png(pixels, [0], 3, bytes([9, 8, 7, 1, 2, 3])))
    assert read[0].tolist() == [[9, 8, 7], [1, 2, 3]]


def test_portable_bitmaps_are_read(classifier: list[ModuleType]) -> None:
    assert (classifier[0].decode(b"P5 2 1 255\n\x01\x02")[0, :, 0] == [1, 2]).all()
    assert classifier[0].decode(b"P6\n1 1\n255\n\x01\x02\x03").tolist() == [[[1, 2, 3]]]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xff\xd8\xff\xe0", "a JPEG image"),
        (b"<html>", "not an image"),
        (b"", "not an image"),
        (png(picture(1), [0])[:-30], "damaged"),
        (b"P5 99999 99999 255\n", "too large"),
    ],
)
def test_what_cannot_be_read(classifier: list[ModuleType], data: bytes, expected: str) -> None:
    with pytest.raises(classifier[0].ImageError, match=expected):
        classifier[0].decode(data)


@given(head=st.sampled_from([b"\x89PNG\r\n\x1a\n", b"P5", b"P6 3 ", b""]), rest=st.binary())
def test_any_bytes_are_read_or_refused(
    classifier: list[ModuleType], head: bytes, rest: bytes
) -> None:
    try:
        classifier[0].features(head + rest)
    except classifier[0].ImageError:
        return


def archive(path: Path, files: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return path


def light_and_dark(labelled: str) -> dict[str, bytes | str]:
    files: dict[str, bytes | str] = {"__MACOSX/._x": b"", ".hidden/a.png": b"no picture"}
    lines = []
    for i in range(40):
        dark = i % 2
        pixels = (picture(i) // 2 + (0 if dark else 128)).astype(np.uint8)
        name = f"{'dark' if dark else 'light'}/{i}.png" if labelled == "folders" else f"{i}.png"
        files[name] = png(pixels, [i % 5])
        lines.append(json.dumps({"file": name, "label": "dark" if dark else "light"}))
    if labelled == "lines":
        files["labels.jsonl"] = "\n".join(lines)
    return files


@pytest.mark.parametrize("labelled", ["folders", "lines"])
def test_it_learns_to_tell_light_from_dark(
    classifier: list[ModuleType],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    labelled: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    _, _, train, network = classifier
    train.train(archive(tmp_path / "d.zip", light_and_dark(labelled)), 60, 0.05, 16, 1)
    log = capsys.readouterr().out
    assert "After:  test accuracy 100.0%" in log
    made = network.Classifier.load(tmp_path / "weights.npz")
    assert made.classes == ["dark", "light"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, "at least two classes"),
        ({"a/1.png": png(picture(1), [0])}, "at least two classes"),
        ({"a/1.png": b"<html>", "b/2.png": b""}, "a/1.png: not an image"),
        ({"l.jsonl": '{"file": "x.png", "label": "a"}'}, "line 1: x.png is not in the archive"),
        ({"l.jsonl": "{"}, "line 1: must be an object"),
    ],
)
def test_what_is_wrong_with_the_dataset(
    classifier: list[ModuleType], tmp_path: Path, files: dict, expected: str
) -> None:
    with pytest.raises(classifier[1].DatasetError, match=expected):
        classifier[1].read(archive(tmp_path / "d.zip", files))


def test_a_file_that_is_not_a_zip(classifier: list[ModuleType], tmp_path: Path) -> None:
    (tmp_path / "d.zip").write_bytes(b"not a zip")
    with pytest.raises(classifier[1].DatasetError, match="not a readable ZIP"):
        classifier[1].read(tmp_path / "d.zip")
