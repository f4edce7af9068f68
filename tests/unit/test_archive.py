"""A zip of files: what comes out is what went in, and the same content gives the same bytes."""

import io
import os
import random
import shutil
import subprocess
import tempfile
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replicate_train.dataset.files import DatasetFile
from replicate_train.dataset.select import select
from replicate_train.dataset.zip_blocks import zip_blocks
from replicate_train.diagnostics.errors import DatasetError
from replicate_train.runner.workspace import Workspace

names = st.text(alphabet="abc é-_.1", min_size=1, max_size=6).filter(
    lambda name: name.strip(".") and not name.startswith(".")
)
trees = st.dictionaries(
    st.tuples(
        st.lists(names, min_size=1, max_size=3).map("/".join),
        st.sampled_from(["", ".txt", ".jpg", ".jsonl", ".png"]),
    ).map("".join),
    st.binary(max_size=3000),
    min_size=1,
    max_size=12,
)


def lay(folder: Path, tree: dict[str, bytes]) -> dict[str, bytes]:
    """Write the tree's files, as far as they do not stand in each other's way."""
    written: dict[str, bytes] = {}
    for name, content in tree.items():
        path = folder / name
        if path.exists() or any(parent.is_file() for parent in path.parents):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written[name] = content
    return written


def found(path: Path) -> DatasetFile:
    return DatasetFile.found(path.name, str(path), path.lstat())


def packed(folder: Path) -> bytes:
    selection = select("data", Workspace(folder))
    return b"".join(zip_blocks(selection.members))


@settings(deadline=None)
@given(trees, st.randoms(use_true_random=False))
def test_any_tree_comes_out_as_it_went_in(tree: dict[str, bytes], chance: random.Random) -> None:
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        written = lay(Path(first, "data"), tree)
        shuffled = list(written.items())
        chance.shuffle(shuffled)
        lay(Path(second, "data"), dict(shuffled))
        for path in Path(second).rglob("*"):
            os.utime(path, (chance.randrange(2**31),) * 2)
            path.chmod(0o777 if path.is_dir() else 0o600)
        data = packed(Path(first))
        assert packed(Path(second)) == data
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == written
            assert archive.testzip() is None
            assert archive.namelist() == sorted(written)


@pytest.mark.parametrize("name", ["large.jsonl", "large.png"])
def test_a_large_file_is_packed_in_little_memory(tmp_path: Path, name: str) -> None:
    content = random.Random(1).randbytes(1 << 20) * 24
    (tmp_path / name).write_bytes(content)
    member = found(tmp_path / name)
    tracemalloc.start()
    size = sum(map(len, zip_blocks([member])))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20
    data = b"".join(zip_blocks([member]))
    assert len(data) == size
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.read(name) == content


def test_more_files_than_a_plain_zip_can_count(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    member = found(tmp_path / "a")
    members = [replace(member, name=f"{number:05}") for number in range(66_000)]
    with zipfile.ZipFile(io.BytesIO(b"".join(zip_blocks(members)))) as archive:
        assert len(archive.namelist()) == 66_000
        assert archive.read("65999") == b"x"


TOOLS = [
    ["unzip", "-tq", "{zip}"],
    ["bsdtar", "-tf", "{zip}"],
    ["python3", "-m", "zipfile", "-e", "{zip}", "{out}"],
    ["sh", "-c", "bsdtar -xOf - < {zip} > /dev/null"],
    ["java", "{java}", "{zip}"],
]
# What Java reads as a stream, without the directory at the end.
JAVA = """
import java.io.*; import java.util.zip.*;
public class Streamed { public static void main(String[] given) throws Exception {
  try (ZipInputStream zip = new ZipInputStream(new FileInputStream(given[0]))) {
    ZipEntry one; int count = 0;
    while ((one = zip.getNextEntry()) != null) { count++;
      long size = zip.transferTo(OutputStream.nullOutputStream()); zip.closeEntry();
      if (size != one.getSize()) throw new IOException(one + " has " + size); }
    if (count != 4) throw new IOException(count + " files"); } } }
"""


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: " ".join(tool)[:10])
def test_other_programs_read_it(tmp_path: Path, tool: list[str]) -> None:
    program = "bsdtar" if "bsdtar" in " ".join(tool) else tool[0]
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    content = b"some text, over and over\n" * 400_000
    (tmp_path / "data").mkdir()
    for name in ("a.txt", "b.jpg", "ä ö.jsonl", "small.png"):
        (tmp_path / "data" / name).write_bytes(content[: 100 if name == "small.png" else None])
    source = tmp_path / "Streamed.java"
    source.write_text(JAVA)
    archive = tmp_path / "data.zip"
    archive.write_bytes(packed(tmp_path))
    command = [part.format(zip=archive, java=source, out=tmp_path) for part in tool]
    subprocess.run(command, check=True, capture_output=True)


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: " ".join(tool)[:10])
def test_zip64_is_read_likewise(
    tmp_path: Path, tool: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if "java" in tool:
        pytest.skip("Java before 21 expects Zip64 only where a file has really 4 GB")
    monkeypatch.setattr("replicate_train.dataset.zip_format._ZIP64_BYTES", 1_000_000)
    test_other_programs_read_it(tmp_path, tool)


@pytest.mark.parametrize("content", [b"", b"1234", b"1234567890"])
@pytest.mark.parametrize("size", [5, 5_000_000])
def test_a_file_that_changes_meanwhile_is_noticed(
    tmp_path: Path, content: bytes, size: int
) -> None:
    for name in ("a.txt", "a.png"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DatasetError, match="changed while it was read"):
            list(zip_blocks([replace(found(tmp_path / name), size=size)]))


def test_a_file_that_vanishes_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    member = found(tmp_path / "a")
    (tmp_path / "a").unlink()
    with pytest.raises(DatasetError, match="cannot be read"):
        list(zip_blocks([member]))


def test_compressed_files_are_stored_and_others_deflated(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for name in ("a.jpg", "a.jsonl"):
        (tmp_path / "data" / name).write_bytes(b"a" * 1000)
    with zipfile.ZipFile(io.BytesIO(packed(tmp_path))) as archive:
        kinds = {one.filename: one.compress_type for one in archive.infolist()}
    assert kinds == {"a.jpg": zipfile.ZIP_STORED, "a.jsonl": zipfile.ZIP_DEFLATED}
