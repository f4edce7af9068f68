"""Checking a dataset: valid files pass, others are findings, in bounded memory and time."""

import gzip
import json
import re
import struct
import tarfile
import tempfile
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replicate_train.dataset.files import DatasetFile
from replicate_train.dataset.format import AcceptedFormats
from replicate_train.dataset.inspection.inspect import Inspection, inspect
from replicate_train.diagnostics.collector import Problems
from replicate_train.diagnostics.errors import InputError
from replicate_train.runner.workspace import Workspace
from support.datasets import check_and_prepare
from support.samples import PACKERS, pictures, tarred, zipped

PICTURES = dict(pictures())
JPEG, PNG = PICTURES["baseline.jpg"], PICTURES["plain.png"]
GIF, WEBP = PICTURES["moving.gif"], PICTURES["lossy.webp"]
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 12345\n" % (b"a" * 64)
MAC = {"x/a.jpg": JPEG, "__MACOSX/x/._a.jpg": b"\0\5\x16\7", "x/.DS_Store": b"\0", "x/._b": b"\0"}


def records(count: int, *keys: str) -> bytes:
    """Return lines with these keys, each with other values."""
    return b"".join(
        json.dumps(dict.fromkeys(keys, f"{count} {number}")).encode() + b"\n"
        for number in range(count)
    )


def various(count: int) -> bytes:
    return b"".join(b'{"k%d": 1}\n' % number for number in range(count)) + records(900, "a")


def inspected(folder: Path, **files: bytes) -> Inspection:
    members = []
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        members.append(DatasetFile.found(name, str(path), path.lstat(), name))
    return inspect(members)


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
        ("a.csv", b'text;n\r\n"one, two";2\r\n'),
        ("a.csv", b"text\tn\none, two\t2\n"),
        ("a.csv", b'name;"text, spoken"\na;b\n'),
        ("a.csv", b"id;text;n\n" + b'1;"' + b"line\n" * 30 + b'";2\n3;a, b;4\n'),
        ("a.csv", b"id;price, EUR\n1;2\n3;4\n"),
        ("a.csv", b"LJ1|Printing, in|Printing, in\nLJ2|a|b\n"),
        ("a.csv", b"one\ntwo\nthree\n"),
        ("a.csv", b"text\n" + b"x" * 200_000),
        *PICTURES.items(),
        ("a.zip", zipped(a=b"x", b=JPEG)),
        ("a.zip", zipped(**{"x/1.jpg": JPEG, "x/1.txt": b"a photo"})),
        ("a.zip", zipped(**MAC)),
        *((f"a{suffix}", pack(tarred(**MAC))) for suffix, pack in PACKERS.items()),
        ("a.unknown", b"\xff\xfe"),
    ],
)
def test_valid_files_pass(tmp_path: Path, name: str, content: bytes) -> None:
    assert inspected(tmp_path, **{name: content}).findings == ()


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.jsonl": b'{"a": 1}\n\n \n{"a": 2}\n'}, "a.jsonl, line 2: blank lines (2)"),
        ({"a.jsonl": b'{"a": 1}\n{"a": 1}\n{"a": 1}\n'}, "a.jsonl: duplicate records (2)"),
        ({"a.jsonl": b'\xef\xbb\xbf{"a": 1}\n'}, "line 1: byte order mark"),
        (
            {"a.jsonl": b'{"a": 1}\n{"a": 2}\n{"a": 3, "b": 1}'},
            "line 3: key that the other records do not have (b)",
        ),
        ({"a.png": JPEG}, "a.png: JPEG image, but the name says PNG"),
        ({"a.jpg": JPEG, "b.txt": b"x"}, "b.txt: no image with this name"),
        ({"a.jpg": JPEG, "a.txt": b" "}, "a.txt: empty"),
        (
            {"a.jpg": JPEG, "a.txt": b"x", "b.jpg": JPEG},
            "b.jpg: no caption, but 1 of 2 images have one",
        ),
        ({"a.jpg": JPEG, "a.png": PNG, "a.txt": b"x", "b.png": PNG}, "but 2 of 3 images have one"),
        ({"a.zip": zipped(a=b"x", A=b"y")}, "a.zip: duplicate name, ignoring case (A)"),
        (
            {"a.zip": zipped(**{"a.jpg": JPEG, "b.txt": b"x"})},
            "a.zip/b.txt: no image with this name",
        ),
        ({"x/.env": b"TOKEN=x"}, "x/.env: may contain a secret (by its name)"),
        ({"credentials.json": b"{}"}, "credentials.json: may contain a secret (by its name)"),
        ({"server.PEM": b"x"}, "server.PEM: may contain a secret (by its name)"),
        ({"a.avif": PICTURES["plain.tiff"]}, "TIFF image, but the name says AVIF"),
        ({"a.json": b'{"a": 1}\n{"a": 2}\n'}, "one JSON object per line, but the name says one"),
        (
            {"a.jsonl": records(60, "a", "b") + records(40, "a")},
            "key that only some records have (b: missing in 40 of 100)",
        ),
        ({"a.jsonl": records(40, "a", "b") + records(60, "a")}, "(b: missing in 60 of 100)"),
        ({"a.jsonl": records(4, "a", "b") + records(6, "a")}, "(b: missing in 6 of 10)"),
        (
            {"a.jsonl": records(97, "a") + records(3, "a", "b")},
            "line 98: key that the other records do not",
        ),
        ({"a.jsonl": various(150)}, "different keys (100 sets of keys or more)"),
    ],
)
def test_what_would_weaken_a_training_is_a_warning(
    tmp_path: Path, files: dict[str, bytes], expected: str
) -> None:
    findings = inspected(tmp_path, **files).findings
    assert any(expected in finding.what for finding in findings), findings
    assert not [finding for finding in findings if finding.serious]


