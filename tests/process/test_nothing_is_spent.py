"""What is wrong is told before anything is spent: the local Replicate sees no request but reads."""

import gzip
import io
import json
import shutil
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from support.served import LM, ROOT, Served
from support.steps import Steps

Make = Callable[[Path], object]


@dataclass
class Witness(httpx.BaseTransport):
    """Passes requests on to a real server, and keeps their methods."""

    methods: set[str] = field(default_factory=set)
    breaches: list[str] = field(default_factory=list)
    beyond: httpx.HTTPTransport = field(default_factory=httpx.HTTPTransport)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.methods.add(request.method)
        return self.beyond.handle_request(request)

    def close(self) -> None:
        self.beyond.close()


def refusal(steps: Steps, served: Served, inputs: dict[str, str], name: str = "spent") -> str:
    """Run a step that is refused, and return what it says."""
    given = {
        "api-url": served.url,
        "api-token": served.token,
        "model-name": name,
        "hardware": "cpu",
        "trainer": LM,
        "dataset": "harbour.jsonl",
        "training-input": "steps: 20",
    }
    shutil.copy(ROOT / "examples/data/harbour.jsonl", steps.workspace)
    witness = Witness()
    done = steps.run(witness, given | inputs)  # type: ignore[arg-type]
    witness.close()
    assert done.status == 1, done.log
    assert witness.methods <= {"GET"}
    assert served.token not in done.log.replace(f"::add-mask::{served.token}", "")
    return done.error


LAUGHS = "a0: &a0 [1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
)
INPUTS = [
    ("stps: 20", "Did you mean `steps`?"),
    ("epochs: 3", "Available: `train_data`, `steps`"),
    ("steps: many", "must be an integer"),
    ("steps: 1.5", "must be an integer"),
    ("steps: 0", "must be at least 1, not `0`"),
    ("steps: -1", "must be at least 1, not `-1`"),
    ("steps: 100001", "must be at most 100000"),
    ("steps: 1e99", "must be an integer"),
    ("steps: [1]", "must be an integer, not a list"),
    ("steps: {a: 1}", "not a mapping"),
    ("steps: 2026-11-24", "must be an integer"),
    ("steps: yes", "must be an integer"),
    ("learning_rate: fast", "must be a number"),
    ("learning_rate: 1.1", "must be at most 1"),
    ("learning_rate: .nan", "must be a number"),
    ("learning_rate: .inf", "must be a number"),
    ("learning_rate: 0", "must be at least 1e-06"),
    ("hidden_size: 3", "must be at least 4"),
    ("hidden_size: 0x401", "must be at most 1024"),
    ("train_data: https://example.com/x", "given twice"),
    ("steps: 20\nsteps: 30", "training-input, line 2, column 1: key `steps` is used twice"),
    ("steps: @home", "line 1"),
    ("steps:\t20\n\tseed: 1", "line 1, column 7: tab character"),
    ("- steps: 20", "must be a mapping"),
    ("steps 20", "must be a mapping"),
    ("steps: 20: 3", "line 1"),
    ("steps: !!python/object:os.system {}", "tag `!!python/object:os.system` is not supported"),
    ("a: &a [*a]", "anchors and aliases"),
    (LAUGHS, "too many values"),
    ("[" * 1000, "nested too deeply"),
    ("steps: '20", "line 1"),
    ("? [a]\n: 1", "a key must be a string"),
    ("seed: r8_token_of_the_tests", "must be an integer"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), INPUTS)
def test_a_wrong_input(steps: Steps, served: Served, text: str, expected: str) -> None:
    assert expected in refusal(steps, served, {"training-input": text})


