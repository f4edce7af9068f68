"""Which files a dataset is made of, and how they go up."""

import errno
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from replicate_train.dataset.files import DatasetFile
from replicate_train.dataset.inspection.inspect import Inspection
from support.catalogue.answers import JPEG, known, planned, trainer_with, zipped
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic
from support.scenes import INPUTS, NO_FILES

TOPIC = Topic("dataset-files", "The files of a dataset")

PLAN = INPUTS | {"mode": "plan"}


def lay(stage: Stage) -> None:
    """Lay out a workspace with all kinds of files."""
    stage.write(
        {
            "data/1.jpg": JPEG,
            "data/deep/2.jpg": JPEG,
            "empty.csv": "",
            "only/.DS_Store": "x",
            ".git/config": "x",
        }
    )
    (stage.workspace / "hollow").mkdir()
    (stage.workspace / "leaving").symlink_to("/etc")
    (stage.workspace / "loop").symlink_to("loop")


def refused(stage: Stage, source: str) -> None:
    """Show what is wrong with a dataset's source."""
    lay(stage)
    stage.check(known(), PLAN | {"dataset": source})


TOPIC.table(
    {
        "A path that does not exist": "nowhere",
        "A path that is nearly right": "dat",
        "A pattern that matches nothing": "nowhere/*.jpg",
        "One of two patterns matches nothing": "data/*.jpg\n*.mp4",
        "A path in quotes": '"data"',
        "Braces in a pattern": "data/{a,b}.jpg",
        "Two patterns on one line": "data/*.jpg, data/*.png",
        "An address that is none": "https:/example.com/x.zip",
        "Every line excludes": "!data",
        "All files are excluded": "data\n!data",
        "A pattern that cannot be read": "data/[z-a].jpg",
        "A folder without files": "hollow",
        "A folder of which everything is left out": "only",
        "An empty file": "empty.csv",
        "A path outside the workspace": "../secret",
        "A pattern outside the workspace": "../*.jpg\ndata",
        "A link out of the workspace": "leaving",
        "A pattern behind a link out of the workspace": "leaving/*",
        "A link to itself": "loop",
        "A path in .git": ".git/config",
        "A name that is too long": "n" * 300,
        "A name that is too long, among patterns": "n" * 300 + "/*",
        "A public address without TLS": "http://example.com/x.zip",
    },
    refused,
)


@TOPIC.scene("A line that excludes nothing")
def idle(stage: Stage) -> None:
    lay(stage)
    script = planned().on(*NO_FILES)
    stage.check(script, PLAN | {"dataset": "data\n!data/deeep"})


@TOPIC.scene("Files that cannot be part of a dataset")
def unfit(stage: Stage) -> None:
    lay(stage)
    data = stage.workspace / "data"
    for name, target in (
        ("leaves", "/etc/passwd"),
        ("git", "../.git/config"),
        ("folder", "deep"),
        ("broken", "gone"),
        ("circle", "circle"),
    ):
        (data / name).symlink_to(target)
    os.mkfifo(data / "pipe")
    for name in ("a\\b", "a\nb", "DEEP"):
        (data / name).touch()
    Path(os.fsdecode(bytes(data) + b"/\xff")).touch()
    (data / "long").with_suffix(".x" * 20).touch()
    stage.patch.setattr("replicate_train.dataset.names._MAX_NAME", 40)
    stage.check(known(), PLAN | {"dataset": "data"})


@TOPIC.scene("Files and folders that cannot be read")
def unreadable(stage: Stage) -> None:
    lay(stage)
    access, opened = os.access, os.open

    def denied(path: str, mode: int, *, dir_fd: int) -> bool:
        return path != "1.jpg" and access(path, mode, dir_fd=dir_fd)

    def closed(path: str, flags: int, **more: int) -> int:
        if str(path).endswith("deep/"):
            raise PermissionError(13, os.strerror(13))
        return opened(path, flags, **more)

    stage.patch.setattr("replicate_train.dataset.walk.os.access", denied)
    stage.patch.setattr(os, "open", closed)
    stage.check(known(), PLAN | {"dataset": "data"})


