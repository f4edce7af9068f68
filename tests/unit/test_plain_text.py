"""Foreign text as it may be shown: cut, disarmed, literal."""

import pytest

from replicate_train.runner.text import (
    as_markdown,
    as_text,
    counted,
    cut,
    disarmed,
    printable,
    shown,
    without_query,
)


@pytest.mark.parametrize(
    ("line", "limit", "kept", "more"),
    [
        ("abc", 3, "abc", ""),
        ("abcd", 3, "abc", "1 more"),
        ("x" * 2003, 3, "xxx", "2,000 more"),
        ("", 0, "", ""),
    ],
)
def test_a_line_is_cut_behind_its_limit(line: str, limit: int, kept: str, more: str) -> None:
    told = cut(line, limit)
    assert told.startswith(kept)
    assert told == kept if not more else f"({more} " in told


@pytest.mark.parametrize(
    ("text", "limit", "told"),
    [
        (" a \n\t b ", 120, "a b"),
        ("\x1b[31mred\x1b[0m", 120, "red"),
        ("a\x00b\x7fc", 120, "abc"),
        ("\ud800", 120, "\\ud800"),
        ("https://s3.example.com/x.zip?sig=abc next", 120, "https://s3.example.com/x.zip?... next"),
        ("see s3://b/k?x=1&y=2", 120, "see s3://b/k?..."),
        ("what? no", 120, "what? no"),
        ("a?b=c", 120, "a?b=c"),
    ],
)
def test_a_foreign_name_is_one_line(text: str, limit: int, told: str) -> None:
    assert shown(text, limit) == told


@pytest.mark.parametrize("length", [11, 40, 41, 5000])
def test_a_foreign_name_says_how_much_is_missing(length: int) -> None:
    told = shown("x" * length, 10)
    assert told.startswith("x" * 10 + " ")
    assert "x" * 11 not in told
    left = length - 10 if length <= 40 else length - 40
    assert f"({left:,} more " in told
    assert shown("x" * 10, 10) == "x" * 10
    assert shown("x" * 120) == "x" * 120
    assert "x" * 121 not in shown("x" * 121)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("a\tb", "a\tb"),
        ("\x1b]8;;https://x\x1b\\link\x1b]8;;\x07", "link"),
        ("\x1bMup", "up"),
        ("\u200bzero\u202e", "zero"),
        ("naïve — ok 🎉", "naïve — ok 🎉"),
    ],
)
def test_a_line_keeps_what_is_for_reading(line: str, told: str) -> None:
    assert printable(line) == told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("::error::x", ": :error::x"),
        ("  ::error::x", "  : :error::x"),
        ("\u00a0::error::x", ": :error::x"),
        (":é:error::x", ": :error::x"),
        ("a ::error::x", "a ::error::x"),
        ("a ##[error]x", "a ## [error]x"),
        ("##[group]##[error]", "## [group]## [error]"),
        ("#é#[error]", "## [error]"),
        ("## heading", "## heading"),
        ("a::b", "a::b"),
        (": :x", ": :x"),
    ],
)
def test_a_line_is_changed_only_where_it_is_a_command(line: str, told: str) -> None:
    assert disarmed(line) == told


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://x/a", "https://x/a"),
        ("https://x/a?", "https://x/a?..."),
        ("https://x/a?b?c", "https://x/a?..."),
        ("", ""),
    ],
)
def test_an_address_is_told_without_its_query(url: str, told: str) -> None:
    assert without_query(url) == told


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), (1, "1"), (None, "null"), (["é"], '["é"]'), ({"a": {1}}, '{"a": "{1}"}')],
)
def test_a_value_is_told_as_people_write_it(value: object, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (2000, "2,000 files")]
)
def test_things_are_counted(number: int, text: str) -> None:
    assert counted(number, "file") == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (" a\n b ", "a b"),
        ("<b>&\"'", "&lt;b&gt;&amp;\"'"),
        ("\\`*_[]|~", "\\\\\\`\\*\\_\\[\\]\\|\\~"),
        ("@acme", "@<!-- -->acme"),
    ],
)
def test_markdown_shows_foreign_text_literally(text: str, told: str) -> None:
    assert as_markdown(text) == told
