"""No file outside the workspace, and none in .git, is read: whatever links say, and whenever."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Self

import pytest

from replicate_train.dataset.check import check_dataset
from replicate_train.dataset.files import ChangedError, DatasetFile
from replicate_train.dataset.format import AcceptedFormats
from replicate_train.dataset.prepare import prepare
from replicate_train.dataset.select import Selection, select
from replicate_train.diagnostics.errors import DatasetError
from replicate_train.runner.workspace import Workspace

SECRET = "extraheader = AUTHORIZATION: basic c2VjcmV0"
SIZE = len(SECRET)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Lay a workspace with a .git folder in it, beside a folder outside."""
    for name in ("work/.git/config", "outside/config", "work/data/a/1.txt", "work/data/b/2.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SECRET if path.name == "config" else "x" * SIZE)
    return tmp_path / "work"


def chosen(root: Path, source: str) -> Selection:
    return select(source, Workspace(root))


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (".git", "inside .git"),
        ("../outside", "outside the workspace"),
        ("/etc", "outside the workspace"),
    ],
)
@pytest.mark.parametrize(
    "source",
    [
        "images",
        "images/**",
        "images/**\n!images/drafts",
        "images/*\nimages/x/*",
        "data/**\nimages/**",
        "images/config\ndata/**",
    ],
)
def test_a_line_does_not_follow_a_link_that_leads_out(
    root: Path, target: str, why: str, source: str
) -> None:
    (root / "images").symlink_to(target)
    found = chosen(root, source)
    assert not found.members
    assert any(why in one.what for one in found.findings), found.findings


def test_folders_that_lead_back_do_not_hide_that_their_parent_leads_out(root: Path) -> None:
    for name in "ab":
        (root.parent / "outside" / name).symlink_to(root / "data" / name)
    (root / "images").symlink_to("../outside")
    found = chosen(root, "images/a/*\nimages/b/*")
    assert not found.members
    assert "outside the workspace" in found.findings[0].what


def test_a_folder_that_is_a_link_within_the_workspace_is_walked(root: Path) -> None:
    (root / "images").symlink_to("data")
    for source in ("images", "images/**", "images/a/*\nimages/b/*"):
        found = chosen(root, source)
        assert [one.name for one in found.members] == ["a/1.txt", "b/2.txt"]
        assert [one.file for one in found.members] == ["images/a/1.txt", "images/b/2.txt"]
        assert found.findings == ()


def test_names_outside_are_not_suggested(root: Path) -> None:
    (root / "images").symlink_to("../outside")
    found = chosen(root, "data\n!images/confi")
    assert not any("Did you mean" in one.fix for one in found.findings)


@pytest.mark.parametrize("outside", ["../outside/config", ".git/config"])
@pytest.mark.parametrize("source", ["data", "data/a/1.txt", "data/*/1.txt", "kept"])
def test_a_link_that_is_swapped_in_is_not_followed(root: Path, outside: str, source: str) -> None:
    (root / "kept").symlink_to("data/a/1.txt")
    checked = check_dataset(source, Workspace(root), Path)
    (root / "data/a/1.txt").unlink()
    (root / "data/a/1.txt").symlink_to(root / outside)
    with pytest.raises(DatasetError, match="changed while"):
        prepare(checked, AcceptedFormats(), root.parent)


def swap_folder(root: Path) -> None:
    (root.parent / "outside/config").rename(root.parent / "outside/1.txt")
    (root / "data/a").rename(root / "gone")
    (root / "data/a").symlink_to(root.parent / "outside")


def swap_file(root: Path) -> None:
    (root / "data/a/1.txt").rename(root / "gone")
    (root / "data/a/1.txt").write_text(SECRET)


def swap_pipe(root: Path) -> None:
    (root / "data/a/1.txt").unlink()
    os.mkfifo(root / "data/a/1.txt")


def grow(root: Path) -> None:
    with (root / "data/a/1.txt").open("a") as file:
        file.write("more")


@pytest.mark.parametrize("swap", [swap_folder, swap_file, swap_pipe, grow])
@pytest.mark.parametrize("source", ["data", "data/a/1.txt"])
def test_another_file_in_the_place_of_one_that_was_checked_is_not_read(
    root: Path, swap: Callable[[Path], None], source: str
) -> None:
    selection = chosen(root, source)
    checked = check_dataset(source, Workspace(root), Path)
    swap(root)
    with pytest.raises(ChangedError):
        selection.members[0].open()
    with pytest.raises(DatasetError, match="changed while"):
        prepare(checked, AcceptedFormats(), root.parent)


@pytest.mark.parametrize("source", ["data/a/1.txt", "data"])
def test_a_file_that_grows_while_it_is_packed_is_noticed(
    root: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    checked = check_dataset(source, Workspace(root), Path)
    opened = DatasetFile.open

    def growing(member: DatasetFile) -> BinaryIO:
        file = opened(member)
        grow(root)
        return file

    monkeypatch.setattr(DatasetFile, "open", growing)
    with pytest.raises(DatasetError, match="changed while"):
        prepare(checked, AcceptedFormats(), root.parent)


def test_a_folder_that_is_swapped_while_it_is_walked_is_not_followed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir
    swapped: list[int] = []

    def swap(folder: int) -> object:
        if not swapped:
            swapped.append(folder)
            found = list(scandir(folder))  # as it was
            swap_folder(root)
            return Scanned(found)
        return scandir(folder)

    monkeypatch.setattr("replicate_train.dataset.walk.os.scandir", swap)
    found = chosen(root, "data")
    assert [one.name for one in found.members] == ["b/2.txt"]
    assert "data/a: cannot be read" in found.findings[0].what


class Scanned(list["os.DirEntry[str]"]):
    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("name", ["data.zip", "data.tar.gz"])
def test_an_archive_is_read_where_it_was_found(root: Path, name: str) -> None:
    (root / name).write_bytes(b"PK")
    member = DatasetFile.found(name, str(root / name), (root / name).lstat())
    (root / name).unlink()
    (root / name).symlink_to(root.parent / "outside/config")
    with pytest.raises(ChangedError):
        member.open()


def test_a_text_is_read_without_following_a_link_that_is_swapped_in(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(root)
    real = workspace.real(root / "data/a/1.txt")
    monkeypatch.setattr(workspace, "real", lambda _: real)
    (root / "data/a/1.txt").unlink()
    (root / "data/a/1.txt").symlink_to(root.parent / "outside/config")
    with pytest.raises(OSError, match="symbolic links"):
        workspace.read_text("data/a/1.txt")
