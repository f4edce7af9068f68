"""Looking into a dataset: what is sound passes, what is unwise is told, nothing runs away."""

import io
import json
import re
import struct
import tarfile
import tempfile
import time
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replicate_train.dataset.inspection.looking import Inspection, inspect
from replicate_train.dataset.members import Member

JPEG = b"\xff\xd8\xff\xe0" + b"x" * 50 + b"\xff\xd9"
GIF = b"GIF89a" + b"x" * 50 + b"\x3b"
WEBP = b"RIFF" + struct.pack("<L", 54) + b"WEBP" + b"x" * 50


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    whole = kind + data
    return struct.pack(">L", len(data)) + whole + struct.pack(">L", zlib.crc32(whole))


PNG = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"x" * 13) + chunk(b"IDAT", b"abc") + chunk(b"IEND")


def looked(folder: Path, **files: bytes) -> Inspection:
    members = []
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        members.append(Member(name, str(path), len(content), name))
    return inspect(members)


def zipped(**files: bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.mkdir("folder")
        for name, content in files.items():
            archive.writestr(name, content)
    return whole.getvalue()


def tarred(mode: str) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode=mode) as archive:  # type: ignore[call-overload]
        entry = tarfile.TarInfo("folder/a")
        entry.size = 3
        archive.addfile(entry, io.BytesIO(b"abc"))
    return whole.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", b'{"a": 1}\n{"a": 2}'),
        ("a.jsonl", b'{"a": 1, "b": [null]}\r\n{"b": 1, "a": 2}\r\n'),
        ("a.json", b'[{"a": 1}]'),
        ("a.json", b'\xef\xbb\xbf{"a": "\xc3\xa9"}'),
        ("a.csv", b"a,b\n1,2\n"),
        ("a.csv", b'\xef\xbb\xbfa,b\r\n"1\n2",2\r\n\r\n'),
        ("a.txt", "Grüße".encode()),
        ("a.parquet", b"PAR1" + b"x" * 20 + b"PAR1"),
        ("a.jpg", JPEG),
        ("a.JPEG", JPEG + b"behind its end"),
        ("a.png", PNG),
        ("a.gif", GIF),
        ("a.webp", WEBP),
        ("a.bmp", b"BM" + b"x" * 50),
        ("a.tiff", b"II*\0" + b"x" * 50),
        ("a.heic", b"\0\0\0\x18ftypheic" + b"x" * 50),
        ("a.avif", b"\0\0\0\x18ftypavif" + b"x" * 50),
        ("a.zip", zipped(a=b"x", b=JPEG)),
        ("a.zip", zipped(**{"x/1.jpg": JPEG, "x/1.txt": b"a photo"})),
        ("a.tar", tarred("w")),
        ("a.tar.gz", tarred("w:gz")),
        ("a.tgz", tarred("w:bz2")),
        ("a.unknown", b"\xff\xfe"),
    ],
)
def test_what_is_sound_passes(tmp_path: Path, name: str, content: bytes) -> None:
    assert looked(tmp_path, **{name: content}).findings == ()


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.jsonl": b'{"a": 1}\n\n \n{"a": 2}\n'}, "a.jsonl: has blank lines (2)"),
        ({"a.jsonl": b'{"a": 1}\n{"a": 1}\n{"a": 1}\n'}, "there twice (2)"),
        ({"a.jsonl": b'\xef\xbb\xbf{"a": 1}\n'}, "line 1: begins with a byte order mark"),
        ({"a.jsonl": b'{"a": 1}\n{"a": 2}\n{"a": 3, "b": 1}'}, "line 3: has a key"),
        ({"a.png": JPEG}, "a.png: is a JPEG image, and its name says PNG"),
        ({"a.jpg": JPEG, "b.txt": b"x"}, "b.txt: is a caption without an image"),
        ({"a.jpg": JPEG, "a.txt": b" "}, "a.txt: is empty"),
        ({"a.jpg": JPEG, "a.txt": b"x", "b.jpg": JPEG}, "while 1 of 2 images have one"),
        ({"a.zip": zipped(a=b"x", A=b"y")}, "a name twice, but for its case (A)"),
    ],
)
def test_what_is_only_unwise_is_a_warning(
    tmp_path: Path, files: dict[str, bytes], expected: str
) -> None:
    findings = looked(tmp_path, **files).findings
    assert any(expected in finding.what for finding in findings), findings
    assert not [finding for finding in findings if finding.serious and "caption" not in expected]


