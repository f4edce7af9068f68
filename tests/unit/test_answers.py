"""Bytes in, meaning out: recorded answers are read, and any answer at all is survived."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate_train.replicate.errors import MalformedResponse, Refused, ReplicateError, ServerError
from replicate_train.replicate.responses import decode, shaped
from replicate_train.replicate.schemas import Account, File, Hardware, Model, Training
from replicate_train.training.verdict import seconds
from replicate_train.training.version import named_version
from support.sample_files import exchanges

NEW = "d" * 64
JSON = {"content-type": "application/json"}


@given(st.integers(200, 599), st.binary(max_size=80))
def test_any_answer_is_a_value_or_one_of_our_errors(status: int, body: bytes) -> None:
    with contextlib.suppress(ReplicateError):
        decode("GET /x", status, {}, body)


KEYS = ["detail", "title", "errors", "invalid_fields", "loc"]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner),
    max_leaves=9,
)


@given(st.sampled_from([400, 422, 500]), json_values)
def test_any_problem_is_a_refusal(status: int, body: object) -> None:
    with pytest.raises(Refused):
        decode("GET /x", status, JSON, json.dumps(body).encode())


@given(json_values)
def test_any_json_is_a_training_or_garbled(value: object) -> None:
    try:
        training = shaped("GET /x", Training, value)
    except MalformedResponse:
        return
    seconds(training)
    named_version(training.output)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"detail": [{"loc": ["body", "input", "steps"], "msg": "too small"}]}, "body.input.steps"),
        ({"errors": [{"detail": "taken", "pointer": "/name"}]}, "/name: taken"),
        ({"invalid_fields": [{"field": "input.a", "description": "bad"}]}, "input.a: bad"),
        ({"errors": ["plain"]}, "plain"),
    ],
)
def test_every_known_shape_of_field_errors_is_read(body: object, expected: str) -> None:
    with pytest.raises(Refused) as caught:
        decode("POST /x", 422, JSON, json.dumps(body).encode())
    assert expected in "\n".join(caught.value.details)


def test_line_breaks_around_a_refusals_words_are_not_shown() -> None:
    with pytest.raises(Refused) as caught:
        decode("POST /x", 422, JSON, json.dumps({"detail": "- x is required\n"}).encode())
    assert caught.value.what == "POST /x answered 422: - x is required"


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, "the response has no content type and is not JSON"),
        ({"content-type": "text/html"}, "the response is text/html, not JSON"),
    ],
)
def test_a_response_that_is_not_json_names_its_type(headers: dict[str, str], said: str) -> None:
    with pytest.raises(MalformedResponse, match=f"^GET /x: {said}$"):
        decode("GET /x", 200, headers, b"hello")


def test_a_page_of_html_is_cut_short() -> None:
    with pytest.raises(ServerError) as caught:
        decode("GET /x", 524, {}, b"<p>timeout</p> " * 1000)
    assert len(caught.value.what) < 300


def test_no_content_is_nothing() -> None:
    assert decode("DELETE /x", 204, {}, b"") is None


SHAPES = {
    "hardware-list": Hardware,
    "models-create": Model,
    "models-get": Model,
    "trainings-create": Training,
    "trainings-get": Training,
    "trainings-cancel": Training,
    "file-operations": File,
}


def test_recorded_traffic_is_understood() -> None:
    read = 0
    for name, shape in SHAPES.items():
        answers = [exchange["response"] for exchange in exchanges(name)]
        for answer in (one for one in answers if one["status"] < 400):
            body = json.dumps(answer["body"]).encode() if answer["body"] else b""
            value = decode("GET /x", answer["status"], JSON, body)
            found = value.get("results", value) if isinstance(value, dict) else value
            for entry in found if isinstance(found, list) else [found]:
                if entry is not None:
                    shaped("GET /x", shape, entry)
                    read += 1
    assert read > 10


@pytest.mark.parametrize("name", ["invalid-token", "trainings-create__invalid-destination"])
def test_recorded_refusals_keep_their_words(name: str) -> None:
    (exchange,) = exchanges(name)
    answer = exchange["response"]
    with pytest.raises(Refused) as caught:
        decode("POST /x", answer["status"], JSON, json.dumps(answer["body"]).encode())
    assert caught.value.detail == answer["body"]["detail"]


def test_nine_decimals_are_a_time() -> None:
    value = {"id": "x", "status": "starting", "created_at": "2023-08-16T19:33:26.678378653Z"}
    created = shaped("GET /x", Training, value).created_at
    assert created is not None
    assert created.microsecond == 678378


def test_a_training_needs_an_id() -> None:
    with pytest.raises(MalformedResponse, match="not a valid Training") as caught:
        shaped("GET /x", Training, {"status": "starting"})
    assert caught.value.details == ("id: Field required",)


def test_an_account_is_not_just_any_object() -> None:
    with pytest.raises(MalformedResponse):
        shaped("GET /account", Account, {})


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ({"version": f"you/m:{NEW}"}, f"you/m:{NEW}"),
        ({"version": NEW}, f":{NEW}"),
        ({"version": "v2"}, None),
        ({"version": "latest"}, None),
        ({"version": f"you/m:{NEW[1:]}"}, None),
        ({"version": NEW.upper()}, None),
        ({"version": ""}, None),
        ({"version": None}, None),
        ({"version": ["abc"]}, None),
        ({"version": "https://replicate.com/you/m"}, None),
        ({"version": "you/m:abc\n::error::x"}, None),
        ("https://replicate.delivery/weights.tar", None),
        (None, None),
    ],
)
def test_only_a_version_is_taken_for_one(output: object, expected: str | None) -> None:
    named = named_version(output)
    assert (named and f"{named.model}:{named.id}") == expected


def test_a_model_without_a_version_may_say_so_in_two_ways() -> None:
    for latest in (None, {}):
        value = {"owner": "a", "name": "b", "latest_version": latest}
        assert shaped("GET /x", Model, value).latest_version is None