@pytest.mark.parametrize(("text", "expected"), INPUTS[:12])
def test_a_wrong_input_in_a_file_has_its_place(
    steps: Steps, served: Served, text: str, expected: str
) -> None:
    (steps.workspace / "train.yml").write_text(f"# the trainer's inputs\n{text}\n")
    given = {"training-input": "", "training-input-file": "train.yml"}
    error = refusal(steps, served, given)
    assert expected in error
    assert "file=train.yml,line=2" in error


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"hardware": "gpu-t5"}, "did you mean `gpu-t4`?"),
        (
            {"hardware": "abacus"},
            "hardware: `abacus` is not available on Replicate. Available: cpu, ",
        ),
        ({"create-model": "false"}, "does not exist"),
        ({"trainer": "nobody/nothing"}, "Trainer nobody/nothing not found"),
        ({"trainer": f"{LM}:{'0' * 64}"}, f"Trainer {LM} has no version 000"),
        ({"dataset": "", "training-input": ""}, "`train_data` is required"),
        ({"dataset-input": "train_dat"}, "no input `train_dat`"),
        ({"dataset-input": "steps"}, "input `steps` does not accept a URL"),
        ({"readme": "nowhere.md"}, "readme: `nowhere.md`"),
        ({"logs-file": "harbour.jsonl/log"}, "cannot be created: `harbour.jsonl` is not"),
        ({"training-input-file": "nowhere.yml"}, "is not a file in the workspace"),
        ({"dataset": "harbor.jsonl"}, "not found in the workspace"),
        ({"dataset": "*.jpg"}, "matches no file"),
        ({"dataset": "../harbour.jsonl"}, "outside the workspace"),
        ({"dataset": "ftp://example.com/x"}, "A URL must start with https://"),
        ({"dataset": "release-asset:x.zip"}, "for neither a release nor a tag"),
        ({"dataset": "release-asset:"}, "The name of the release asset is missing"),
        ({"dataset": "http://example.com/x.zip"}, "must start with `https://`"),
        ({"dataset": "s3://bucket/x.zip"}, "`s3://` is not supported in this release"),
        ({"dataset": "{a,b}.jsonl"}, "write one line for each"),
        ({"owner": "somebody-else"}, "not to somebody-else"),
        ({"timeout": "soon", "dataset": "nowhere"}, "timeout: must be a duration"),
        ({"dataset-storage": "s3://b"}, "dataset-storage: not available in this release"),
        ({"deployment": "you/d"}, "`you/d` does not exist"),
        ({"evaluation": "- inptu: {}"}, "unknown key `inptu`"),
        ({"description": "r8_token_of_the_tests"}, "contains the API token"),
    ],
)
def test_a_wrong_plan(steps: Steps, served: Served, inputs: dict[str, str], expected: str) -> None:
    assert expected.lower() in refusal(steps, served, inputs).lower()


def lines(*records: object) -> bytes:
    return b"".join(one if isinstance(one, bytes) else json.dumps(one).encode() + b"\n"
                    for one in records)  # fmt: skip


def zipped(**files: bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return whole.getvalue()


def encrypted() -> bytes:
    data = bytearray(zipped(a=b"secret"))
    for magic, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(magic) + place] |= 1
    return bytes(data)


def tarred(name: str, kind: bytes = tarfile.REGTYPE) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.type, entry.size = kind, 3 if kind == tarfile.REGTYPE else 0
        entry.linkname = "/etc/passwd" if kind == tarfile.SYMTYPE else ""
        archive.addfile(entry, io.BytesIO(b"abc"))
    return whole.getvalue()


