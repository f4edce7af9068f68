"""How a dataset's files are uploaded: by what is named, and by what the trainer accepts."""

import json
import zipfile
from pathlib import Path

import pytest

from replicate_train.dataset.dataset import Packed
from replicate_train.dataset.format import AcceptedFormats, packing
from replicate_train.dataset.pack import upload_name
from replicate_train.dataset.prepare import Prepared
from replicate_train.runner.workspace import Workspace
from support.datasets import check_and_prepare
from support.sample_files import trainer_schemas
from support.samples import pictures

ROOT = Path(__file__).resolve().parent.parent.parent
ZIP = "A .zip or .tar file containing the images"
CAPTIONED = "A zip file containing the images, with one .txt file per image"
LINES = "JSON lines, each an object with a text, or plain text."


def accepts(said: str = "") -> AcceptedFormats:
    return AcceptedFormats.by("data", {"type": "string", "description": said})


@pytest.mark.parametrize(
    ("said", "formats"),
    [
        (ZIP, {"ZIP", "tar"}),
        (CAPTIONED, {"ZIP", "text"}),
        (LINES, {"JSONL", "text"}),
        ("path to data file to use for fine-tuning your model", set()),
        ("A JSONL or CSV file", {"JSONL", "CSV"}),
        ("zipped Parquet", {"ZIP", "Parquet"}),
        ("a JSON document", {"JSON"}),
        ("a target for the csvs", set()),
        (None, set()),
    ],
)
def test_what_a_description_says(said: str, formats: set[str]) -> None:
    assert accepts(said).formats == formats


@pytest.mark.parametrize(
    ("names", "single", "said", "zipped", "words"),
    [
        (["a.jsonl"], True, "", False, ""),
        (["a.jsonl"], True, LINES, False, "data accepts JSONL or text"),
        (["a.zip"], True, ZIP, False, "data accepts ZIP or tar"),
        (["a.TAR"], True, ZIP, False, "data accepts ZIP or tar"),
        (["a.txt"], True, CAPTIONED, False, "data accepts ZIP, but the dataset is text"),
        (["a.csv"], True, ZIP, False, "data accepts ZIP or tar, but the dataset is CSV"),
        (["a.zip"], True, LINES, False, "data accepts JSONL or text, but the dataset is ZIP"),
        (["a.jpg"], True, LINES, False, "but the dataset is JPEG"),
        (["a.xyz"], True, LINES, False, "but the dataset is another type of file"),
        (["zip"], True, LINES, False, "but the dataset is another type of file"),
        (["a.jpg"], True, ZIP, True, "data accepts ZIP"),
        (["a.mp4"], True, ZIP, True, "data accepts ZIP"),
        (["a.jpg"], True, "", False, ""),
        (["a.jpg", "b.jpg"], False, ZIP, True, "data accepts ZIP"),
        (["a.jpg", "b.jpg"], False, "", True, ""),
        (["a.jpg", "b.jpg"], False, "A tarball", True, "accepts tar, but the dataset is ZIP"),
        (["a.txz"], True, ZIP, False, "data accepts ZIP or tar"),
        (["a.jsonl.gz"], True, ZIP, False, "but the dataset is gzip"),
        (["a.tar.bz2"], True, ZIP, False, "data accepts ZIP or tar"),
        (["a.jsonl"], False, LINES, False, "it is the only file, and data accepts JSONL"),
        (["a.jsonl"], False, CAPTIONED, True, "data accepts ZIP"),
        (["a.txt"], False, CAPTIONED, True, "data accepts ZIP"),
        (["a.zip"], False, CAPTIONED, False, "it is the only file, and data accepts ZIP"),
        (["a.7z"], True, ZIP, False, "but the dataset is 7z"),
        (["a.jpg", "b/c.zip"], False, ZIP, True, "b/c.zip: archive inside the ZIP; trainers do"),
        (["a.jpg", "b.tar.gz"], False, "", True, "b.tar.gz: archive inside the ZIP"),
        (["a.jsonl"], False, "", True, ""),
        (["a.jsonl", "b.jsonl"], False, LINES, True, "but the dataset is ZIP"),
    ],
)
def test_how_files_are_uploaded(
    names: list[str], single: bool, said: str, zipped: bool, words: str
) -> None:
    how = packing(names, accepts(said), single=single)
    assert how.zipped is zipped
    assert words in how.why + how.mismatch
    assert bool(words) == bool(how.why + how.mismatch)


