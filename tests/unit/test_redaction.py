"""Secrets in whatever is written: as they are, as other notations have them, and cut off."""

import json
import time
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate_train.runner.redaction import Secrets
from replicate_train.runner.text import as_markdown, cut, shown

TOKEN = "r8_AbC*d[e]~f|g<h>&i@j`k/K7MDENG+b=\\l"
secrets_ = st.text(st.characters(codec="utf-8", exclude_characters="*"), min_size=12, max_size=60)
secrets_ = secrets_.map(lambda text: " ".join(text.split())).filter(lambda text: len(text) >= 12)


def hiding(*values: str) -> Secrets:
    secrets = Secrets()
    for value in values:
        secrets.add(value)
    return secrets


NOTATIONS = [
    str,
    as_markdown,
    quote,
    quote_plus,
    lambda text: quote(text, safe=""),
    lambda text: json.dumps({"a": text}),
    lambda text: json.dumps({"a": text}).replace("/", "\\/"),
]


@pytest.mark.parametrize("write", NOTATIONS)
def test_a_secret_is_hidden_in_every_notation(write) -> None:
    hidden = hiding(TOKEN).hidden(write(f"The token {TOKEN} is wrong"))
    assert "***" in hidden
    assert "AbC" not in hidden
    assert "MDENG" not in hidden


@given(secrets_, st.text(max_size=30), st.text(max_size=30), st.integers(1, 80))
def test_no_beginning_of_a_secret_is_left_where_a_text_is_cut(
    secret: str, before: str, behind: str, limit: int
) -> None:
    for text in (cut(before + secret + behind, limit), shown(before + secret + behind, limit)):
        hidden = hiding(secret).hidden(text)
        left = text.partition(" …")[0] if " …" in text else text
        assert secret not in hidden
        if " …" in text and " …" not in before + secret + behind and left.endswith(secret[:6]):
            assert not hidden.partition(" …")[0].endswith(secret[:6])


def test_long_foreign_texts_take_no_time() -> None:
    began = time.perf_counter()
    hiding(TOKEN, "k" * 1700).hidden(" …" * 50_000)
    shown("a" * 1_000_000)
    shown("a://" * 100_000)
    assert time.perf_counter() - began < 1


def test_the_longest_secret_is_hidden_first() -> None:
    assert hiding("abcdef", "abcdefghij").hidden("abcdefghij abcdef") == "*** ***"


def test_a_short_secret_is_left_where_only_long_ones_are_wanted() -> None:
    assert hiding("dest", "a-long-secret").hidden("you/dest a-long-secret", 8) == "you/dest ***"


def test_nothing_is_hidden_without_secrets() -> None:
    assert hiding().hidden("a … b") == "a … b"
