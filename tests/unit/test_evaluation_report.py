"""Outcomes as JSON: whole where they fit, cut where they do not, and never with a secret."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate_train.evaluation.hidden import secret_values, shown_input, without_secrets
from replicate_train.evaluation.model import Answer, Check, Evaluation, Outcome, OutputFile
from replicate_train.evaluation.output_urls import MAX_FILES, file_urls
from replicate_train.evaluation.report import MAX_BYTES, as_json
from replicate_train.evaluation.shortened import shortened

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
SECRET = Evaluation("a", {"key": "hunter2-hunter2", "n": 1}, secret_inputs=frozenset({"key"}))


def outcome(output: object = "hello", name: str = "greets", **more: Any) -> Outcome:
    answer = Answer("p1", "succeeded", output, "", 1.5, more.pop("files", ()), "https://x/p1")
    evaluation = Evaluation(name, more.pop("given", {"prompt": "hi"}))
    return Outcome(evaluation, answer, [Check("contains `a`", held=False, why="no")], **more)


def test_an_outcome_is_whole() -> None:
    file = OutputFile("https://x/a.png", "image/png", 10, "ab", "out/a.png")
    older = Answer("p0", "not started", error="gone")
    (entry,) = json.loads(as_json([outcome(files=[file], previous=older)]))
    assert entry == {
        "name": "greets",
        "held": False,
        "checks": [{"text": "contains `a`", "held": False, "why": "no"}],
        "input": {"prompt": "hi"},
        "prediction": "p1",
        "page": "https://x/p1",
        "status": "succeeded",
        "seconds": 1.5,
        "error": "",
        "output": "hello",
        "files": [
            {
                "url": "https://x/a.png",
                "media-type": "image/png",
                "size": 10,
                "sha256": "ab",
                "saved-as": "out/a.png",
                "problem": "",
            }
        ],
        "previous": {
            "prediction": "p0",
            "page": "",
            "status": "not started",
            "seconds": None,
            "error": "gone",
            "output": None,
        },
    }


DEEP: Any = "x"
for _ in range(900):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    "output",
    [
        "x" * 1_000_000,
        ["x"] * 300_000,
        {"\0" * 50_000: "\0" * 200_000},
        DEEP,
        [["é" * 99] * 9] * 999,
    ],
)
def test_what_is_too_long_is_cut_and_says_so(output: object) -> None:
    for count in (1, 50):
        given = {"prompt": "y" * 100_000}
        text = as_json([outcome(output, str(at), given=given) for at in range(count)])
        assert len(text.encode()) <= MAX_BYTES
        entries = json.loads(text)
        assert len(entries) == count
        assert all(one["cut"] is True and one["held"] is False for one in entries)


def test_names_and_results_are_kept_whatever_happens() -> None:
    checks = [Check("t" * 200, held=False, why="w" * 300)] * 100
    files = [OutputFile("https://x/" + "u" * 9_000)] * 100
    answer = Answer("p", "succeeded", "o" * 9_000, files=files)
    many = [Outcome(Evaluation("n" * 100, {}), answer, checks, answer)] * 50
    text = as_json(many)
    assert len(text.encode()) <= MAX_BYTES
    assert all(one["name"] and one["cut"] for one in json.loads(text))


@given(VALUES, st.integers(0, 300))
def test_a_value_fits_or_is_cut(value: Any, room: int) -> None:
    fitting, cut = shortened(value, room)
    assert (fitting == value) or cut
    whole, cut = shortened(value, 1_000_000)
    assert (whole, cut) == (value, False)


@given(st.text(), st.integers(0, 50))
def test_a_cut_text_begins_as_it_did(text: str, room: int) -> None:
    fitting, cut = shortened(text, room)
    assert text.startswith(fitting.partition(" …")[0]) or " …" in text
    assert cut == (fitting != text)


def test_secrets_are_not_shown() -> None:
    assert shown_input(SECRET) == {"key": "***", "n": 1}
    assert secret_values(SECRET) == ["hunter2-hunter2"]
    echoed = {"a": ["key hunter2-hunter2", 7], "hunter2-hunter2": None}
    assert without_secrets(echoed, SECRET) == {"a": ["key ***", 7], "***": None}
    shown = as_json([Outcome(SECRET, Answer("p", "failed", error="bad"), ())])
    assert "hunter2" not in shown


def test_a_secret_may_be_a_list() -> None:
    one = Evaluation("a", {"keys": ["secret-one", {"b": 1234567}]}, secret_inputs={"keys"})  # type: ignore[arg-type]
    assert secret_values(one) == ["secret-one", "1234567"]
    assert without_secrets(DEEP, one) is not DEEP


def test_signatures_of_urls_are_not_shown() -> None:
    url = "https://bucket.example.com/a.png"
    given = {"image": f"{url}?signature=abc", "images": [f"{url}?s=1", {"u": f"{url}?s=1"}]}
    shown = shown_input(Evaluation("a", given))
    assert shown == {"image": f"{url}?...", "images": [f"{url}?...", {"u": f"{url}?..."}]}


@pytest.mark.parametrize(
    ("output", "urls"),
    [
        (None, []),
        ("hello", []),
        ("https://x.y/a.png", ["https://x.y/a.png"]),
        ("see https://x.y/a.png", []),
        ("https://x.y/a.png and more", []),
        ("https://", []),
        ("https://you:pw@x.y/a", []),
        (["http", "://", "x.y"], []),
        ({"a": ["https://x.y/1", {"b": "https://x.y/2"}], "c": 3}, ["https://x.y/1", "https://x.y/2"]),
        (["https://x.y/1", "https://x.y/1"], ["https://x.y/1"]),
        ("data:image/png;base64,aGVsbG8=", ["data:image/png;base64,aGVsbG8="]),
        ("data: none, really", []),
        ("data:,hello", ["data:,hello"]),
    ],
)  # fmt: skip
def test_files_are_found_in_outputs(output: object, urls: list[str]) -> None:
    assert file_urls(output) == urls


def test_not_too_many_files_are_found() -> None:
    assert len(file_urls([f"https://x.y/{number}" for number in range(1_000)])) == MAX_FILES
    assert file_urls(DEEP) == []
