"""Copying a project: exactly the files that its version is made of."""

import os
import socket
from pathlib import Path

import pytest

from replicate_sandbox.engine.project import content_id, copy_project
from support.trainers import write_trainer


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_trainer(tmp_path)


def copied(project: Path) -> set[str]:
    """Copy a project and return the paths of the copy; it is the same version."""
    target = project.parent / "copy"
    copy_project(project, target)
    assert content_id(target) == content_id(project)
    return {path.relative_to(target).as_posix() for path in target.rglob("*")}


FILES = {"cog.yaml", "train.py", "predict.py"}


def test_what_is_no_file_is_left_out(project: Path) -> None:
    (project / ".#train.py").symlink_to("user@host.1234:5678")
    (project / "itself").symlink_to("itself")
    os.mkfifo(project / "pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(project / "socket"))
        assert copied(project) == FILES


def test_files_behind_links_are_copied(project: Path) -> None:
    (project / "real").mkdir()
    (project / "real/a.txt").write_text("a")
    (project / "first").symlink_to("real")
    (project / "second").symlink_to("real")
    (project / "b.txt").symlink_to("real/a.txt")
    folders = {"real", "first", "second"}
    assert copied(project) == FILES | folders | {f"{name}/a.txt" for name in folders} | {"b.txt"}


def test_a_link_to_a_folder_above_it_is_not_followed(project: Path) -> None:
    (project / "loop").symlink_to(".")
    (project / "code").mkdir()
    (project / "code/a.py").write_text("")
    (project / "code/up").symlink_to("..")
    assert copied(project) == FILES | {"code", "code/a.py"}


def test_a_read_only_project_has_a_copy_that_can_be_written(project: Path) -> None:
    (project / "code").mkdir()
    (project / "code/a.py").write_text("")
    for folder in (project / "code", project):
        folder.chmod(0o555)
    try:
        copied(project)
    finally:
        for folder in (project, project / "code"):
            folder.chmod(0o755)
    copy = project.parent / "copy"
    assert all(path.stat().st_mode & 0o200 for path in (copy, copy / "code"))