def test_the_bundled_and_the_real_trainers_say_what_they_accept() -> None:
    bundled = [json.loads(path.read_text("utf-8")) for path in ROOT.glob("sandbox/*/.cog/*.json")]
    assert len(bundled) == 2
    told: dict[str, set[bool]] = {}
    for document in [*trainer_schemas().values(), *bundled]:
        for name, field in document["components"]["schemas"]["TrainingInput"]["properties"].items():
            if field.get("format") == "uri":
                told.setdefault(name, set()).add(AcceptedFormats.by(name, field).archives)
    assert told == {
        "input_images": {True, False},  # a partial schema says nothing
        "input_videos": {True},
        "dataset": {True},
        "dataset_path": {False},
        "train_data": {False},
        "eval_data": {False},
        "validation_data": {False},
    }


@pytest.mark.parametrize(
    ("url", "mismatch"),
    [
        ("https://x.test/a.zip?sig=1", False),
        ("https://x.test/a", False),
        ("https://x.test/a.jsonl", True),
        ("HTTPS://x.test/a.jpg", True),
    ],
)
def test_a_url_is_compared_by_its_suffix_and_not_checked(
    tmp_path: Path, url: str, mismatch: bool
) -> None:
    found = prepared(tmp_path, url, ZIP)
    assert bool(found.findings) is mismatch
    assert "not checked" in found.notes[0]


def test_what_a_zip_holds_is_named(tmp_path: Path) -> None:
    for name in ("cat/1.txt", "cat/2.txt", "dog/1.txt", "drafts/x.txt"):
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    notes = prepared(tmp_path, "data", ZIP).notes
    named = "cat/1.txt, cat/2.txt, dog/1.txt, ... (2 in cat/, 1 in dog/, 1 in drafts/)"
    assert f"names in the ZIP: {named}" in notes


def prepared(workspace: Path, source: str, said: str) -> Prepared:
    return check_and_prepare(source, Workspace(workspace), Path, accepts(said))


def test_one_picture_for_a_trainer_that_unpacks_is_a_zip(tmp_path: Path) -> None:
    (tmp_path / "cat.GIF").write_bytes(dict(pictures())["still.gif"])
    dataset = prepared(tmp_path, "cat.GIF", ZIP).dataset
    assert isinstance(dataset, Packed)
    assert (dataset.name, dataset.media_type) == ("cat.zip", "application/zip")
    with zipfile.ZipFile(dataset.path) as archive:
        assert archive.namelist() == ["cat.GIF"]


def test_the_only_file_of_a_directory_goes_up_as_it_is_where_the_trainer_reads_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/train.JSONL").write_text('{"text": "a"}\n')
    found = prepared(tmp_path, "data", LINES)
    assert isinstance(found.dataset, Packed)
    assert found.dataset.name == "train.jsonl"
    assert "sent unpacked: it is the only file, and data accepts JSONL" in found.notes


def test_a_mismatch_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    found = prepared(tmp_path, "a.txt", ZIP)
    assert found.dataset
    assert [finding.serious for finding in found.findings] == [False]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Photos.ZIP", "Photos.zip"),
        ("a b.jsonl", "a b.jsonl"),
        ("data", "data"),
        ("é" * 200 + ".zip", "é" * 125 + ".zip"),
    ],
)
def test_a_name_as_uploads_may_have_it(name: str, expected: str) -> None:
    assert upload_name(name) == expected
    assert len(upload_name(name).encode()) <= 255
