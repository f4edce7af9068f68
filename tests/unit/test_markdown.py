"""Foreign text in a summary, read by GitHub's own Markdown parser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate_train.report.markdown import (
    attribute,
    code,
    code_block,
    details,
    link,
    literal,
    markdown_table,
    table,
)
from replicate_train.runner.redaction import Secrets
from replicate_train.runner.text import as_markdown, printable
from support.reading import Page

URLS = [
    "https://replicate.com/you/my_model",
    "https://replicate.com/you/_my__model_",
    "https://replicate.com/you/a*b*c",
    "https://replicate.com/you/~a~~b~~",
    "https://replicate.com/you/a_(b)_c",
    "https://replicate.com/you/m/versions/" + "a1" * 32,
    "https://example.com/x?a=1&copy=2&lt;=3#part_one_",
    "http://172.17.0.1:8123/v1/m_o_d",
    "https://example.com/-/@scope/name",
]


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize(
    "around", ["{}", "See {}.", "it exists ({})", "`{}`, 'and' {}", "a_b {} c_d"]
)
def test_a_link_leads_exactly_where_it_says(url: str, around: str) -> None:
    text = around.format(url, url)
    for markdown in (as_markdown(text), table(("a", "b"), [("x", text)])):
        page = Page(markdown)
        assert page.links == [url] * around.count("{}")
        assert text in page.text


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ('{"url": "https://example.com/a_b"}', "https://example.com/a_b"),
        ("<https://example.com/a_b>", "https://example.com/a_b"),
        ("https://example.com/a|b", "https://example.com/a%7Cb"),
        ("https://example.com/a\\_b", "https://example.com/a%5C_b"),
        ('https://example.com/"onclick="x', "https://example.com/%22onclick=%22x"),
        ("https://example.com/<script>", "https://example.com/%3Cscript%3E"),
        ("https://example.com/`a`_b", "https://example.com/%60a%60_b"),
    ],
)
def test_what_no_url_holds_is_encoded_or_left_out(text: str, link: str) -> None:
    for markdown in (as_markdown(text), table(("a",), [(text,)])):
        page = Page(markdown)
        assert page.links == [link]
        assert not page.tags & {"script", "code", "em"}


def test_a_scheme_alone_is_no_link() -> None:
    assert not Page(as_markdown("write https:// first, or (http://)")).links


PIECES = [
    *["https://", "http://x.test/", "www.", "<", ">", "<b>", "</a>", "<!--", "-->", "&lt;", "&"],
    *[
        "[",
        "](",
        ")",
        "(",
        "!",
        "`",
        "``",
        "*",
        "**",
        "_",
        "__",
        "~",
        "~~",
        "|",
        "\\",
        "\\\\",
        "@",
        "a",
    ],
    *[" ", '"', "'", "#", ":", "/", "javascript:", "é", "\n"],
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_foreign_text_makes_no_markup(text: str) -> None:
    line = Page(f"x {as_markdown(text)}")
    cell = Page(table(("a", "b"), [(text, "end")]))
    assert line.tags <= {"p", "a"}
    assert cell.tags <= {"table", "thead", "tbody", "tr", "th", "td", "a", "br", "code"}
    assert cell.text.split()[-1] == "end"
    for url in line.links + cell.links:
        assert url.startswith(("https://", "http://", "mailto:"))


@pytest.mark.parametrize("secret", ["r8_ab_cd_ef_gh", "pa|ss{w}ord&more", 'a"b<c>d\\e`f_g'])
def test_a_secret_in_a_link_is_hidden(secret: str) -> None:
    secrets = Secrets()
    secrets.add(secret)
    hidden = secrets.hidden(as_markdown(f"See https://example.com/?token={secret}&x=1."))
    assert hidden == "See <https://example.com/?token=***&amp;x=1>."


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_code_shows_its_text_and_nothing_else_anywhere(text: str) -> None:
    expected = " ".join(text.split())
    for markdown in (f"x {code(text)}", f"### {code(text)}", f"- {code(text)}"):
        page = Page(markdown)
        assert page.tags <= {"p", "h3", "ul", "li", "code"}
        assert expected in " ".join(page.text.split())
        assert not page.links
    cell = Page(markdown_table(("a", "b"), [(code(text), "end")]))
    assert cell.tags - {"code"} == {"table", "thead", "tbody", "tr", "th", "td"}
    assert cell.text.split()[-1] == "end"
    linked = Page(link(code(text), "https://example.com/a_b"))
    assert linked.links == ["https://example.com/a_b"]


@given(st.lists(st.sampled_from([*PIECES, "```", "~~~", "</details>"]), max_size=12).map("".join))
def test_nothing_closes_a_block_of_code(text: str) -> None:
    page = Page(details("Log", code_block(text)))
    assert page.tags <= {"details", "summary", "pre", "code"}
    assert text.strip() in page.text


def test_words_between_backticks_are_code() -> None:
    assert literal("unknown input `a_b`. Did you mean `ab`?") == (
        "unknown input <code>a&#95;b</code>. Did you mean <code>ab</code>?"
    )
    assert "code" not in literal("`https://example.com/x`") + literal("a`b`c") + literal("` `")


@pytest.mark.parametrize(
    "text", ["# a", "###### a", "- a", "+", "1. a", "12) a", "===", "---", ":--", "> a", "    a"]
)
@pytest.mark.parametrize("around", ["{}", " {}", "a\n{}", "a\n\t{}", "- a\n{}"])
def test_no_line_begins_a_heading_or_a_list(text: str, around: str) -> None:
    page = Page(literal(around.format(text)))
    assert page.tags == {"p"}
    assert text.strip() in page.text


@given(st.text(max_size=40))
def test_an_attribute_cannot_be_left(text: str) -> None:
    page = Page(f'<img alt="{attribute(text)}">')
    assert page.tags <= {"img", "p"}


@pytest.mark.parametrize("secret", ["r8_ab_cd_ef_gh", "pa|ss{w}ord&more", 'a"b<c>d\\e`f_g'])
def test_a_secret_in_code_is_hidden(secret: str) -> None:
    secrets = Secrets()
    secrets.add(secret)
    assert secrets.hidden(code(f"x {secret} y")) == "<code>x *** y</code>"


def test_a_long_text_is_cut_and_says_so() -> None:
    assert len(literal("a" * 10_000)) < 4_100
    assert literal("a" * 10_000).endswith("… (6,000 more characters)")
    assert literal("a" * 12, most=10) == "aaaaaaaaaa … (2 more characters)"
    assert "(9,000 more characters)" in Page(code("a" * 10_000)).text
    assert len(table(("a",), [("a" * 10_000,)])) < 1_100


def test_an_address_that_is_too_long_is_no_link() -> None:
    assert link("a", f"https://x.example/{'a' * 2_000}") == "a"
    assert link("a", "") == "a"
    assert link("a", "https://x.example/") == "[a](<https://x.example/>)"


def test_what_the_runner_leaves_out_is_left_out_before_it_is_quoted() -> None:
    assert Page(code_block("`\u202e``\nx\n``\u200b`\n# y")).tags == {"pre", "code"}
    assert literal("\u202e# a") == "\\# a"
    assert code("a\u202eb") == "<code>ab</code>"
    block = "\n".join(map(printable, code_block("`\u202e``\n<b>").split("\n")))
    assert Page(block).tags == {"pre", "code"}
