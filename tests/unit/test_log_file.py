"""The training's log in a file: no secret in it, whatever pieces it comes in, and no error."""

import errno
import os
import tempfile
import tracemalloc
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replicate_train.runner.commands import Runner
from replicate_train.runner.log_file import LogFile
from replicate_train.runner.workspace import Workspace
from support.runner_view import obeyed

TOKEN = "r8_secret&of/the~log"


def opened(folder: Path, *secrets: str) -> LogFile:
    runner = Runner({})
    for secret in secrets:
        runner.mask(secret)
    return LogFile(Workspace(folder).new_file("out/log"), "out/log", runner)


def written(folder: Path, *pieces: str, secrets: tuple[str, ...] = (TOKEN,)) -> str:
    log = opened(folder, *secrets)
    for piece in pieces:
        log.write(piece)
    log.close()
    return (folder / "out/log").read_bytes().decode()


@pytest.mark.parametrize("place", range(len(TOKEN) + 1))
def test_a_secret_that_straddles_two_looks_is_hidden(tmp_path: Path, place: int) -> None:
    text = written(tmp_path, f"a\ntoken {TOKEN[:place]}", f"{TOKEN[place:]} is wrong\nend")
    assert text == "a\ntoken *** is wrong\nend"


pieces_ = st.lists(st.sampled_from(["a", "\n", "\r", "\r\n", "x" * 50_000, TOKEN, "%"]), max_size=8)


@settings(deadline=None, max_examples=60)
@given(pieces_, st.lists(st.integers(0, 300_000), max_size=4))
def test_the_pieces_that_a_log_comes_in_do_not_matter(pieces: list[str], cuts: list[int]) -> None:
    text = "".join(pieces)
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    news = [text[one:two] for one, two in pairwise(places)]
    with tempfile.TemporaryDirectory() as folder:
        assert written(Path(folder), *news) == text.replace(TOKEN, "***")


def test_only_finished_lines_are_written_before_the_end(tmp_path: Path) -> None:
    log = opened(tmp_path)
    log.write("one\ntwo")
    assert (tmp_path / "out/log").read_text() == "one\n"
    log.write("\n3%\r")
    assert (tmp_path / "out/log").read_bytes() == b"one\ntwo\n3%\r"
    log.close()
    log.close()


def test_a_secret_of_several_lines_is_hidden_line_by_line(tmp_path: Path) -> None:
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0B\n-----END KEY-----"
    text = written(tmp_path, f"key:\n{key[:30]}", f"{key[30:]}\ndone\n", secrets=(key,))
    assert text == "key:\n***\n***\n***\n***\ndone\n"


def test_a_secret_with_something_unseen_in_it_is_hidden(tmp_path: Path) -> None:
    text = written(tmp_path, "\x1b[1mbold\x1b[0m\r\n" + TOKEN[:8] + "\x1b[0m" + TOKEN[8:] + "\r\n")
    assert text == "\x1b[1mbold\x1b[0m\r\n***\r\n"


def test_a_line_without_end_takes_little_memory_and_hides_secrets(tmp_path: Path) -> None:
    log = opened(tmp_path, TOKEN)
    piece = "x" * 10_007 + TOKEN
    tracemalloc.start()
    for number in range(400):
        log.write(piece[: number + 1])
        log.write(piece[number + 1 :])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    log.close()
    assert peak < 2_000_000
    assert (tmp_path / "out/log").read_text() == ("x" * 10_007 + "***") * 400


def full(*_: object) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_one_warning_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = opened(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("replicate_train.runner.log_file.os.write", full)
        log.write("one\n")
        log.write("two\n")
    log.write("three\n")
    log.close()
    (warning,) = obeyed(capsys.readouterr().out)
    assert warning.name == "warning"
    assert "logs-file: `out/log` cannot be written: No space left on device" in warning.text
    assert (tmp_path / "out/log").read_text() == "three\n"


def test_a_real_full_disk_is_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    device = os.open("/dev/full", os.O_WRONLY)
    log = LogFile(device, "log", Runner({}))
    log.write("one\ntwo")
    log.close()
    assert [one.name for one in obeyed(capsys.readouterr().out)] == ["warning"]


def test_a_removed_folder_is_one_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = opened(tmp_path)
    (tmp_path / "out/log").unlink()
    (tmp_path / "out").rmdir()
    log.write("one\n")
    log.write("two")
    log.close()
    (warning,) = obeyed(capsys.readouterr().out)
    assert "the file was removed" in warning.text


def test_a_link_that_is_put_in_the_files_place_is_not_written_to(tmp_path: Path) -> None:
    log = opened(tmp_path)
    (tmp_path / "other").touch()
    (tmp_path / "out/log").unlink()
    (tmp_path / "out/log").symlink_to(tmp_path / "other")
    log.write("one\n")
    log.close()
    assert (tmp_path / "other").read_text() == ""


@pytest.mark.parametrize("text", ["a/b/log", "there/b/log"])
def test_what_is_made_belongs_to_the_workspaces_owner(tmp_path: Path, text: str) -> None:
    if os.geteuid():
        pytest.skip("only root can give files away")
    (tmp_path / "there").mkdir()
    os.chown(tmp_path, 1234, 2345)
    os.close(Workspace(tmp_path).new_file(text))
    made = [tmp_path / text, (tmp_path / text).parent]
    made += [tmp_path / "a"] if text.startswith("a") else []
    assert {(path.stat().st_uid, path.stat().st_gid) for path in made} == {(1234, 2345)}
    assert (tmp_path / "there").stat().st_uid == 0


def test_a_file_that_cannot_be_given_away_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "no")

    monkeypatch.setattr("replicate_train.runner.workspace.os.chown", refuse)
    assert written(tmp_path, "one\n") == "one\n"


def test_an_existing_file_is_emptied_and_stays_its_owners(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/log").write_text("old")
    before = (tmp_path / "out/log").stat()
    assert written(tmp_path, "new\n") == "new\n"
    assert (tmp_path / "out/log").stat().st_uid == before.st_uid


def test_a_pipe_is_no_log_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "log")
    assert Workspace(tmp_path).unwritable("log") == "is not a regular file"
    with pytest.raises((ValueError, OSError)):
        Workspace(tmp_path).new_file("log")


@pytest.mark.parametrize("text", ["link/log", "../log", ".git/log", "file"])
def test_no_file_is_made_outside(tmp_path: Path, text: str) -> None:
    (tmp_path / "outside").mkdir()
    root = tmp_path / "work"
    root.mkdir()
    (root / "link").symlink_to("../outside")
    (root / "file").symlink_to("../outside/file")
    with pytest.raises(ValueError, match=r"is outside|is inside \.git"):
        Workspace(root).new_file(text)
    assert not list((tmp_path / "outside").iterdir())
