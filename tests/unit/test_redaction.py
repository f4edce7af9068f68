"""Secrets in whatever is written: as they are, as other notations have them, and cut off."""

import base64
import html
import json
import re
import time
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate_train.runner.redaction import Secrets
from replicate_train.runner.text import as_markdown, cut, shown

TOKEN = "r8_AbC*d[e]~f|g<h>&i@j`k/K7MDENG+b=\\l"
letters = st.characters(codec="utf-8", exclude_characters="*")
secrets_ = st.text(letters, min_size=8, max_size=60).map(lambda text: " ".join(text.split()))
secrets_ = secrets_.filter(lambda text: len(text) >= 8 and text.isprintable())
around = st.text(max_size=30)


def hiding(*values: str) -> Secrets:
    secrets = Secrets()
    for value in values:
        secrets.add(value)
    return secrets


def lower_percents(text: str) -> str:
    return re.sub("%..", lambda found: found[0].lower(), quote(text, safe=""))


def hex_escapes(signs: str, digits: str = "x") -> Callable[[str], str]:
    """Return JSON as encoders write it that do not trust these signs either."""

    def write(text: str) -> str:
        return "".join(
            f"\\u{ord(sign):04{digits}}" if sign in signs else sign for sign in json.dumps(text)
        )

    return write


NOTATIONS: list[Callable[[str], str]] = [
    str,
    as_markdown,
    quote,
    quote_plus,
    lower_percents,
    lambda text: quote(text, safe=""),
    lambda text: json.dumps({"a": text}),
    lambda text: json.dumps({"a": text}, ensure_ascii=False),
    lambda text: json.dumps({"a": text}).replace("/", "\\/"),
    lambda text: json.dumps(json.dumps({"a": text})),
    hex_escapes("&<>"),
    hex_escapes("&"),
    hex_escapes("&<>'/+`", "X"),
    html.escape,
    repr,
    ascii,
    lambda text: text.encode().hex(),
    lambda text: text.encode().hex().upper(),
    lambda text: base64.b64encode(text.encode()).decode(),
    lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    lambda text: quote(base64.b64encode(text.encode()).decode(), safe=""),
]
notations_ = st.sampled_from(NOTATIONS)


@pytest.mark.parametrize("write", NOTATIONS)
@pytest.mark.parametrize("before", ["", "T", "To", "The token "])
def test_a_secret_is_hidden_in_every_notation(write: Callable[[str], str], before: str) -> None:
    plain = write(before + TOKEN)
    hidden = hiding(TOKEN).hidden(plain)
    assert "***" in hidden
    assert len(hidden) <= len(plain) - len(TOKEN) + 10
    assert not {"AbC", "MDENG", "416243", TOKEN.encode().hex()[:8].upper()} & {
        hidden[at : at + size] for at in range(len(hidden)) for size in (3, 5, 6, 8)
    }


@given(secrets_, around, around, notations_)
def test_no_notation_of_a_secret_survives(
    secret: str, before: str, behind: str, write: Callable[[str], str]
) -> None:
    hidden = hiding(secret).hidden(write(before + secret + behind))
    assert "***" in hidden
    assert secret not in hidden
    assert write(secret).strip("\"'{}=") not in hidden


def in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


@given(
    secrets_,
    st.text(max_size=5),
    st.sampled_from([str, as_markdown, quote, quote_plus, lower_percents, html.escape, in_json]),
    st.integers(1, 100),
)
def test_no_beginning_of_any_notation_survives_a_cut(
    secret: str, before: str, write: Callable[[str], str], more: int
) -> None:
    telling = len(before) + len(write(secret[:6]))
    text = cut(before + write(secret) + " and more", telling + more % len(write(secret)))
    if " …" in text and " …" not in before + secret:
        begins = hiding(secret).hidden(text).partition(" …")[0]
        assert begins.startswith((before[:1], "***"))
        assert "***" in begins
        assert write(secret[:6]) not in begins.removeprefix(before)


@pytest.mark.parametrize("encode", [base64.b64encode, base64.b16encode, base64.urlsafe_b64encode])
def test_no_beginning_of_encoded_bytes_survives_a_cut(encode: Callable[[bytes], bytes]) -> None:
    encoded = encode(TOKEN.encode()).decode()
    for limit in range(6, len(encoded)):
        hidden = hiding(TOKEN).hidden(cut(encoded, limit))
        assert hidden.partition(" …")[0].rstrip("=") == "***"


def test_long_logs_are_read_fast() -> None:
    hiding_ = hiding("r8_" + "AbCd1234" * 5, "ghs_" + "Zx9Yw8Vu" * 5)
    line = "2026-01-01T00:00:00Z INFO epoch 3 step 120 loss=0.123 12%|###       | 8.1 it/s " * 2
    began = time.perf_counter()
    for _ in range(6_000):  # a megabyte
        hiding_.hidden(line)
    assert time.perf_counter() - began < 1  # far less: a hundred of them take seconds


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
    assert hiding("abcdefgh", "abcdefghij").hidden("abcdefghij abcdefgh") == "*** ***"


def test_nothing_is_hidden_without_secrets() -> None:
    assert hiding().hidden("a … b") == "a … b"
