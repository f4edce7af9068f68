"""Reading a Cog project: its cog.yaml, its files, and the schema of its functions."""

import json
import time
from pathlib import Path

import pytest

from replicate_sandbox.engine.inspection import derived_schema
from replicate_sandbox.engine.project import (
    Unloadable,
    content_id,
    copy_project,
    fingerprint,
    read_project,
    read_schema,
)
from support.processes import running
from support.served import ROOT
from support.trainers import TRAIN, write_trainer

BUNDLED = sorted((ROOT / "sandbox").glob("*-trainer"))


def test_a_schema_has_all_that_the_signatures_say(tmp_path: Path) -> None:
    document = derived_schema(read_project(write_trainer(tmp_path)))
    schemas = document["components"]["schemas"]
    given = schemas["TrainingInput"]
    assert given["required"] == ["data", "note", "token"]
    properties = given["properties"]
    assert [part["x-order"] for part in properties.values()] == list(range(7))
    assert properties["data"] == {
        "type": "string", "format": "uri", "title": "Data", "x-order": 0,
        "description": "Examples <b>in</b> lines.",
    }  # fmt: skip
    assert properties["steps"] == {
        "type": "integer", "title": "Steps", "default": 10, "minimum": 1, "maximum": 100,
        "x-order": 1,
    }  # fmt: skip
    assert (properties["rate"]["type"], properties["rate"]["default"]) == ("number", 0.5)
    assert properties["optimizer"] == {
        "allOf": [{"$ref": "#/components/schemas/training_optimizer"}],
        "default": "adam",
        "x-order": 3,
    }
    assert schemas["training_optimizer"]["enum"] == ["adam", "sgd"]
    assert schemas["optimizer"]["enum"] == [1, 2]
    assert properties["seed"]["nullable"] is True
    assert properties["token"] == {
        "type": "string", "format": "password", "writeOnly": True, "x-cog-secret": True,
        "title": "Token", "x-order": 6,
    }  # fmt: skip
    assert schemas["TrainingOutput"]["required"] == ["weights"]
    assert schemas["Input"]["required"] == ["text"]
    assert schemas["Output"]["items"] == {"type": "string"}


@pytest.mark.parametrize("folder", BUNDLED, ids=lambda folder: folder.name)
def test_the_bundled_schemas_are_what_the_code_says(folder: Path) -> None:
    assert read_schema(folder) == derived_schema(read_project(folder)), "run scripts/trainer-schema"


def test_a_default_that_is_no_json(tmp_path: Path) -> None:
    code = 'from cog import Path\ndef train(data: Path = "https://x.example/a.zip") -> Path: ...\n'
    project = write_trainer(tmp_path, train=code, yaml="train: train.py:train\n")
    schemas = derived_schema(read_project(project))["components"]["schemas"]
    assert schemas["TrainingInput"]["properties"]["data"]["default"] == "https://x.example/a.zip"
    assert set(schemas) == {"TrainingInput", "TrainingOutput"}


@pytest.mark.parametrize(
    ("train", "reason", "details"),
    [
        ("def train(:\n", "SyntaxError: invalid syntax", 'File "train.py", line 1'),
        ("import torch_of_no_one\n", "ModuleNotFoundError: No module named 'torch_of_no_one'",
         'File "train.py", line 1, in <module>\n    import torch_of_no_one'),
        ("import sys\nsys.exit(3)\n", "SystemExit: 3", 'File "train.py", line 2'),
        ("import os\nprint('bye', flush=True)\nos._exit(1)\n",
         "Importing it ended the Python process.", "bye\n"),
        ("train = 1\n", "ValueError: invalid predictor train.train", ""),
        ("", "cog.yaml names `train.py:train`, but train.py has no `train`.", ""),
        ("def train(data: str): ...\n", "ValueError: train() must have a return type", ""),
        ("def train(data) -> str: ...\n", "ValueError: missing type annotation for input", ""),
        ("def train(data: complex) -> str: ...\n", "ValueError: invalid input field data", ""),
    ],
)  # fmt: skip
def test_code_that_cannot_be_loaded(tmp_path: Path, train: str, reason: str, details: str) -> None:
    project = read_project(write_trainer(tmp_path, train=train))
    with pytest.raises(Unloadable) as caught:
        derived_schema(project)
    assert str(caught.value).startswith(reason)
    assert details in caught.value.details
    assert str(tmp_path) not in caught.value.details
    assert "/tmp/replicate-sandbox" not in caught.value.details


