"""Foreign text in the log: cut into the right lines, and never obeyed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate_train.runner.commands import Runner
from replicate_train.runner.text import cut, disarmed, printable
from replicate_train.training.remote_log import RemoteLog
from support.runner_view import lines_of, obeyed, shown
from support.sample_files import training_logs

PIECES = [
    *["::", "##[", "set-output", "stop-commands", "add-mask", "]", "\r", "\n", " ", "\t", "a"],
    *["#", ":", "[", "\u200b", "\u00ad", "\x1b[31m", "\x00", "\ud800", "\u2028", "é"],
]
hostile = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@given(st.lists(hostile, max_size=5), hostile)
def test_no_foreign_line_is_obeyed(logs: list[str], said: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        written: list[str] = []
        patch.setattr("sys.stdout.write", written.append)
        runner = Runner({})
        with runner.relaying():
            for log in logs:
                runner.relay(lines_of(log))
                runner.say(said)
        runner.say(said)
        runner.warning("title", said)
    log = "".join(written)
    assert [command.name for command in obeyed(log)] == ["warning"]


@given(hostile)
def test_disarming_hides_from_a_reader_that_ignores_what_has_no_width(line: str) -> None:
    for part in lines_of(line):
        seen = re.sub(r"[^\x20-\x7e]", "", disarmed(part))
        assert "##[" not in seen
        assert not seen.lstrip().startswith("::")


@given(st.text(alphabet="abc xyz:#[]", max_size=60))
def test_harmless_text_stays_as_it_is(line: str) -> None:
    if "##[" not in line and not line.lstrip().startswith("::"):
        assert disarmed(line) == line


def test_terminal_escapes_are_taken_out_whole() -> None:
    assert printable("\x1b[1;31mred\x1b[0m\x1b]0;title\x07 \x08end\t.") == "red end\t."


def test_an_overlong_line_says_how_much_is_missing() -> None:
    assert cut("x" * 5000, 4000) == "x" * 4000 + " … (1,000 more characters)"


@given(st.text(alphabet="ab\r\n ", max_size=80), st.lists(st.integers(0, 80), max_size=6))
def test_the_looks_do_not_change_the_lines(text: str, cuts: list[int]) -> None:
    log, lines = RemoteLog(), []
    for end in sorted(place for place in cuts if place <= len(text)):
        lines += log.lines(log.news(text[:end]))
    lines += log.lines(log.news(text), ended=True)
    assert lines == [line for line in lines_of(text) if line.strip()]


def test_a_log_that_was_cut_at_its_head_goes_on_from_what_was_read() -> None:
    log, whole = RemoteLog(), "".join(f"line {number}\n" for number in range(100))
    log.lines(log.news(whole))
    assert log.lines(log.news(whole[400:] + "new\n")) == ["new"]


def test_a_log_that_begins_anew_is_read_from_its_start() -> None:
    log = RemoteLog()
    log.lines(log.news("first\n"))
    assert log.lines(log.news("other\nlog\n")) == ["other", "log"]


def test_a_log_that_is_not_there_yet_is_empty() -> None:
    log = RemoteLog()
    assert log.lines(log.news(None), ended=True) == []


def test_the_real_trainers_lines_come_through() -> None:
    for text in training_logs():
        log = RemoteLog()
        lines = log.lines(log.news(text[: len(text) // 2]))
        lines += log.lines(log.news(text), ended=True)
        assert lines == [line for line in lines_of(text) if line.strip()]


def test_the_fence_lets_our_own_commands_through(capsys: pytest.CaptureFixture[str]) -> None:
    runner = Runner({})
    with runner.relaying():
        runner.relay(["::warning::theirs"])
        runner.warning("ours", "x")
        runner.relay(["::warning::theirs again"])
    log = capsys.readouterr().out
    assert [command.message for command in obeyed(log)] == ["x"]
    assert shown(log)[:2] == ["::warning::theirs", "::warning::theirs again"]
