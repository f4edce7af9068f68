"""The dataset: which input takes it, what a directory becomes, what is refused."""

import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate_train import dataset_input
from replicate_train.dataset.archive import pack
from replicate_train.dataset.prepared import LIMIT, Packed, prepared
from replicate_train.errors import DatasetError, DatasetInputUnclear
from replicate_train.workspace import Workspace

URI = {"type": "string", "format": "uri"}
TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("properties", "required", "expected"),
    [
        ({"steps": {"type": "integer"}, "images": URI}, [], "images"),
        ({"model": URI, "corpus": URI}, ["corpus"], "corpus"),
        ({"regularisation": URI, "input_images": URI}, [], "input_images"),
        ({"regularisation": URI, "train_data": URI, "x": URI}, ["x", "train_data"], "train_data"),
        ({"prompt": TEXT, "data_url": TEXT}, ["data_url"], "data_url"),
        ({"prompt": TEXT, "dataset": TEXT}, [], "dataset"),
        ({"weights": {"anyOf": [URI, {"type": "null"}]}, "n": {"type": "integer"}}, [], "weights"),
        ({"token": {**URI, "x-cog-secret": True}, "images": URI}, [], "images"),
    ],
)
def test_the_input_is_found(properties: dict, required: list[str], expected: str) -> None:
    schema = {"properties": properties, "required": required}
    assert dataset_input.choose(schema, "", ()) == expected


def test_an_input_that_is_filled_otherwise_is_not_the_datasets() -> None:
    schema = {"properties": {"left": URI, "right": URI}}
    assert dataset_input.choose(schema, "", ["left"]) == "right"


def test_the_workflows_own_choice_goes_first() -> None:
    assert dataset_input.choose({"properties": {"a": URI, "b": TEXT}}, "b", ()) == "b"


@pytest.mark.parametrize("schema", [{}, {"properties": None}, {"properties": {"n": 3}}])
def test_a_schema_without_an_input_for_it(schema: dict) -> None:
    with pytest.raises(DatasetInputUnclear):
        dataset_input.choose(schema, "", ())


def test_a_choice_that_is_no_input_is_refused_with_the_inputs() -> None:
    with pytest.raises(DatasetInputUnclear) as caught:
        dataset_input.choose({"properties": {"a": URI}}, "b", ())
    assert caught.value.details == ("a",)


def test_the_real_schemas_all_resolve(shared: Path) -> None:
    found = {}
    for path in (shared / "trainer-schemas").glob("*.json"):
        document = json.loads(path.read_text())
        schema = document["openapi_schema"]["components"]["schemas"]["TrainingInput"]
        found[path.stem] = dataset_input.choose(schema, "", ())
    assert found == {
        "flux-dev-lora-trainer": "input_images",
        "sdxl": "input_images",
        "llama-2": "train_data",
        "qwen-image-lora-trainer": "dataset",
    }


names = st.text(alphabet="abC é-_.", min_size=1, max_size=6).filter(
    lambda name: name.strip(".") and name != ".git"
)
trees = st.dictionaries(
    st.lists(names, min_size=1, max_size=3).map("/".join), st.binary(max_size=50), min_size=1
)


@given(trees, st.data())
def test_any_tree_comes_out_as_it_went_in(tree: dict[str, bytes], data: st.DataObject) -> None:
    import tempfile  # noqa: PLC0415 - a folder for each example

    with tempfile.TemporaryDirectory() as folder:
        written: dict[str, bytes] = {}
        for name, content in tree.items():
            path = Path(folder, name)
            if path.exists() or any(parent.is_file() for parent in path.parents):
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            os.utime(path, (data.draw(st.integers(0, 2**31)),) * 2)
            written[name] = content
        first, second = io.BytesIO(), io.BytesIO()
        assert pack(Path(folder), first) == pack(Path(folder), second) == len(written)
        assert first.getvalue() == second.getvalue()
        with zipfile.ZipFile(first) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == written
            assert archive.testzip() is None


def tree(folder: Path) -> Path:
    root = folder / "data"
    root.mkdir()
    (root / "a.txt").write_text("a")
    return root


def test_times_and_modes_do_not_show(tmp_path: Path) -> None:
    root = tree(tmp_path)
    first, second = io.BytesIO(), io.BytesIO()
    pack(root, first)
    os.utime(root / "a.txt", (1, 1))
    (root / "a.txt").chmod(0o600)
    pack(root, second)
    assert first.getvalue() == second.getvalue()


def test_the_repositorys_own_folder_is_left_out(tmp_path: Path) -> None:
    root = tree(tmp_path)
    (root / ".git").mkdir()
    (root / ".git/config").write_text("secret")
    buffer = io.BytesIO()
    assert pack(root, buffer) == 1


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda root: (root / "x").symlink_to("/etc/passwd"), "leads out of it"),
        (lambda root: (root / "x").symlink_to(root.parent), "leads out of it"),
        (lambda root: (root / "x").symlink_to(root), "link to a directory"),
        (lambda root: (root / "x").symlink_to(root / "gone"), "no file (or a broken link)"),
        (lambda root: os.mkfifo(root / "x"), "no file"),
        (lambda root: Path(os.fsdecode(os.fsencode(root) + b"/\xff")).touch(), "not UTF-8"),
    ],
)
def test_what_does_not_belong_into_a_dataset(tmp_path: Path, make, expected: str) -> None:
    root = tree(tmp_path)
    make(root)
    with pytest.raises(DatasetError, match=r".*") as caught:
        pack(root, io.BytesIO())
    assert expected in str(caught.value)


def test_a_link_to_a_file_inside_is_the_file(tmp_path: Path) -> None:
    root = tree(tmp_path)
    (root / "b.txt").symlink_to(root / "a.txt")
    buffer = io.BytesIO()
    assert pack(root, buffer) == 2
    assert zipfile.ZipFile(buffer).read("b.txt") == b"a"


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
def test_a_file_goes_up_as_it_is(tmp_path: Path, name: str, media_type: str) -> None:
    (tmp_path / name).write_bytes(b"content")
    with prepared(name, Workspace(tmp_path)) as packed:
        assert isinstance(packed, Packed)
        assert (packed.name, packed.media_type, packed.size) == (name, media_type, 7)


def test_what_is_too_large_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    with (tmp_path / "big.zip").open("wb") as file:
        file.truncate(LIMIT + 1)
    with (
        pytest.raises(DatasetError, match=r"104\.9 MB"),
        prepared("big.zip", Workspace(tmp_path)),
    ):
        pass


def test_a_link_that_leaves_the_workspace_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to("/etc")
    with (
        pytest.raises(DatasetError, match="outside the workspace"),
        prepared("data", Workspace(tmp_path)),
    ):
        pass