def test_code_that_hangs_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    started = tmp_path / "started"
    code = f"""
import subprocess, time
print("waiting", flush=True)
child = subprocess.Popen(["sleep", "60"])
open({str(started)!r}, "w").write(str(child.pid))
time.sleep(60)
"""
    project = read_project(write_trainer(tmp_path, train=code))
    with pytest.raises(Unloadable, match=r"Importing it took longer than 2 s\.") as caught:
        derived_schema(project, seconds=2)
    assert "waiting" in caught.value.details
    end = time.monotonic() + 5
    while running([int(started.read_text())]):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_file_that_cog_yaml_names_and_that_is_missing(tmp_path: Path) -> None:
    project = write_trainer(tmp_path)
    (project / "train.py").unlink()
    with pytest.raises(Unloadable, match=r"names `train\.py:train`, but train\.py does not exist"):
        derived_schema(read_project(project))


def test_code_that_writes_leaves_the_project_alone(tmp_path: Path) -> None:
    project = write_trainer(tmp_path, train="open('made', 'w')\n" + TRAIN)
    before = content_id(project), fingerprint(project)
    derived_schema(read_project(project))
    assert (content_id(project), fingerprint(project)) == before
    assert not (project / "__pycache__").exists()


@pytest.mark.parametrize(
    ("yaml", "reason"),
    [
        ("predict: predict.py:Predictor\n", "cog.yaml has no `train:` entry"),
        ("train: [\n", "cog.yaml is not valid YAML."),
        ("- train\n", "cog.yaml must be a mapping."),
        ("train: train.py\n", "cog.yaml: `train:` must name a file and a function in it."),
        ("train: {a: b}\n", "cog.yaml: `train:` must name a file and a function in it."),
    ],
)
def test_a_cog_yaml_that_cannot_be_used(tmp_path: Path, yaml: str, reason: str) -> None:
    with pytest.raises(Unloadable) as caught:
        read_project(write_trainer(tmp_path, yaml=yaml))
    assert str(caught.value).startswith(reason)


def test_the_entry_points_are_read_as_yaml(tmp_path: Path) -> None:
    project = read_project(write_trainer(tmp_path))
    assert (project.train, project.predict) == ("train.py:train", "predict.py:Predictor")
    newer = write_trainer(tmp_path, "newer", yaml="{train: train.py:train, run: run.py:Runner}\n")
    assert read_project(newer).predict == "run.py:Runner"


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_schema_file_that_cannot_be_used(tmp_path: Path, text: str) -> None:
    project = write_trainer(tmp_path)
    assert read_schema(project) is None
    (project / ".cog").mkdir()
    (project / ".cog/openapi_schema.json").write_text(text)
    with pytest.raises(Unloadable, match=r"openapi_schema\.json"):
        read_schema(project)
    (project / ".cog/openapi_schema.json").write_text(json.dumps({"openapi": "3.0.2"}))
    assert read_schema(project) == {"openapi": "3.0.2"}


def test_weights_that_a_project_brings_are_part_of_it(tmp_path: Path) -> None:
    project = write_trainer(tmp_path)
    before = content_id(project)
    (project / "weights.npz").write_bytes(b"brought")
    assert content_id(project) != before
    copy_project(project, tmp_path / "copy")
    assert (tmp_path / "copy/weights.npz").read_bytes() == b"brought"


def test_the_same_files_are_the_same_version(tmp_path: Path) -> None:
    project = write_trainer(tmp_path)
    copy_project(project, tmp_path / "copy")
    assert content_id(project) == content_id(tmp_path / "copy")
    (project / "__pycache__").mkdir()
    (project / "__pycache__/train.pyc").write_bytes(b"x")
    assert content_id(project) == content_id(tmp_path / "copy")
    for change in ("name", "content"):
        before = content_id(project), fingerprint(project)
        if change == "name":
            (project / "train.py").rename(project / "other.py")
        else:
            (project / "other.py").write_text("")
        assert content_id(project) != before[0]
        assert fingerprint(project) != before[1]
