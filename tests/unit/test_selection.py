"""Which files a dataset is made of, what is left out, and what is refused with its path."""

import hashlib
import io
import os
import socket
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from replicate_train.dataset.check import check_dataset
from replicate_train.dataset.dataset import Packed
from replicate_train.dataset.files import DatasetFile
from replicate_train.dataset.format import AcceptedFormats
from replicate_train.dataset.inspection.inspect import Inspection
from replicate_train.dataset.limits import MAX_UPLOAD
from replicate_train.dataset.prepare import prepare
from replicate_train.dataset.select import Selection, select
from replicate_train.diagnostics.errors import DatasetError
from replicate_train.runner.workspace import Workspace
from support.datasets import check_and_prepare

NONE = Path  # no test here takes an asset of a release
FILES = ["data/a.jpg", "data/a.txt", "data/deep/b.jpg", "data/deep/er/c.jpg", "more/d.png", "e.csv"]


def chosen(folder: Path, source: str) -> Selection:
    return select(source, Workspace(folder))


@pytest.fixture
def laid(tmp_path: Path) -> Path:
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("data", ["a.jpg", "a.txt", "deep/b.jpg", "deep/er/c.jpg"]),
        ("data/", ["a.jpg", "a.txt", "deep/b.jpg", "deep/er/c.jpg"]),
        ("./data/deep", ["b.jpg", "er/c.jpg"]),
        ("data/*.jpg", ["a.jpg"]),
        ("data/*", ["a.jpg", "a.txt", "deep/b.jpg", "deep/er/c.jpg"]),
        ("data/**/*.jpg", ["a.jpg", "deep/b.jpg", "deep/er/c.jpg"]),
        ("data/**", ["a.jpg", "a.txt", "deep/b.jpg", "deep/er/c.jpg"]),
        ("**/*.png", ["more/d.png"]),
        ("data/?.[jt]*", ["a.jpg", "a.txt"]),
        ("data/a.[!j]*", ["a.txt"]),
        ("data\n!data/deep", ["a.jpg", "a.txt"]),
        ("data/**\n!**/*.txt\n", ["a.jpg", "deep/b.jpg", "deep/er/c.jpg"]),
        ("data/**\n!data/deep/**\ndata/deep/b.jpg", ["a.jpg", "a.txt", "deep/b.jpg"]),
        ("data/*.jpg\n  more  \n\n", ["data/a.jpg", "more/d.png"]),
        ("e.csv\nmore/d.png", ["e.csv", "more/d.png"]),
    ],
)
def test_what_is_chosen(laid: Path, source: str, names: list[str]) -> None:
    found = chosen(laid, source)
    assert found.findings == ()
    assert [member.name for member in found.members] == names
    assert not found.single


def test_a_file_is_chosen_as_it_is(laid: Path) -> None:
    found = chosen(laid, "data/deep/b.jpg")
    assert (found.single, found.name) == (True, "b.jpg")
    assert found.members[0].file == "data/deep/b.jpg"


def test_a_name_that_looks_like_a_pattern_is_taken_literally_where_it_exists(laid: Path) -> None:
    (laid / "x[1].csv").write_text("x")
    assert chosen(laid, "x[1].csv").single


def test_what_never_belongs_to_a_dataset_is_ignored_and_counted(laid: Path) -> None:
    names = [".git/config", ".DS_Store", "deep/.DS_Store", "__MACOSX/x", "a.txt~", ".a.swp"]
    for name in [*names, "deep/._b.jpg"]:
        path = laid / "data" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    found = chosen(laid, "data")
    assert len(found.members) == 4
    assert found.ignored == {
        ".git": 1, ".DS_Store": 2, "__MACOSX": 1, "editor files": 2, "._*": 1,
    }  # fmt: skip
    assert chosen(laid, "more").ignored == {}
    assert "ignored: 2 .DS_Store, 1 ._*, 1 .git, 1 __MACOSX, 2 editor files" in "\n".join(
        check_and_prepare("data", Workspace(laid), NONE, AcceptedFormats()).notes
    )


def inside_git(folder: Path) -> Path:
    config = folder / ".git/config"
    config.parent.mkdir()
    config.write_text("[http]")
    return config


@pytest.mark.parametrize(
    ("source", "fix"),
    [
        ("s3://bucket/data.zip", "must start with https://"),
        ('"data"', "Remove the quotes"),
        ("data/{a,b}.jpg", "write one line for each"),
        ("dat", "Did you mean data?"),
        ("data/deep/x.jpg", "Did you mean data/deep/b.jpg?"),
        ("nowhere", "Check the spelling"),
        ("data/*.jpg, data/*.png", "Each line is one pattern"),
    ],
)
def test_a_mistake_gets_a_hint(laid: Path, source: str, fix: str) -> None:
    (finding,) = chosen(laid, source).findings
    assert fix in finding.fix