def test_the_log_says_what_there_is(tmp_path: Path) -> None:
    files = {"x/a.jpg": JPEG, "x/a.txt": b"a", "x/b.jpg": JPEG, "x/b.txt": b"b"}
    assert looked(tmp_path, **files).facts == ("2 images, 2 with captions",)
    assert looked(tmp_path, **{"c.jsonl": b'{"a": 1}'}).facts == ("c.jsonl: 1 record",)


def test_many_findings_are_counted(tmp_path: Path) -> None:
    findings = looked(tmp_path, **{"a.jsonl": b"{\n" * 5000}).findings
    assert len(findings) < 25
    assert any("4,990 more times" in finding.what for finding in findings)


SUFFIXES = [".jsonl", ".json", ".csv", ".txt", ".parquet", ".jpg", ".png", ".webp", ".gif", ".zip",
            ".tar", ".tgz"]  # fmt: skip
STARTS = [b"", JPEG, PNG, GIF, WEBP, zipped(a=b"abc", b=b"x" * 99), tarred("w"), tarred("w:gz"),
          b'{"a": 1}\n', b"a,b\n1,2\n", b"PAR1"]  # fmt: skip


@settings(deadline=None)  # some examples are archives that are unpacked
@given(st.sampled_from(SUFFIXES), st.sampled_from(STARTS), st.binary(max_size=60), st.data())
def test_any_bytes_end_in_findings_and_not_in_a_crash(
    suffix: str, start: bytes, noise: bytes, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(start)))
    content = start[:place] + noise + start[place + data.draw(st.integers(0, 8)) :]
    with tempfile.TemporaryDirectory() as folder:
        looked(Path(folder), **{f"a{suffix}": content})


records = st.fixed_dictionaries({"text": st.text(), "n": st.integers() | st.none()})


@settings(deadline=None)
@given(st.lists(records, min_size=1))
def test_any_sound_records_pass(given_: list[dict[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lines = "\n".join(json.dumps(record) for record in given_).encode()
        found = looked(Path(folder), **{"a.jsonl": lines}).findings
    assert not [finding for finding in found if finding.serious]


noisy = st.binary(max_size=8).map(lambda noise: b'{"n": ' + noise + b"}")
odd = st.sampled_from(
    [b"", b" ", b"[]", b"1", b'{"n": NaN}', b'{"n": [-Infinity]}', b'{"n": 1e999}',
     b'{"text": "NaN"}', b'{"n": "\\ud800"}', b'{"n": 1} x', b'{"n": "\xff"}', b'{"n": 01}',
     b'{"n": ' + b"[" * 300 + b"]" * 300 + b"}", b'{"n": ' + b"9" * 5000 + b"}",
     b'{"n": 1, "n": 2}', b'{"n": 1}\r', b'{"text": "a", "n": 1}', b'{"n": 1, "text": "a"}',
     b'{"n":1}, {"n":2}']
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(odd | noisy, min_size=1))
def test_lines_are_judged_the_same_one_by_one_and_many_at_once(lines: list[bytes]) -> None:
    def without_places(content: bytes) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            found = looked(Path(folder), **{"a.jsonl": content}).findings
        words = (re.sub(r", line \d+", "", finding.what) for finding in found)
        return [one for one in words if "blank lines" not in one]

    whole = b"\n".join(lines)
    # A blank line is not judged among many: its neighbours are looked at one by one.
    assert without_places(b"\n" + whole) == without_places(whole)


def test_many_records_take_little_memory_and_time(tmp_path: Path) -> None:
    line = json.dumps({"prompt": "x" * 40, "n": 0})[:-2].encode()
    content = b"".join(line + b"%d}\n" % number for number in range(100_000))
    tracemalloc.start()
    began = time.perf_counter()
    found = looked(tmp_path, **{"a.jsonl": content})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.findings == ()
    assert peak < 8 << 20
    assert time.perf_counter() - began < 10
