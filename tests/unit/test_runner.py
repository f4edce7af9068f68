"""The runner's files and commands, as the runner itself would read them."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replicate_train.diagnostics.finding import Finding
from replicate_train.runner.commands import Runner
from support.runner_view import obeyed, read_file_command


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r")))
def test_outputs_of_any_text_arrive(tmp_path: Path, text: str) -> None:
    path = tmp_path / "output"
    path.write_text("")
    Runner({"GITHUB_OUTPUT": str(path)}).set_output("name", text)
    assert read_file_command(path) == {"name": text}


def test_without_the_runners_files_outputs_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    runner = Runner({})
    runner.set_output("version-id", "abc")
    runner.save_state("training-id", "x")
    runner.summarise("# hello")
    assert capsys.readouterr().out == "output version-id=abc\n"


def test_a_secret_of_many_lines_is_masked_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    runner = Runner({})
    runner.mask("the first\nthe second\nlast")
    runner.say("the first and the second at last")
    log = capsys.readouterr().out
    masks = [command.text for command in obeyed(log) if command.name == "add-mask"]
    assert masks == ["the first\nthe second\nlast", "the first", "the second"]
    assert log.endswith("*** and *** at last\n")


def test_a_secret_that_is_part_of_many_words_is_not_masked_but_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "output"
    path.touch()
    runner = Runner({"GITHUB_OUTPUT": str(path), "INPUT_API-TOKEN": " train "})
    runner.mask("train")
    runner.mask("train")
    runner.mask("model", "training-input hf_token")
    runner.mask("r8_a_long_one")
    runner.set_output("model", "you/train")
    runner.set_output("url", "https://x.test/r8_a_long_one")
    assert read_file_command(path) == {"model": "you/train", "url": "https://x.test/***"}
    commands = obeyed(capsys.readouterr().out)
    assert [one.text for one in commands if one.name == "add-mask"] == ["r8_a_long_one"]
    told = [one.text for one in commands if one.name == "warning"]
    assert [one.partition(":")[0] for one in told] == ["api-token", "training-input hf_token"]
    assert not [one for one in told if " train " in one or " model " in one]


@pytest.mark.parametrize("unseen", ["\x1b[0m", "\u200b", "\x00"])
def test_a_secret_with_something_unseen_in_it_is_hidden(
    capsys: pytest.CaptureFixture[str], unseen: str
) -> None:
    runner = Runner({"RUNNER_DEBUG": "1"})
    runner.mask("r8_secretsecret")
    text = f"r8_secret{unseen}secret"
    runner.relay([text])
    runner.say(text)
    runner.error(text, text)
    runner.debug(text)
    log = capsys.readouterr().out.replace("::add-mask::r8_secretsecret", "")
    assert "r8_secret" not in log
    assert log.count("***") == 5


def test_an_empty_secret_hides_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    runner = Runner({})
    runner.mask("")
    runner.say("text")
    assert capsys.readouterr().out == "text\n"


def test_the_summary_stays_below_what_github_shows(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    path.touch()
    runner = Runner({"GITHUB_STEP_SUMMARY": str(path)})
    for _ in range(5):
        runner.summarise("x" * 300_000)
    assert 0 < path.stat().st_size < 1_000_000


def test_a_summary_that_is_too_long_is_cut_at_a_line_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    path.touch()
    runner = Runner({"GITHUB_STEP_SUMMARY": str(path)})
    runner.summarise("| a | b |\n" * 200_000)
    runner.summarise("more\n" * 100)
    *rows, nothing, told = path.read_text().rstrip("\n").split("\n")
    assert set(rows) == {"| a | b |"}
    assert (nothing, told) == ("", "The rest does not fit into the job summary.")


def test_an_annotation_is_one_line_and_not_too_long(capsys: pytest.CaptureFixture[str]) -> None:
    Runner({}).error("a: b, c", "x\ny" * 4000)
    (command,) = obeyed(capsys.readouterr().out)
    assert command.properties == "title=a: b, c"
    assert len(command.text) < 4096


FILES = ("GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    for name in FILES:
        (tmp_path / name).touch()
    return {name: str(tmp_path / name) for name in FILES}


def write_all(runner: Runner, value: str) -> None:
    runner.set_output("training-id", value)
    runner.save_state("training-id", value)
    runner.summarise(value)


def full(*_: object) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def some(file: int, data: bytes) -> int:
    return os.writev(file, [data[:3]]) if len(data) > 20 else full()


@pytest.mark.parametrize("write", [full, some])
def test_a_full_disk_is_one_warning_for_each_file_and_tried_again(
    files: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    write: Callable[..., int],
) -> None:
    runner = Runner(files)
    write_all(runner, "first")
    with monkeypatch.context() as patch:
        patch.setattr("replicate_train.runner.files.os.write", write)
        write_all(runner, "second, which is rather long")
        write_all(runner, "third")
    write_all(runner, "fourth")
    log = capsys.readouterr().out
    commands = obeyed(log)
    assert [one.name for one in commands] == ["warning"] * 3
    assert [one.properties for one in commands] == [
        "title=Outputs not set",
        "title=State not saved",
        "title=Job summary not written",
    ]
    begins = [f"{name} cannot be written: No space left on device. " for name in FILES]
    assert all(one.text.startswith(begin) for one, begin in zip(commands, begins, strict=True))
    assert commands[2].text.endswith("Everything is in the log of this step.")
    assert "\noutput training-id=second, which is rather long\n" in log
    assert "\noutput training-id=third\n" in log
    for name in FILES[:2]:
        assert read_file_command(Path(files[name])) == {"training-id": "fourth"}
    assert Path(files["GITHUB_STEP_SUMMARY"]).read_text() == "first\n\nfourth\n\n"


def test_a_removed_file_is_one_warning_for_each(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    for path in files.values():
        Path(path).unlink()
    runner = Runner(files)
    for value in ("a", "b"):
        write_all(runner, value)
    log = capsys.readouterr().out
    assert [one.name for one in obeyed(log)] == ["warning"] * 3
    assert "output training-id=a" in log


def test_a_delimiter_that_cannot_be_used_is_a_warning(
    files: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("actions_toolkit.file_command.uuid4", lambda: "same")
    write_all(Runner(files), "x ghadelimiter_same y")
    assert [one.name for one in obeyed(capsys.readouterr().out)] == ["warning"] * 2
    assert Path(files["GITHUB_OUTPUT"]).read_text() == ""


def test_what_is_not_utf8_is_written(files: dict[str, str]) -> None:
    write_all(Runner(files), "a\udcffb")
    assert read_file_command(Path(files["GITHUB_OUTPUT"])) == {"training-id": "a?b"}


def test_a_secret_in_a_files_name_is_hidden_wherever_the_name_is_told(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    runner = Runner(files)
    runner.mask("r8_secretsecret")
    name = "x/r8_secret\u200bsecret.jpg"
    runner.warning(name, name, Finding("dataset", name, file=name, line=1))
    runner.summarise(f"| {name} |\n| a |")
    (warning,) = [one for one in obeyed(capsys.readouterr().out) if one.name == "warning"]
    assert warning.properties == "file=x/***.jpg,line=1,title=x/***.jpg"
    assert warning.text == "x/***.jpg"
    assert Path(files["GITHUB_STEP_SUMMARY"]).read_text() == "| x/***.jpg |\n| a |\n\n"


def test_a_secret_that_a_very_long_line_ends_in_is_hidden(
    capsys: pytest.CaptureFixture[str],
) -> None:
    secret = "r8_" + "0123456789" * 90  # many of them shrink to what a line may show
    runner = Runner({})
    runner.mask(secret)
    runner.say(secret * 200)
    assert "r8_0" not in capsys.readouterr().out.removeprefix(f"::add-mask::{secret}")
