"""Foreign text in the log: cut into the right lines, and never obeyed."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate_train.runner.commands import Runner
from replicate_train.runner.terminal import coloured
from replicate_train.runner.text import cut, disarmed, printable
from replicate_train.training.remote_log import RemoteLog, last_states
from support.runner_view import Group, folded, lines_of, obeyed, shown
from support.sample_files import training_logs

PIECES = [
    *["::", "##[", "set-output", "stop-commands", "add-mask", "]", "\r", "\n", " ", "\t", "a"],
    *["#", ":", "[", "\u200b", "\u00ad", "\x1b[31m", "\x00", "\ud800", "\u2028", "é"],
]
hostile = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def texts(log: RemoteLog, whole: str | None, *, ended: bool = False) -> list[str]:
    """Return the texts of the lines that are new in a whole log."""
    return [line.text for line in log.lines(log.news(whole), ended=ended)]


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
    heard = [one.name for one in obeyed(log)]
    assert set(heard) <= {"group", "endgroup", "warning"}
    assert heard.count("warning") == 1
    for group in folded(log):
        assert group.title in {"", "Training log"}


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
        lines += texts(log, text[:end])
    lines += texts(log, text, ended=True)
    assert lines == [line for line in lines_of(text) if line.strip()]


def test_a_log_that_was_cut_at_its_head_goes_on_from_what_was_read() -> None:
    log, whole = RemoteLog(), "".join(f"line {number}\n" for number in range(100))
    texts(log, whole)
    assert texts(log, whole[400:] + "new\n") == ["new"]


def test_a_log_that_begins_anew_is_read_from_its_start() -> None:
    log = RemoteLog()
    texts(log, "first\n")
    assert texts(log, "other\nlog\n") == ["other", "log"]


def test_a_log_that_is_not_there_yet_is_empty() -> None:
    log = RemoteLog()
    assert texts(log, None, ended=True) == []


def test_the_real_trainers_lines_come_through() -> None:
    for text in training_logs():
        log = RemoteLog()
        lines = texts(log, text[: len(text) // 2])
        lines += texts(log, text, ended=True)
        assert lines == [line for line in lines_of(text) if line.strip()]


def test_the_fence_lets_our_own_commands_through(capsys: pytest.CaptureFixture[str]) -> None:
    runner = Runner({})
    with runner.relaying():
        runner.relay(["::warning::theirs"])
        runner.warning("ours", "x")
        runner.relay(["::warning::theirs again"])
    log = capsys.readouterr().out
    assert [one.message for one in obeyed(log) if one.name == "warning"] == ["x"]
    assert shown(log)[:2] == ["::warning::theirs", "::warning::theirs again"]
    assert folded(log) == [
        Group("Training log", ("::warning::theirs",)),
        Group("", ("##[warning]x",)),
        Group("Training log", ("::warning::theirs again",)),
        Group("", ("",)),
    ]


def test_a_line_of_the_steps_own_stands_outside_the_group(
    capsys: pytest.CaptureFixture[str],
) -> None:
    runner = Runner({})
    with runner.relaying():
        runner.relay(["a", "b"])
        runner.relay(["c"])
        runner.say("ours")
        runner.relay([])
    groups = folded(capsys.readouterr().out.removesuffix("\n"))
    assert groups == [Group("Training log", ("a", "b", "c")), Group("", ("ours",))]


@pytest.mark.parametrize(
    "marker", ["##[endgroup]", "##[group]x", "#\u200b#[endgroup]", "a##[error]"]
)
def test_no_line_unfolds_the_group(capsys: pytest.CaptureFixture[str], marker: str) -> None:
    runner = Runner({})
    with runner.relaying():
        runner.relay([marker, "b"])
    (group, _) = folded(capsys.readouterr().out)
    assert len(group.lines) == 2
    assert "##[" not in group.lines[0]


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("a 1\ra 2\ra 3\n", ["a 3"]),
        ("a 1\nb\na 2\n", ["a 1", "b", "a 2"]),
        ("\ra 1\ra 2", ["a 2"]),
        ("a 1\ra 2\rError: no\ra 3\rb 1\n", ["a 2", "Error: no", "a 3", "b 1"]),
        ("a 1\n\ra 2\n", ["a 1", "a 2"]),
        ("a 1\r\na 2\r\n", ["a 1", "a 2"]),
        ("10%|#\r 20%|##\r        \rdone\n", [" 20%|##", "done"]),
        ("", []),
    ],
)
def test_of_the_states_of_a_bar_only_the_last_is_shown(text: str, states: list[str]) -> None:
    log = RemoteLog()
    assert list(last_states(log.lines(log.news(text), ended=True))) == states


def test_an_endless_line_takes_bounded_memory() -> None:
    log, text = RemoteLog(), ""
    for _ in range(20):
        text += "x" * 50_000
        assert texts(log, text) == []
    (line,) = texts(log, text + "\n")
    assert 100_000 < len(line) < 200_000


def test_an_overlong_line_is_cut_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    runner = Runner({})
    runner.relay(["x" * 10_000, "y" * 10_001, "\x1b[31m" + "z" * 20_000, "\x1b[31m" * 3000])
    runner.end_fence()
    ((_, lines),) = [(one.title, one.lines) for one in folded(capsys.readouterr().out) if one.title]
    cut_at = " … (line cut at 10,000 characters)"
    red = "\x1b[31m"
    assert lines[:2] == ("x" * 10_000, "y" * 10_000 + cut_at)
    assert lines[2] == red + "z" * (10_000 - len(red)) + "\x1b[0m" + cut_at
    assert lines[3] == red * 2000 + "\x1b[0m" + cut_at


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("\x1b[1;31mred\x1b[0m", "\x1b[1;31mred\x1b[0m"),
        ("\x1b[38:5:9mred", "\x1b[38:5:9mred\x1b[0m"),
        ("\x1b[31mred\x1b[m more", "\x1b[31mred\x1b[m more"),
        ("\x1b[2K\x1b[1Aup", "␛[2K␛[1Aup"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("a\x00b\x08\x7f\x9b1m", "a␀b␈␡\\x9b1m"),
        ("a\tb\u3000c", "a\tb\u3000c"),
        ("\u202eevil\u200b\u2028", "\\u202eevil\\u200b\\u2028"),
        ("👩\u200d🔬 ok", "👩\u200d🔬 ok"),
        ("\x1b", "␛"),
        ("\ud800", "\\ud800"),
    ],
)
def test_colours_pass_and_other_control_characters_are_shown(
    capsys: pytest.CaptureFixture[str], line: str, told: str
) -> None:
    Runner({}).relay([line])
    assert shown(capsys.readouterr().out)[0] == told


@given(st.text(max_size=60), st.text(alphabet="\x1b[0;31m", max_size=20))
def test_no_control_character_but_those_of_colours_is_printed(text: str, more: str) -> None:
    plain = re.sub(r"\x1b\[[\d;:]*m", "", coloured(text + more + text))
    assert not [one for one in plain if unicodedata.category(one) == "Cc" and one != "\t"]


SECRET = "r8_secretsecret"


@given(st.lists(st.sampled_from(["\x1b[31m", "\x1b[2K", "\x00", "\u200b", "\x1b]0;a\x07"])))
def test_a_secret_that_colours_interrupt_is_hidden(parts: list[str]) -> None:
    places = [3 + at * 2 for at in range(len(parts))]
    line = SECRET
    for place, part in sorted(zip(places, parts, strict=True), reverse=True):
        line = line[:place] + part + line[place:]
    with pytest.MonkeyPatch.context() as patch:
        written: list[str] = []
        patch.setattr("sys.stdout.write", written.append)
        runner = Runner({})
        runner.mask(SECRET)
        written.clear()
        runner.relay([f"\x1b[1mtoken {line} end\x1b[0m"])
    log = "".join(written)
    assert SECRET not in re.sub(r"[^A-Za-z0-9_]", "", re.sub(r"\x1b\[[\d;:]*[A-Za-z]", "", log))
