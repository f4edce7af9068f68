"""Inputs of the step that are not valid."""

import errno
import os

from replicate_train.runner.workspace import Workspace
from support.catalogue.answers import known, planned
from support.catalogue.stage import Stage
from support.catalogue.topic import Topic
from support.scenes import INPUTS
from support.scripted import TOKEN, Script

TOPIC = Topic("inputs", "Inputs that are not valid")

CREATE = {"mode": "create", "model-name": "you/m"}


def refused(stage: Stage, inputs: dict[str, str]) -> None:
    """Show what is wrong with inputs, before anything is asked."""
    stage.check(Script(), CREATE | inputs)


@TOPIC.scene("Several inputs are not valid")
def several(stage: Stage) -> None:
    stage.run(Script(), CREATE | {"timeout": "soon", "visibility": "secret", "trainer": "flux"})


TOPIC.table(
    {
        "`api-token` is empty": {"api-token": ""},
        "`api-token` is in quotes": {"api-token": '"r8_0123456789"'},
        "`api-token` has a line break in it": {"api-token": "r8_01234\n56789"},
        "A required input is empty, mode create": {"model-name": ""},
        "A required input is empty, mode wait": {"mode": "wait"},
        "`mode` is unknown": {"mode": "traing"},
        "`visibility` is unknown": {"visibility": "secret"},
        "`create-model` is neither true nor false": {"create-model": "yes"},
        "`api-url` is a public address without TLS": {"api-url": "http://example.com/v1"},
        "`api-url` has a query": {"api-url": "https://example.com/v1?x=1"},
        "`api-url` has a blank": {"api-url": "https://example.com/v1 x"},
        "`api-url` has a backslash": {"api-url": "https://example.com\\v1"},
        "`api-url` has a wrong port": {"api-url": "https://example.com:x/v1"},
        "`api-url` has a wrong host": {"api-url": "https://é-.com/v1"},
        "`api-url` has a password": {"api-url": "https://me:secret@example.com/v1"},
        "`api-url` has another scheme": {"api-url": "ftp://example.com/v1"},
        "`owner` is not a name": {"owner": "my team"},
        "`model-name` is not a name": {"model-name": "you/m/x"},
        "`model-name` and `owner` name two owners": {"owner": "me"},
        "`trainer` is not a trainer": {"trainer": "flux"},
        "`trainer` ends with `:latest`": {"trainer": "acme/trainer:latest"},
        "`training-id` is a URL": {"training-id": "https://replicate.com/p/tr1"},
        "`timeout` is not a duration": {"timeout": "soon"},
        "`timeout` has too many digits": {"timeout": "999999999999"},
        "`timeout` is zero": {"timeout": "0"},
        "`dataset` is in a storage service": {"dataset": "s3://bucket/train.zip"},
        "`webhook` is not https": {"webhook": "http://example.com/h"},
        "`webhook-events` has an unknown event": {
            "webhook": "https://example.com/h",
            "webhook-events": "start, end",
        },
        "`webhook-events` without `webhook`": {"webhook-events": "start"},
        "`readme` leaves the workspace": {"readme": "../README.md"},
        "`logs-file` has two lines": {"logs-file": "a\nb"},
        "An input holds the token": {"description": f"my token is {TOKEN}"},
        "An input is not available yet": {"dataset-storage": "s3://bucket/data"},
        "`deployment` has no owner": {"deployment": "live"},
        "`price-per-second` is no number": {"price-per-second": "cheap"},
        "`keep-versions` is no number": {"keep-versions": "all"},
        "`evaluation-files` without `evaluation`": {"evaluation-files": "out"},
    },
    refused,
)


def in_workspace(stage: Stage, inputs: dict[str, str]) -> None:
    """Show what is wrong with files that inputs name."""
    stage.write({"empty.txt": "", "latin.md": b"caf\xe9", ".git/config": "x"})
    (stage.workspace / "loop.md").symlink_to("loop.md")
    os.mkfifo(stage.workspace / "pipe")
    (stage.workspace / "folder").mkdir()
    stage.check(known(), INPUTS | inputs)


TOPIC.table(
    {
        "`readme` does not exist": {"readme": "CARD.md"},
        "`readme` is not UTF-8": {"readme": "latin.md"},
        "`readme` is outside the workspace": {"readme": "/etc/hostname"},
        "`readme` is in .git": {"readme": ".git/config"},
        "`readme` is a link to itself": {"readme": "loop.md"},
        "`logs-file` is a directory": {"logs-file": "folder"},
        "`logs-file` is a pipe": {"logs-file": "pipe"},
        "`logs-file` is below a file": {"logs-file": "empty.txt/log"},
        "`logs-file` is outside the workspace": {"logs-file": "/var/log/x"},
    },
    in_workspace,
)


@TOPIC.scene("Files of the workspace cannot be used, mode wait")
def waiting(stage: Stage) -> None:
    wait = {"mode": "wait", "training-id": "tr1", "readme": "CARD.md", "logs-file": "/tmp/log"}
    stage.run(Script(), wait)


@TOPIC.scene("`readme` is removed while the step begins")
def readme_removed(stage: Stage) -> None:
    stage.write({"CARD.md": "# My photos"})
    read, times = Workspace.read_text, iter("abc")

    def removed(workspace: Workspace, text: str) -> str:
        if next(times) == "c":
            (workspace.root / text).unlink()
        return read(workspace, text)

    stage.patch.setattr(Workspace, "read_text", removed)
    stage.check(planned(), INPUTS | {"readme": "CARD.md"})


@TOPIC.scene("`logs-file` cannot be written")
def log_refused(stage: Stage) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    stage.patch.setattr(Workspace, "new_file", full)
    stage.check(planned(), INPUTS | {"logs-file": "train.log"})