GOOD = {"text": "hello"}
DATASETS: list[tuple[str, bytes, str]] = [
    ("a.jsonl", lines(GOOD, b"{oops}\n"), "line 2: not valid JSON"),
    ("a.jsonl", lines(GOOD, b"\xff\n"), "line 2: not UTF-8"),
    ("a.jsonl", lines(GOOD, b"\n", b"[1]\n"), "line 3: JSON array, must be an object"),
    ("a.jsonl", lines(b'{"text": NaN}\n'), "NaN is not JSON"),
    ("a.jsonl", lines(b"[" * 100_000 + b"\n"), "nested too deeply"),
    ("a.jsonl", lines(b'{"text": ' + b"9" * 5000 + b"}\n"), "not valid JSON"),
    ("a.jsonl", lines(GOOD, GOOD, {"txt": "x"}), "line 3: missing a key"),
    ("a.jsonl", lines(GOOD, '"text"'), "line 2: JSON string, must be an object"),
    ("a.jsonl", b"\n\n", "a.jsonl: no records"),
    ("a.jsonl", b'{"text": "' + b"x" * 10_000_000 + b'"}', "line longer than 10,000,000 bytes"),
    ("a.jsonl", b"", "a.jsonl: empty file"),
    ("a.ndjson", lines(b"{'a': 1}\n"), "line 1: not valid JSON"),
    ("a.json", b"[1, 2", "not valid JSON"),
    ("a.json", b"\xff", "not UTF-8"),
    ("a.json", b"\xfe\xff", "UTF-16, must be UTF-8"),
    ("a.csv", b"a,b\n1,2\n3\n", "line 3: number of columns differs"),
    ("a.csv", b"a,b\n", "no rows below the header"),
    ("a.csv", b"a,b\n1,\xff\n", "not UTF-8"),
    ("a.csv", b'a,b\n"1,2\n', "not valid CSV"),
    ("a.txt", b"caf\xe9", "not UTF-8"),
    ("a.parquet", b"hello world, hello", "not a Parquet file"),
    ("a.parquet", b"PAR1" + b"x" * 90, "truncated Parquet (ends before its footer)"),
    ("a.zip", b"hello", "not a readable ZIP file"),
    ("a.zip", zipped(a=b"abc" * 100)[:-30], "not a readable ZIP file"),
    ("a.zip", zipped(), "a.zip: no files in it"),
    ("a.zip", zipped(**{"../a": b"x"}), "path that leads out of the archive"),
    ("a.zip", zipped(**{"/etc/a": b"x"}), "absolute path in the archive"),
    ("a.zip", zipped(**{"C:\\a": b"x"}), "absolute path in the archive"),
    ("a.zip", zipped(**{"b.zip": b"x"}), "archive inside the archive"),
    ("a.zip", zipped(**{"a.png": b"<html>"}), "an HTML page"),
    ("a.zip", zipped(a=bytes(150_000_000)), "unpacks to 150,000,000 bytes"),
    ("a.zip", encrypted(), "encrypted file (a)"),
    (
        "a.zip",
        zipped(a=b"abc").replace(struct.pack("<L", zlib.crc32(b"abc")), b"abcd"),
        "cannot be unpacked",
    ),
    ("a.tar", b"hello", "not a readable tar file"),
    ("a.tar", tarred("../a"), "path that leads out of the archive"),
    ("a.tar", tarred("a", tarfile.SYMTYPE), "link or device (a)"),
    ("a.tar", tarred("a", tarfile.CHRTYPE), "link or device (a)"),
    ("a.tar.gz", gzip.compress(tarred("a"))[:40], "not a readable tar file"),
    ("a.tgz", b"\x1f\x8b\x08" + b"x" * 50, "not a readable tar file"),
    ("d/a.jpg", b"<!DOCTYPE html><p>", "not an image (looks like an HTML page)"),
    ("d/a.png", b"", "empty"),
    ("d/a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "truncated PNG (ends before its last chunk)"),
    ("d/a.jpg", b"\xff\xd8\xff\xe0" + b"x" * 100, "truncated JPEG (no end marker)"),
    (
        "d/a.gif",
        b"GIF89a" + bytes(7) + b"," + bytes(9) + b"\2\xff123",
        "truncated GIF (ends",
    ),
    ("d/a.webp", b"RIFF\xff\0\0\0WEBPVP8 ", "truncated WebP (shorter than its header says)"),
    ("d/a.jpg", b"version https://git-lfs.github.com/spec/v1\n" + b"x" * 80, "lfs: true"),
    ("d/a.heic", b'{"error": 1}', "looks like JSON"),
    ("d/\n.txt", b"x", "control character in the name"),
    ("d/a\\b.txt", b"x", "backslash in the name"),
]


@pytest.mark.parametrize(
    ("name", "content", "expected"), DATASETS, ids=[f"{name}-{said}" for name, _, said in DATASETS]
)
def test_a_broken_dataset(
    steps: Steps, served: Served, name: str, content: bytes, expected: str
) -> None:
    path = steps.workspace / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    assert expected in refusal(steps, served, {"dataset": name.partition("/")[0]})


def test_there_are_at_least_eighty() -> None:
    assert len(INPUTS) + len(DATASETS) >= 80
