"""Forms of the local Replicate's pages: from a schema to fields, and back to inputs."""

import pytest

from replicate_sandbox.contract.problems import Problem
from replicate_sandbox.pages import values
from replicate_sandbox.pages.fields import Field, fields_of
from replicate_sandbox.pages.form_errors import FormErrors
from support.sample_files import trainer_schemas


def document(**properties: object) -> dict:
    schemas = {
        "TrainingInput": {"properties": properties, "required": ["data"]},
        "size": {"enum": [512, 1024], "type": "integer", "description": "Side."},
        "loop": {"$ref": "#/components/schemas/loop"},
    }
    return {"components": {"schemas": schemas}}


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"type": "string"}, Field("x", "text")),
        ({"type": "string", "format": "uri"}, Field("x", "file")),
        ({"type": "string", "format": "password"}, Field("x", "secret")),
        ({"type": "string", "x-cog-secret": True}, Field("x", "secret")),
        ({"type": "string", "default": "a\nb"}, Field("x", "lines", default="a\nb")),
        (
            {"type": "integer", "minimum": 1.0, "maximum": 9.0, "default": 4},
            Field("x", "integer", default="4", minimum=1.0, maximum=9.0),
        ),
        ({"type": "number", "default": 0.004}, Field("x", "number", default="0.004")),
        ({"type": "boolean", "default": False}, Field("x", "boolean", default="false")),
        ({"type": "boolean"}, Field("x", "choice", choices=(True, False))),
        (
            {"allOf": [{"$ref": "#/components/schemas/size"}], "default": 512},
            Field("x", "choice", "Side.", default="512", choices=(512, 1024)),
        ),
        (
            {"$ref": "#/components/schemas/size", "description": "Mine."},
            Field("x", "choice", "Mine.", choices=(512, 1024)),
        ),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, Field("x", "integer")),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, Field("x", "json")),
        ({"type": "array", "items": {}, "default": [1]}, Field("x", "json", default="[1]")),
        ({"$ref": "#/components/schemas/loop"}, Field("x", "json")),
        ({"type": "integer", "minimum": "1", "x-order": "a"}, Field("x", "integer")),
        ("no schema", Field("x", "json")),
    ],
)
def test_a_field_from_its_schema(part: object, expected: Field) -> None:
    assert fields_of(document(x=part), "TrainingInput") == [expected]


def test_fields_are_in_their_order_and_know_whether_they_are_required() -> None:
    given = document(
        last={"type": "string"},
        data={"type": "string", "x-order": 1},
        first={"type": "string", "x-order": 0},
    )
    found = [(field.name, field.required) for field in fields_of(given, "TrainingInput")]
    assert found == [("first", False), ("data", True), ("last", False)]


@pytest.mark.parametrize("given", [None, {}, {"components": []}, {"components": {"schemas": {}}}])
def test_a_document_without_the_schema_has_no_fields(given: dict | None) -> None:
    assert fields_of(given, "Input") == []


@pytest.mark.parametrize("name", trainer_schemas())
def test_an_untouched_form_of_a_real_trainer_changes_nothing(name: str) -> None:
    fields = fields_of(trainer_schemas()[name], "TrainingInput")
    assert fields
    assert values.changed(fields, values.defaults(fields)) == {}


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(1, 6000, "1 to 6,000"), (0.05, None, "0.05 or more"), (None, 1.0, "1 or less"),
     (None, None, "")],
)  # fmt: skip
def test_a_range_in_words(low: float | None, high: float | None, expected: str) -> None:
    assert Field("x", "number", minimum=low, maximum=high).range == expected


SIZE = Field("x", "choice", choices=(512, "1024", True), default="512")


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        (Field("x", "integer"), "30", {"x": 30}),
        (Field("x", "integer"), "many", {"x": "many"}),
        (Field("x", "integer"), "", {}),
        (Field("x", "number"), "4e-3", {"x": 0.004}),
        (Field("x", "number"), "NaN", {"x": "NaN"}),
        (Field("x", "number"), "[" * 100_000, {"x": "[" * 100_000}),
        (Field("x", "boolean"), "false", {"x": False}),
        (Field("x", "text"), "30", {"x": "30"}),
        (Field("x", "text"), "", {}),
        (Field("x", "text", default="TOK"), "", {"x": ""}),
        (Field("x", "json"), '{"a": [1]}', {"x": {"a": [1]}}),
        (Field("x", "json"), "{", {"x": "{"}),
        (SIZE, "512", {"x": 512}),
        (SIZE, "1024", {"x": "1024"}),
        (SIZE, "true", {"x": True}),
        (SIZE, "7", {"x": "7"}),
    ],
)
def test_a_text_becomes_a_value_of_its_type(field: Field, text: str, expected: dict) -> None:
    assert values.given([field], {"x": text}) == expected


def test_a_free_checkbox_is_false() -> None:
    fields = [Field("x", "boolean", default="true"), Field("y", "text")]
    texts = values.texts_of(fields, {})
    assert texts == {"x": "false", "y": ""}
    assert values.changed(fields, texts) == {"x": False}


@pytest.mark.parametrize(
    ("body", "fields", "general"),
    [
        ({"errors": [{"pointer": "/name", "detail": "Taken."}]}, {"name": "Taken."}, []),
        ({"errors": [{"pointer": "/", "detail": "Taken."}]}, {"name": "Taken."}, []),
        (
            {"invalid_fields": [{"field": "input.name", "description": "Bad."}]},
            {"name": "Bad."},
            [],
        ),
        (
            {"invalid_fields": [{"field": "input.name.0", "description": "Bad."}]},
            {"name": "Bad."},
            [],
        ),
        (
            {"invalid_fields": [{"field": "input", "description": "'a' is a required property"}]},
            {"a": "'a' is a required property"},
            [],
        ),
        ({}, {"name": "All wrong."}, []),
    ],
)
def test_a_problem_finds_its_field(body: dict, fields: dict, general: list) -> None:
    errors = FormErrors()
    errors.add(Problem(422, "All wrong.", **body), ["name", "a"], otherwise="name")
    assert (errors.fields, errors.general) == (fields, general)


def test_what_has_no_field_is_said_above_the_form() -> None:
    errors = FormErrors()
    errors.add(Problem(402, "No credit."), ["name"])
    details = [{"pointer": "/owner", "detail": "Not yours."}]
    errors.add(Problem(422, "owner", errors=details), ["name"])
    assert errors.general == ["No credit.", "owner: Not yours."]
    assert errors.count == 2
