"""Expectations of a prediction, judged; and a file's type, told by its first bytes."""

import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate_train.evaluation.expectations import judge, judged, same, text_of
from replicate_train.evaluation.json_path import JsonPath
from replicate_train.evaluation.media_types import HEAD, KNOWN, extension, fits, media_type
from replicate_train.evaluation.model import (
    NOT_STARTED,
    TIMED_OUT,
    Answer,
    Check,
    Contains,
    Equals,
    Evaluation,
    Expectation,
    Matches,
    MaxSeconds,
    MediaType,
    MinOutputs,
    OutputFile,
    ValueAt,
)
from replicate_train.evaluation.service_failures import is_of_the_service

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
LABELS = {"labels": [{"name": "cat", "score": 0.5}], "a b": None}


def answer(output: object = None, **more: Any) -> Answer:
    return Answer("p1", more.pop("status", "succeeded"), output, **more)


def at(path: str, value: object) -> ValueAt:
    return ValueAt(JsonPath.parse(path), value)


@pytest.mark.parametrize(
    ("expectation", "output", "why"),
    [
        (Contains("lo w"), "hello world", ""),
        (Contains("lo w"), ["hel", "lo", " world"], ""),
        (Contains("cat"), LABELS, ""),
        (Contains("é"), {"é": 1}, ""),
        (Contains("x"), "hello", "the output is `hello`"),
        (Contains("x"), None, "the output is `null`"),
        (Contains("x"), "", "the output is an empty string"),
        (Contains("x"), [], "the output is an empty string"),
        (Matches("^h.*o$"), ["he", "llo"], ""),
        (Matches("(?s)^a.b$"), "a\nb", ""),
        (Matches("^ello"), "hello", "the output is `hello`"),
        (Matches("(a+)+$"), "a" * 50_000 + "b", "the output is `" + "a" * 120),
        (Equals("hello"), "hello", ""),
        (Equals("hello"), ["he", "llo"], ""),
        (Equals(["he", "llo"]), ["he", "llo"], ""),
        (Equals("[1]"), [1], "the output is `[1]`"),
        (Equals("hello"), "hello ", "the output is `hello`"),
        (Equals(1), 1.0, ""),
        (Equals(1), True, "the output is `true`"),
        (Equals(None), None, ""),
        (Equals(None), "null", "the output is `null`"),
        (Equals(LABELS), json.loads(json.dumps(LABELS)), ""),
        (at("$", 3), 3, ""),
        (at("$.labels[0].name", "cat"), LABELS, ""),
        (at("$['labels'][-1][\"name\"]", "cat"), LABELS, ""),
        (at("$['a b']", None), LABELS, ""),
        (at("$.labels[0].name", "dog"), LABELS, "the value is `cat`"),
        (at("$['a b']", 1), LABELS, "the value is `null`"),
        (at("$.labels[1]", "x"), LABELS, "there is no value at this path: the output is `{"),
        (at("$.labels[-2]", "x"), LABELS, "there is no value at this path"),
        (at("$.labels.name", "x"), LABELS, "there is no value at this path"),
        (at("$[0]", "h"), "hello", "there is no value at this path: the output is `hello`"),
        (MinOutputs(2), ["a", "b"], ""),
        (MinOutputs(1), "a", ""),
        (MinOutputs(2), ["a", None], "there are 1"),
        (MinOutputs(1), None, "there are 0"),
        (MinOutputs(1), [], "there are 0"),
    ],
)
def test_an_output_is_judged(expectation: Expectation, output: object, why: str) -> None:
    check = judge(expectation, answer(output))
    assert (check.text, check.held) == (expectation.text, not why)
    assert check.why.startswith(why)
    assert len(check.why) < 300


PNG, JPEG = OutputFile("u", "image/png"), OutputFile("u", "image/jpeg")
ODD = OutputFile("u", "application/octet-stream")
LOST = OutputFile("u", problem="could not be downloaded: the server answered 404")


@pytest.mark.parametrize(
    ("pattern", "files", "why"),
    [
        ("image/png", [PNG], ""),
        ("image/*", [PNG, JPEG], ""),
        ("image/png", [PNG, JPEG], "file 2 is `image/jpeg`"),
        ("image/png", [JPEG], "the file is `image/jpeg`"),
        ("video/*", [ODD], "the file is of an unknown type"),
        ("image/png", [LOST], "the file could not be downloaded: the server answered 404"),
        ("image/png", [], "the output has no files"),
    ],
)
def test_files_are_judged_by_their_type(pattern: str, files: list[OutputFile], why: str) -> None:
    assert judge(MediaType(pattern), answer(files=files)).why == why


@pytest.mark.parametrize(
    ("seconds", "why"),
    [
        (10.0, ""),
        (10.01, "the model ran for 10 s"),
        (12.5, "the model ran for 12.5 s"),
        (None, "Replicate did not report how long the model ran"),
    ],
)
def test_the_time_is_the_model_s(seconds: float | None, why: str) -> None:
    assert judge(MaxSeconds(10), answer(seconds=seconds)).why == why


@pytest.mark.parametrize(
    ("status", "error", "why"),
    [
        ("failed", "out of memory", "the prediction failed: out of memory"),
        ("failed", "", "the prediction failed"),
        ("canceled", "", "the prediction was cancelled on Replicate"),
        ("aborted", "", "the prediction was cancelled on Replicate before it ran"),
        (NOT_STARTED, "402", "the prediction could not be started: 402"),
        (TIMED_OUT, "it did not end", "the prediction timed out: it did not end"),
    ],
)
def test_a_prediction_that_did_not_succeed(status: str, error: str, why: str) -> None:
    ended = answer("hello", status=status, error=error)
    assert judged(Evaluation("a", {}, [Contains("hello")]), ended) == (
        Check("succeeds", held=False, why=why),
    )
    assert judge(Contains("hello"), ended) == Check("contains `hello`", held=False, why=why)


