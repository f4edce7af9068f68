"""Placeholders of the README: filled, reported, and never markup."""

import html
import re

import cmarkgfm
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate_train.publish.readme import PLACEHOLDERS, fill, unknown_placeholders
from replicate_train.runner.text import printable

VALUES = {
    "version": f"you/my_model:{'d' * 64}",
    "version_id": "d" * 64,
    "commit": "0" * 40,
    "ref": "release/v1.2_b",
    "run_url": "https://github.com/you/photos/actions/runs/77/attempts/1",
    "dataset_sha256": "e" * 64,
}


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_a_placeholder_becomes_its_value(name: str) -> None:
    for written in (f"{{{{{name}}}}}", f"{{{{ {name} }}}}", f"{{{{\t{name}  }}}}"):
        assert fill(f"a {written}, `{written}`", VALUES) == f"a {VALUES[name]}, `{VALUES[name]}`"


def test_every_placeholder_has_a_sample_here() -> None:
    assert set(VALUES) == set(PLACEHOLDERS)


@pytest.mark.parametrize(
    "text",
    [
        "{{vesion}}",
        "{ {version} }",
        "{{}}",
        "{{ver sion}}",
        "{{version",
        "${{ version }}",
        "{{\nref}}",
    ],
)
def test_anything_else_stays(text: str) -> None:
    assert fill(text, VALUES) == text


def test_a_value_that_is_missing_is_left_out() -> None:
    assert fill("[{{ref}}][{{commit}}]", {"ref": ""}) == "[][]"


@given(st.text(max_size=30))
def test_a_value_is_shown_as_it_is_and_is_never_markup(value: str) -> None:
    shown = cmarkgfm.github_flavored_markdown_to_html(fill("Made from {{ref}}!", {"ref": value}))
    text = html.unescape(re.sub(r"<[^>]*>", "", shown))
    line = printable(" ".join(value.split()))
    assert " ".join(text.split()) == " ".join(f"Made from {line}!".split())
    assert set(re.findall(r"<(\w+)", shown)) <= {"p", "a"}  # a: a bare address becomes a link


@pytest.mark.parametrize(
    "ref", ["a`b", "*a*", "_a_", "a|b", "[x](y)", "<b>", "a&lt;b", "{{commit}}"]
)
def test_odd_names_of_branches(ref: str) -> None:
    filled = fill("{{ref}}", {"ref": ref})
    assert not set(filled) & set("`*|[]<>{}()")
    assert html.unescape(filled) == ref
    shown = cmarkgfm.github_flavored_markdown_to_html(f"Made from {filled}.")
    assert re.findall(r"<(\w+)", shown) == ["p"]


@pytest.mark.parametrize(
    ("text", "what", "fix", "place"),
    [
        ("{{vesion}}", "unknown placeholder `{{vesion}}`", "Did you mean `{{version}}`?", (1, 1)),
        ("a\n  {{ sha }}", "unknown placeholder `{{ sha }}`", "Known placeholders: ver", (2, 3)),
        ("{{ user.name }}", "unknown placeholder `{{ user.name }}`", "Known placeholders", (1, 1)),
    ],
)
def test_an_unknown_placeholder_is_a_warning(
    text: str, what: str, fix: str, place: tuple[int, int]
) -> None:
    (finding,) = unknown_placeholders(text)
    assert (finding.subject, finding.serious, finding.file) == ("readme", False, "")
    assert (finding.line, finding.column) == place
    assert finding.what.startswith(what)
    assert finding.fix.startswith(fix)


def test_a_finding_names_the_file_and_its_line() -> None:
    (finding,) = unknown_placeholders("\n{{comit}}", "docs/model.md")
    assert (finding.file, finding.line) == ("docs/model.md", 2)
    assert finding.what.startswith("docs/model.md, line 2: unknown")


def test_each_name_is_reported_once_and_known_ones_never() -> None:
    text = "{{x}} {{ x }} ${{ secrets.Y }} {{version}} {{ref}}\n{{x}} {{z}}"
    assert [one.column for one in unknown_placeholders(text)] == [1, 7]


@given(st.text("{}$ x\nrefvsion_", max_size=40))
def test_any_text_is_read(text: str) -> None:
    fill(text, VALUES)
    assert all(one.line >= 1 for one in unknown_placeholders(text))
