"""Patterns of dataset lines: what they match, and that no pattern takes long."""

import time
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate_train.dataset.globs import Globs

ROOT = Path("/nowhere")


def fits(pattern: str, path: str) -> bool:
    globs = Globs.read(pattern, ROOT)
    assert not globs.problem
    return bool(globs.matching(path))


def naive(pattern: str, path: str) -> bool:
    """Tell the same by trying everything, slowly."""

    @cache
    def rest(at: int, of: int) -> bool:  # noqa: PLR0911 - a case each
        left, text = pattern[at:], path[of:]
        if not left:
            return not text or text.startswith("/")
        if left.startswith("**/"):
            folder = text.find("/")
            return rest(at + 3, of) or (folder > 0 and rest(at, of + folder + 1))
        if left.startswith("**"):
            return rest(at + 2, of) or (bool(text) and rest(at, of + 1))
        if left.startswith("*"):
            return rest(at + 1, of) or (text[:1] not in {"", "/"} and rest(at, of + 1))
        if left.startswith("?"):
            return text[:1] not in {"", "/"} and rest(at + 1, of + 1)
        end = left.find("]")
        inner = left[1:end]
        if left[0] == "[" and end > 1 and inner != "!":
            excludes, signs = inner.startswith("!"), inner.removeprefix("!")
            within = bool(text) and text[0] in signs
            fit = text[:1] not in {"", "/"} and not within if excludes else within
            return fit and rest(at + end + 1, of + 1)
        return text[:1] == left[0] and rest(at + 1, of + 1)

    return rest(0, 0)


tokens = st.sampled_from(
    [*"abé.+(|^$&~{}- *?/]", "**", "**/", "[ab]", "[!a]", "[&&b]", "[~~]", "[^a]", "[(.]", "[é]"]
)  # fmt: skip
signs = st.sampled_from([*"ab/é.+(|^$&~{}- ", "a/b", "aa"])
paths = st.lists(signs, max_size=8).map("".join)
patterns = st.lists(tokens, min_size=1, max_size=7).map("".join)


def whole(pattern: str) -> bool:
    """Tell whether the pattern stays as it is when it is read as a path."""
    parts = pattern.split("/")
    spaced = pattern != pattern.strip() or pattern.startswith("!")
    return not spaced and all(part not in {"", ".", ".."} for part in parts)


@given(patterns.filter(whole), paths)
def test_a_pattern_fits_what_it_should(pattern: str, path: str) -> None:
    assert fits(pattern, path) == naive(pattern, path)


@given(patterns.filter(whole), st.data())
def test_a_pattern_fits_a_path_made_for_it(pattern: str, data: st.DataObject) -> None:
    path = pattern
    for token, examples in {
        "**/": ["", "a/", "a/b/"], "**": ["", "a/b"], "*": ["", "ab"], "?": ["a"],
        "[ab]": ["b"], "[!a]": ["b"], "[&&b]": ["&", "b"], "[~~]": ["~"], "[^a]": ["^"],
        "[(.]": ["("], "[é]": ["é"],
    }.items():  # fmt: skip
        path = path.replace(token, data.draw(st.sampled_from(examples)))
    assert fits(pattern, path) == naive(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("[a-c]", "b", True),
        ("[a-c]", "d", False),
        ("[!a-c]", "d", True),
        ("[a-]", "-", True),
        ("[+--]", ",", True),
        ("[--0]", ".", True),
        ("[!a]", "/", False),
        ("a\\d", "a\\d", True),
        ("a\\d", "a1", False),
        ("*.jpg", "\udcff.jpg", True),
        ("?.jpg", "\udcff.jpg", True),
        ("a*", "a\nb", True),
        ("data/**", "data/a/b", True),
        ("**.jpg", "a/b.jpg", True),
    ],
)
def test_sets_and_odd_signs(pattern: str, path: str, expected: bool) -> None:
    assert fits(pattern, path) is expected


@pytest.mark.parametrize("pattern", ["a[z-a]", "[!z-a]", "x" + "[!a]*" * 100_000])
def test_what_cannot_be_read_is_told(pattern: str) -> None:
    assert "not a valid pattern" in Globs.read(pattern, ROOT).problem


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("a*a*a*a*a*a*a*a*a*a*b", "a" * 4000),
        ("**/**/**/**/**/**/x", "a/" * 2000 + "y"),
        ("**a**a**a**a**a**a**b", "a/" * 2000),
        ("*/" * 30 + "x", "a/" * 2000),
        ("**/a*/**/b*/**/c*/**/x", "a/b/c/" * 700),
        ("[!b]*" * 200 + "b", "a" * 255),
    ],
)
def test_no_pattern_takes_long(pattern: str, path: str) -> None:
    began = time.perf_counter()
    assert not fits(pattern, path)
    assert time.perf_counter() - began < 2