def test_without_expectations_it_only_has_to_succeed() -> None:
    assert judged(Evaluation("a", {}), answer(None)) == (Check("succeeds", held=True),)


def test_giant_and_deep_outputs_are_judged() -> None:
    deep: Any = []
    for _ in range(3_000):
        deep = [deep]
    for output in (deep, "x" * 20_000_000, ["x"] * 1_000_000, {"a": deep}):
        for expectation in (Contains("y"), Matches("y"), Equals([1]), at("$[0][0]", 1)):
            assert len(judge(expectation, answer(output)).why) < 400


@given(VALUES)
def test_a_value_equals_itself_and_is_found_as_text(value: Any) -> None:
    read = json.loads(json.dumps(value))
    assert same(value, read)
    assert judge(Equals(value), answer(read)).held
    text = text_of(read)
    assert not text or judge(Contains(text), answer(read)).held


@given(st.lists(st.text(), min_size=1))
def test_a_stream_is_one_text(parts: list[str]) -> None:
    assert judge(Equals("".join(parts)), answer(parts)).held


@given(st.text(string.printable, max_size=40))
def test_any_text_is_a_path_or_not_valid(text: str) -> None:
    try:
        path = JsonPath.parse(f"${text}")
    except ValueError:
        return
    try:
        path.value_in({"a": [1]})
    except LookupError:
        return


FTYP = b"\0\0\0\x20ftyp"


@pytest.mark.parametrize(
    ("head", "kind", "suffix"),
    [
        (b"\x89PNG\r\n\x1a\n rest", "image/png", "png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg", "jpg"),
        (b"RIFF....WEBPVP8 ", "image/webp", "webp"),
        (b"RIFF....WAVEfmt ", "audio/wav", "wav"),
        (b"RIFF....AVI LIST", "video/x-msvideo", "avi"),
        (b"RIFF....ACON", "text/plain", "txt"),
        (b"GIF89a", "image/gif", "gif"),
        (b"BM\x10\0\0\0\0\0\0\0\x36", "image/bmp", "bmp"),
        (b"BMW is a brand", "text/plain", "txt"),
        (FTYP + b"isom\0\0\2\0isomiso2", "video/mp4", "mp4"),
        (FTYP + b"M4A \0\0\2\0isom", "audio/mp4", "m4a"),
        (FTYP + b"qt  \0\0\2\0", "video/quicktime", "mov"),
        (FTYP + b"avif\0\0\0\0mif1", "image/avif", "avif"),
        (b"\x1a\x45\xdf\xa3....webm", "video/webm", "webm"),
        (b"\x1a\x45\xdf\xa3....matroska", "video/x-matroska", "mkv"),
        (b"OggS....OpusHead", "audio/ogg", "ogg"),
        (b"OggS....\x80theora", "video/ogg", "ogv"),
        (b"ID3\4", "audio/mpeg", "mp3"),
        (b"\xff\xfb\x90\0", "audio/mpeg", "mp3"),
        (b"\xff\xf1\x50\x80", "audio/aac", "aac"),
        (b"fLaC", "audio/flac", "flac"),
        (b"%PDF-1.7", "application/pdf", "pdf"),
        (b"PK\3\4", "application/zip", "zip"),
        (b"\x1f\x8b\x08", "application/gzip", "gz"),
        (b"glTF\2\0\0\0", "model/gltf-binary", "glb"),
        (b"<?xml version='1.0'?>\n<!-- a -->\n<svg>", "image/svg+xml", "svg"),
        (b"<html><svg></svg>", "text/plain", "txt"),
        ("é".encode(), "text/plain", "txt"),
        (b"x" + "é".encode() * (HEAD // 2 - 1) + b"\xc3", "text/plain", "txt"),
        (b"\xff\0\1", "application/octet-stream", "bin"),
        (b"\xe9t\xe9", "application/octet-stream", "bin"),
        (b"", "application/octet-stream", "bin"),
    ],
)
def test_a_file_s_type_is_told_by_its_content(head: bytes, kind: str, suffix: str) -> None:
    assert (media_type(head), extension(kind)) == (kind, suffix)


def test_every_known_type_can_be_told() -> None:
    assert all(fits(kind, kind) and fits(kind, f"{kind.partition('/')[0]}/*") for kind in KNOWN)
    assert not fits("image/png", "image/p*")
    assert not fits("imagery/png", "image/*")


@given(st.binary(max_size=100))
def test_any_bytes_have_a_type(head: bytes) -> None:
    assert extension(media_type(head))


@pytest.mark.parametrize(
    ("error", "of_the_service"),
    [
        ("E6716 error starting prediction", True),
        ("Director: unexpected error handling prediction (E1000)", True),
        ("Prediction interrupted; please retry (code: PA)", True),
        ("CUDA out of memory", False),
        ("E1001: the model ran out of memory", False),
        ("FE10000", False),
        (None, False),
        ({"detail": "E6716"}, False),
    ],
)
def test_a_failure_of_the_service_is_known(error: object, of_the_service: bool) -> None:
    assert is_of_the_service(error) == of_the_service