@TOPIC.scene("Many files that cannot be part of a dataset")
def many(stage: Stage) -> None:
    data = stage.workspace / "data"
    data.mkdir()
    for number in range(52):
        (data / f"{number:02}").symlink_to("gone")
    done = stage.log(known(), PLAN | {"dataset": "data"})
    rows = [line for line in done.summary.split("\n") if line.startswith("| dataset")]
    stage.show("end of the table in the job summary", rows[-1:])


@TOPIC.scene("A dataset that is too large")
def large(stage: Stage) -> None:
    for name, size in (
        ("one.zip", 120),
        ("data/1.jpg", 80),
        ("data/2.jpg", 60),
        ("big/1.txt", 2e5),
    ):
        stage.write({name: ""})
        os.truncate(stage.workspace / name, int(size * 1e6))
    for source in ("one.zip", "data", "big"):
        stage.check(known(), PLAN | {"dataset": source})


@TOPIC.scene("A dataset that is too large also when it is packed")
def large_packed(stage: Stage) -> None:
    stage.write({"data/1.txt": "x" * 500_000, "data/2.txt": "y" * 300_000})
    stage.patch.setattr("replicate_train.dataset.pack.MAX_UPLOAD", 1_000)
    stage.check(known(), PLAN | {"dataset": "data"})


@TOPIC.scene("A runner without room for the packed dataset")
def full(stage: Stage) -> None:
    stage.write({"data/1.txt": "x"})

    def no_space(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    broken = type("Digest", (), {"update": no_space})
    stage.patch.setattr("replicate_train.dataset.pack.hashlib.sha256", broken)
    stage.check(known(), PLAN | {"dataset": "data"})


def meanwhile(stage: Stage, change: Callable[[Path], object]) -> None:
    """Show what is said of a file and of a folder that change after they were checked."""

    def looked_into(members: Sequence[DatasetFile]) -> Inspection:
        for member in members:
            change(Path(member.path))
        return Inspection()

    stage.patch.setattr("replicate_train.dataset.check.inspect", looked_into)
    stage.write({"a.txt": "hello", "data/b.txt": "hello"})
    for source in ("a.txt", "data"):
        stage.check(known(), PLAN | {"dataset": source})


TOPIC.table(
    {
        "A file that changes while it is packed": lambda path: path.write_text("hello, world"),
        "A file that is removed while it is packed": Path.unlink,
    },
    meanwhile,
)


def packing(stage: Stage, row: tuple[str, str]) -> None:
    """Show what becomes of a dataset, by what the trainer says of its input."""
    source, said = row
    lay(stage)
    stage.write({"a.jsonl": '{"text": "hello"}', "data/x.zip": zipped(a=b"hello"), "a.bin": "x"})
    field = {"type": "string", "format": "uri", "description": said}
    script = planned(asked=trainer_with({"data": field}))
    script = script if source.startswith("https:") else script.on(*NO_FILES)
    stage.log(script, PLAN | {"dataset": source, "training-input": ""})


TOPIC.table(
    {
        "One file, for a trainer that takes it": ("a.jsonl", "JSON lines or plain text"),
        "One file, for a trainer that takes a ZIP": ("data/1.jpg", "A zip of images"),
        "One file, for a trainer that takes other files": ("a.jsonl", "A CSV file"),
        "One file of an unknown type": ("a.bin", "A CSV file"),
        "One file, for a trainer that says nothing": ("a.jsonl", ""),
        "A folder with one file that the trainer takes": ("data/deep", "A zip of images"),
        "A pattern that takes one file": ("*.jsonl", "JSON lines"),
        "A folder with an archive in it": ("data", "A zip of images"),
        "A folder, for a trainer that takes one file": ("data", "JSON lines"),
        "A URL, for a trainer that takes other files": ("https://x.test/a.txt", "A zip of images"),
    },
    packing,
)


@TOPIC.scene("A folder of many files")
def folders(stage: Stage) -> None:
    stage.write({f"data/{letter}/1.txt": letter for letter in "abcdefghij"})
    stage.write({"data/a/1.txt~": "old", "data/a/._1.txt": "x"})
    stage.log(planned().on(*NO_FILES), PLAN | {"dataset": "data"})