def test_a_line_that_excludes_nothing_is_a_warning(laid: Path) -> None:
    (finding,) = chosen(laid, "data\n!data/deeep").findings
    assert not finding.serious
    assert "!data/deeep: excludes nothing" in finding.what
    assert finding.fix == "Did you mean data/deep?"


def test_folders_in_folders_without_end_are_no_crash(laid: Path) -> None:
    here = Path.cwd()
    os.chdir(laid / "data")
    for _ in range(1200):
        Path("x").mkdir()
        os.chdir("x")
    os.chdir(here)
    assert len(chosen(laid, "data").members) == 4
    subprocess.run(["rm", "-r", laid / "data/x"], check=True)  # pytest would recurse into it


def pipe(path: Path) -> None:
    os.mkfifo(path)


def bind(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's path may have 108 bytes
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path.name)
    os.chdir(here)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda data: (data / "x").symlink_to("/etc/passwd"), "data/x: link that leaves"),
        (lambda data: (data / "x").symlink_to(data.parent.parent), "data/x: link that leaves"),
        (lambda data: (data / "x").symlink_to(data / "deep"), "data/x: link to a directory"),
        (lambda data: (data / "x").symlink_to(data / "gone"), "data/x: broken link"),
        (lambda data: (data / "x").symlink_to(data / "x"), "data/x: link that leads back to"),
        (lambda data: (data / "x").symlink_to(inside_git(data)), "data/x: link into .git"),
        (lambda data: pipe(data / "x"), "data/x: not a file, but a device, a pipe or a socket"),
        (lambda data: bind(data / "x"), "data/x: not a file, but a device, a pipe or a socket"),
        (lambda data: Path(os.fsdecode(bytes(data) + b"/\xff")).touch(), "name is not UTF-8"),
        (lambda data: (data / "a\\b").touch(), "data/a\\\\b: backslash in the name"),
        (lambda data: (data / "a\nb").touch(), "data/a\\nb: control character in the name"),
        (lambda data: (data / "DEEP").touch(), "DEEP, deep: differ only in case"),
        (lambda data: (data / "A.JPG").touch(), "A.JPG, a.jpg: differ only in case"),
        (lambda data: [(data / one).touch() for one in ("é", "e\u0301")], "encoding of accents"),
    ],
)
def test_what_is_refused(laid: Path, make: Callable[[Path], object], expected: str) -> None:
    make(laid / "data")
    said = [finding.what for finding in chosen(laid, "data").findings]
    assert any(expected in one for one in said), said


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("missing", "missing: not found in the workspace"),
        ("nothing/*.jpg", "nothing/*.jpg: matches no file"),
        ("data/*.jpg\n*.mp4", "*.mp4: matches no file"),
        ("!data", "all lines exclude"),
        ("data\n!data", "data: no files"),
        ("data/[z-a].jpg", "data/[z-a].jpg: not a valid pattern"),
        ("hollow", "hollow: no files"),
        ("empty.csv", "empty.csv: empty file"),
        ("../x", "outside the workspace"),
        ("/etc/passwd", "outside the workspace"),
        ("../*.jpg\ndata", "outside the workspace"),
        ("leaving", "outside the workspace"),
        ("a\0b", "embedded null"),
        ("n" * 300, "cannot be read (File name too long)"),
        (".git/config", ".git/config: inside .git, where actions/checkout may have left a token"),
        ("config", "config: inside .git"),
        ("loop", "leads back to itself"),
        ("data/{a,b}.jpg", "matches no file"),
        ("only", "only: no files (ignored: 1 .DS_Store)"),
    ],
)
def test_what_names_nothing(laid: Path, source: str, expected: str) -> None:
    (laid / "hollow").mkdir()
    (laid / "empty.csv").touch()
    (laid / "leaving").symlink_to("/etc")
    (laid / "config").symlink_to(inside_git(laid))
    (laid / "loop").symlink_to(laid / "loop")
    (laid / "only").mkdir()
    (laid / "only/.DS_Store").touch()
    said = [finding.what for finding in chosen(laid, source).findings]
    assert any(expected in one for one in said), said


def test_what_a_pattern_does_not_take_is_not_complained_about(laid: Path) -> None:
    (laid / "more" / "x").symlink_to("/etc/passwd")
    assert chosen(laid, "**/*.jpg").findings == ()


def test_a_link_to_a_file_inside_is_the_file(laid: Path) -> None:
    (laid / "data" / "z.csv").symlink_to(laid / "e.csv")
    assert chosen(laid, "data/z.csv").findings == ()
    assert chosen(laid, "data").members[-1].size == len("e.csv")


