"""The runner's files and commands, as the runner itself would read them."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replicate_train.runner.commands import Runner
from runner_view import obeyed, read_file_command


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r")))
def test_outputs_of_any_text_arrive(tmp_path: Path, text: str) -> None:
    path = tmp_path / "output"
    path.write_text("")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GITHUB_OUTPUT", str(path))
        Runner({"GITHUB_OUTPUT": str(path)}).set_output("name", text)
    assert read_file_command(path) == {"name": text}


def test_without_the_runners_files_outputs_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    runner = Runner({"GITHUB_OUTPUT": "/nowhere/at/all"})
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
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GITHUB_OUTPUT", str(path))
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
    assert (nothing, told) == ("", "More does not fit into the job summary.")


def test_an_annotation_is_one_line_and_not_too_long(capsys: pytest.CaptureFixture[str]) -> None:
    Runner({}).error("a: b, c", "x\ny" * 4000)
    (command,) = obeyed(capsys.readouterr().out)
    assert command.properties == "title=a: b, c"
    assert len(command.text) < 4096