@pytest.mark.parametrize(
    ("name", "content", "expected", "line"),
    [
        (
            "a.jsonl",
            records(97, "a", "b") + records(3, "a"),
            "missing a key that the other records have (b)",
            98,
        ),
        (
            "a.jsonl",
            records(2, "a", "b") + records(1, "a"),
            "missing a key that the other records have (b)",
            3,
        ),
        ("a.jsonl", '{"a": 1}\n'.encode("utf-16"), "UTF-16, must be UTF-8", 1),
        ("a.jsonl", b'[\n{"a": 1}\n]', "one JSON array, must be", 1),
        ("a.jsonl", b"3\n", "JSON number, must be an object ({...})", 1),
        ("a.json", b'{\n"a": 1,\n"b" 2}', "not valid JSON: Expecting ':' delimiter", 3),
        ("a.json", b'{"a": "\n"}', "not valid JSON: Invalid control character", 1),
        ("a.json", b'[\n"\xff"]', "a.json, line 2: not UTF-8", 2),
        ("a.jpg", b"\0\0\0\x18ftypmp42" + bytes(50), "not an image (looks like a video)", 0),
        *(
            (f"a.{suffix}", POINTER, "Git LFS pointer instead of the file", 0)
            for suffix in ("jpg", "txt", "jsonl")
        ),
        ("a.zip", POINTER, "Git LFS pointer instead of the file", 0),
        ("a.bin", POINTER, "Git LFS pointer instead of the file", 0),
    ],
)
def test_what_breaks_a_training_is_an_error_at_its_line(
    tmp_path: Path, name: str, content: bytes, expected: str, line: int
) -> None:
    first = next(one for one in inspected(tmp_path, **{name: content}).findings if one.serious)
    assert expected in first.what
    assert (first.file, first.line) == (name, line)


def test_all_records_without_a_key_are_counted(tmp_path: Path) -> None:
    content = records(9000, "a", "b") + records(400, "a")
    found = inspected(tmp_path, **{"a.jsonl": content}).findings
    told = [finding for finding in found if finding.serious]
    assert len(told) == 6
    assert "395 more: missing a key" in told[-1].what


CUT = [name for name in PICTURES if name not in {"plain.tiff", "big.tiff", "told.png"}]