def test_many_problems_are_counted(laid: Path) -> None:
    for number in range(120):
        (laid / "data" / f"{number}").symlink_to("/gone")
    findings = chosen(laid, "data").findings
    assert len(findings) == 51
    assert "70 more files" in findings[-1].what


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("data.jsonl", "application/jsonl"),
        ("data.zip", "application/zip"),
        ("data.txt", "text/plain"),
        ("data.csv", "text/csv"),
        ("data.tar", "application/x-tar"),
        ("data.parquet", "application/vnd.apache.parquet"),
        ("data", "application/octet-stream"),
    ],
)
def test_a_file_goes_up_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, media_type: str
) -> None:
    monkeypatch.setattr("replicate_train.dataset.check.inspect", lambda _: Inspection())
    (tmp_path / name).write_bytes(b"content")
    packed = check_and_prepare(name, Workspace(tmp_path), NONE, AcceptedFormats()).dataset
    assert isinstance(packed, Packed)
    assert (packed.name, packed.media_type, packed.size) == (name, media_type, 7)
    assert packed.path.read_bytes() == b"content"


@pytest.mark.parametrize("name", ["big.bin", "folder/big.mp4", "folder/big.bin"])
def test_what_is_too_large_is_refused_with_its_size(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        if name == "folder/big.bin":
            file.write(os.urandom(MAX_UPLOAD + 1))
        file.truncate(MAX_UPLOAD + 1)
    source = name.partition("/")[0]
    with pytest.raises(DatasetError, match=r"is too large: 104\.9 MB") as caught:
        check_and_prepare(source, Workspace(tmp_path), NONE, AcceptedFormats())
    assert "https://" in caught.value.fix


def test_what_cannot_fit_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    for number in range(30):
        with (tmp_path / "data" / f"{number}.txt").open("wb") as file:
            file.truncate(4_000_000_000)
    monkeypatch.setattr("replicate_train.dataset.files.DatasetFile.open", pytest.fail)
    with pytest.raises(DatasetError, match=r"data is too large: 120,000\.0 MB, more") as caught:
        check_and_prepare("data", Workspace(tmp_path), NONE, AcceptedFormats())
    assert "https:// URL" in caught.value.fix
    assert caught.value.details[0].endswith("4,000.0 MB")


def test_packing_stops_as_soon_as_it_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("replicate_train.dataset.pack.MAX_UPLOAD", 2_000_000)
    (tmp_path / "data").mkdir()
    for number in range(30):
        (tmp_path / "data" / f"{number:02}.txt").write_bytes(os.urandom(1_000_000))
    monkeypatch.setattr("replicate_train.dataset.check.inspect", lambda _: Inspection())
    checked = check_dataset("data", Workspace(tmp_path), NONE)
    opened: list[str] = []
    whole = DatasetFile.open

    def noted(member: DatasetFile) -> BinaryIO:
        opened.append(member.name)
        return whole(member)

    monkeypatch.setattr(DatasetFile, "open", noted)
    with pytest.raises(
        DatasetError, match=r"data is too large: 30\.0 MB, more than 100 MB when packed"
    ):
        prepare(checked, AcceptedFormats(), tmp_path)
    assert len(opened) < 20


@pytest.mark.parametrize("source", ["data", "data/a.jpg"])
def test_each_file_is_read_once(laid: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    (laid / "data/large.png").write_bytes(bytes(3 << 20))
    (laid / "data/large.txt").write_bytes(bytes(3 << 20))
    monkeypatch.setattr("replicate_train.dataset.check.inspect", lambda _: Inspection())
    checked = check_dataset(source, Workspace(laid), NONE)
    assert checked.selection
    read: Counter[str] = Counter()
    whole = DatasetFile.open

    def counting(member: DatasetFile) -> BinaryIO:
        class Counting(io.FileIO):
            def read(self, size: int | None = -1, /) -> bytes:
                data = super().read(-1 if size is None else size)
                read[member.name] += len(data)
                return data

        whole(member).close()
        return Counting(member.path)

    monkeypatch.setattr(DatasetFile, "open", counting)
    packed = prepare(checked, AcceptedFormats(), laid).dataset
    assert isinstance(packed, Packed)
    assert read == {member.name: member.size for member in checked.selection.members}
    assert packed.sha256 == hashlib.sha256(packed.path.read_bytes()).hexdigest()
    assert packed.size == packed.path.stat().st_size


def test_a_full_disk_says_so(laid: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replicate_train.dataset.check.inspect", lambda _: Inspection())
    checked = check_dataset("data", Workspace(laid), NONE)
    with pytest.raises(DatasetError, match="cannot be packed: No such file") as caught:
        prepare(checked, AcceptedFormats(), laid / "missing")
    assert "disk" in caught.value.fix