@pytest.mark.parametrize("name", CUT)
def test_a_picture_that_is_cut_off_is_noticed(tmp_path: Path, name: str) -> None:
    whole = PICTURES[name]
    if name.startswith(("motion", "padded")):  # what stands behind the picture may be missing
        whole = PICTURES["progressive.jpeg" if "motion" in name else name][:600]
    for eighth in range(1, 8):
        content = whole[: len(whole) * eighth // 8]
        found = inspected(tmp_path, **{name: content}).findings
        assert [one for one in found if one.serious and "truncated " in one.what], eighth


BAD = {
    "a.jpg": (b"<html>", "a.jpg: not an image (looks like an HTML page)"),
    "b.png": (PNG[:-20], "b.png: truncated PNG (ends before its last chunk)"),
    "c.jsonl": (b'{"a": 1}\n{oops}\n', "c.jsonl, line 2: not valid JSON"),
    "d.txt": (b"caf\xe9", "d.txt: not UTF-8"),
}


def test_what_is_counted_is_told_last(tmp_path: Path) -> None:
    for number in range(14):
        (tmp_path / f"{number:02}.png").write_bytes(b"<html>")
    problems = Problems(
        check_and_prepare(".", Workspace(tmp_path), Path, AcceptedFormats()).findings
    )
    with pytest.raises(InputError) as caught:
        problems.raise_if_any()
    told = [finding.what for finding in caught.value.findings]
    assert told[0].startswith("00.png")
    assert told[-1] == "4 more: not an image"


@pytest.mark.parametrize("suffix", [".zip", *PACKERS])
def test_what_is_in_an_archive_is_checked_as_in_a_folder(tmp_path: Path, suffix: str) -> None:
    files = {name: content for name, (content, _) in BAD.items()}
    content = zipped(**files) if suffix == ".zip" else PACKERS[suffix](tarred(**files))
    name = f"data{suffix}"
    found = [one for one in inspected(tmp_path, **{name: content}).findings if one.serious]
    assert len(found) == len(BAD)
    for finding, (_, expected) in zip(found, BAD.values(), strict=True):
        assert finding.what.startswith(f"{name}/{expected}")
        assert (finding.file, finding.line) == (name, 0)


@pytest.mark.parametrize("suffix", [".zip", ".tar.gz"])
def test_what_a_mac_adds_to_an_archive_is_counted(tmp_path: Path, suffix: str) -> None:
    content = zipped(**MAC) if suffix == ".zip" else PACKERS[suffix](tarred(**MAC))
    (fact, images) = inspected(tmp_path, **{f"a{suffix}": content}).facts
    assert "and 3 system or editor files" in fact
    assert images == "1 image"


@pytest.mark.parametrize("suffix", [".tar.gz", ".tar.bz2", ".tar.xz"])
def test_a_packed_tar_is_read_to_its_checksum(tmp_path: Path, suffix: str) -> None:
    content = bytearray(PACKERS[suffix](tarred(a=b"abc")))
    content[-6] ^= 1
    (finding,) = inspected(tmp_path, **{f"a{suffix}": bytes(content)}).findings
    assert "not a readable tar file" in finding.what


def test_a_tar_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    huge = tarfile.TarInfo("b")
    huge.size = 20_000_000_000
    header = huge.tobuf(tarfile.GNU_FORMAT)
    (finding,) = inspected(tmp_path, **{"a.tar": tarred(a=b"abc")[:2048] + header}).findings
    assert finding.serious
    folder = tarfile.TarInfo("x")
    folder.type = tarfile.DIRTYPE
    monkeypatch.setattr("replicate_train.dataset.inspection.archives.MAX_FILES", 2_000)
    many = gzip.compress(folder.tobuf() * 4_001, 1)
    (finding,) = inspected(tmp_path, **{"a.tgz": many}).findings
    assert "more than 4,000 entries" in finding.what


def test_a_tar_cannot_fill_the_memory_with_a_name(tmp_path: Path) -> None:
    entry = tarfile.TarInfo("././@LongLink")
    entry.type, entry.size = tarfile.GNUTYPE_LONGNAME, 300_000_000
    content = gzip.compress(entry.tobuf() + bytes(entry.size), 1)
    tracemalloc.start()
    (finding,) = inspected(tmp_path, **{"a.tar.gz": content}).findings
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "not a readable tar file (record of 300,000,256 bytes)" in finding.what
    assert peak < 16 << 20


def test_the_log_says_what_there_is(tmp_path: Path) -> None:
    files = {"x/a.jpg": JPEG, "x/a.txt": b"a", "x/b.jpg": JPEG, "x/b.txt": b"b"}
    assert inspected(tmp_path, **files).facts == ("2 images, 2 with captions",)
    jsonl = {"c.jsonl": b'{"b": 1, "a": 1}', "d.jsonl": b"{}"}
    assert inspected(tmp_path, **jsonl).facts == (
        "c.jsonl: 1 record (keys: a, b)",
        "d.jsonl: 1 record (keys: none)",
    )
    others = inspected(tmp_path, **{".hidden": b"x", "b.mp3": b"x", "c.md": b"x", "d.wav": b"x"})
    assert others.facts == ("4 other files: .hidden, b.mp3, c.md, ...",)


def test_many_findings_are_counted(tmp_path: Path) -> None:
    findings = inspected(tmp_path, **{"a.jsonl": b"{\n" * 5000}).findings
    assert len(findings) < 25
    assert any("4,990 more: " in finding.what for finding in findings)


SUFFIXES = [".jsonl", ".json", ".csv", ".txt", ".parquet", ".zip", *PACKERS, ".jpg", ".png",
            ".webp", ".gif", ".bmp", ".tiff", ".avif", ".heic"]  # fmt: skip
STARTS = [*PICTURES.values(), b"", zipped(a=b"abc", b=b"x" * 99), tarred(a=b"abc"),
          *(pack(tarred(a=b"abc")) for pack in PACKERS.values()),
          b'{"a": 1}\n', b"a,b\n1,2\n", b"PAR1"]  # fmt: skip


@settings(deadline=None)  # some examples are archives that are unpacked
@given(st.sampled_from(SUFFIXES), st.sampled_from(STARTS), st.binary(max_size=60), st.data())
def test_any_bytes_end_in_findings_and_not_in_a_crash(
    suffix: str, start: bytes, noise: bytes, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(start)))
    content = start[:place] + noise + start[place + data.draw(st.integers(0, 8)) :]
    with tempfile.TemporaryDirectory() as folder:
        inspected(Path(folder), **{f"a{suffix}": content})


valid = st.fixed_dictionaries({"text": st.text(), "n": st.integers() | st.none()})


@settings(deadline=None)
@given(st.lists(valid, min_size=1))
def test_any_valid_records_pass(given_: list[dict[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lines = "\n".join(json.dumps(record) for record in given_).encode()
        found = inspected(Path(folder), **{"a.jsonl": lines}).findings
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
            found = inspected(Path(folder), **{"a.jsonl": content}).findings
        words = (re.sub(r", line \d+", "", finding.what) for finding in found)
        return [one for one in words if "blank lines" not in one]

    whole = b"\n".join(lines)
    # A blank line is not judged among many: its neighbours are looked at one by one.
    assert without_places(b"\n" + whole) == without_places(whole)


def test_many_records_take_little_memory_and_time(tmp_path: Path) -> None:
    line = json.dumps({"prompt": "x" * 40, "n": 0})[:-2].encode()
    content = b"".join(line + b"%d}\n" % number for number in range(100_000))
    tracemalloc.start()
    began = time.process_time()
    found = inspected(tmp_path, **{"a.jsonl": content})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.findings == ()
    assert peak < 8 << 20
    assert time.process_time() - began < 10


def test_a_zip_with_an_endless_list_is_refused_without_listing_it(tmp_path: Path) -> None:
    count = 2_000_000
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", *[0] * 9, 1, *[0] * 6) + b"a"
    size = count * len(entry)
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, 0)
    find64 = struct.pack("<4sLQL", b"PK\6\7", 0, size, 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, size, 0, 0)
    began = time.process_time()
    found = inspected(tmp_path, **{"a.zip": entry * count + end64 + find64 + end})
    assert [one.what for one in found.findings] == ["a.zip: more than 200,000 files"]
    assert time.process_time() - began < 5  # seconds: listing them takes ten
