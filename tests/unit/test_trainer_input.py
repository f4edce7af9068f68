"""The trainer's inputs: what was meant, by the trainer's schema, and everything that breaks it."""

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS30Validator

from replicate_train.trainer.fields import fields_of, required_of, types_of
from replicate_train.trainer.validate import Checked, Given, check, described
from replicate_train.trainer.yaml_nodes import YamlProblem
from replicate_train.trainer.yaml_text import read_entries
from sample_files import trainer_schemas

COMPONENTS = {
    "Size": {"title": "Size", "enum": ["small", "large"], "type": "string"},
    "Loop": {"allOf": [{"$ref": "#/components/schemas/Loop"}]},
    "Wide": {"properties": {f"p{n}": {"$ref": "#/components/schemas/Wide"} for n in range(40)}},
}
FIELDS: dict[str, dict[str, Any]] = {
    "steps": {"type": "integer", "minimum": 1, "maximum": 6000, "default": 1000},
    "rate": {"type": "number", "exclusiveMinimum": True, "minimum": 0},
    "word": {"type": "string", "maxLength": 12},
    "caption": {"type": "boolean", "default": False},
    "size": {"allOf": [{"$ref": "#/components/schemas/Size"}], "default": "small"},
    "loop": {"$ref": "#/components/schemas/Loop"},
    "weights": {"type": "string", "format": "uri", "nullable": True},
    "layers": {"type": "array", "items": {"type": "integer", "maximum": 9}, "minItems": 1},
    "either": {"anyOf": [{"type": "integer", "maximum": 9}, {"type": "null"}]},
    "mixed": {"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "boolean"}]},
    "list": {"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "null"}]},
    "files": {"type": "array", "items": {"type": "string", "format": "uri"}},
    "none": {"type": "null"},
    "wide": {"$ref": "#/components/schemas/Wide"},
    "code": {"type": "string", "pattern": "^[a-z]+$"},
    "slow": {"type": "string", "pattern": "^([a-z]+,?)+$"},
    "ahead": {"type": "string", "pattern": "^(?=x)"},
    "tenth": {"type": "number", "multipleOf": 0.1},
    "size2": {"enum": [512, 768]},
    "size3": {"enum": ["1.10", "true"]},
    "token": {"type": "string", "format": "password", "writeOnly": True, "x-cog-secret": True},
    "data": {"type": "string", "format": "uri"},
}


def checked(
    text: str, properties: dict[str, Any] | None = None, required: tuple[str, ...] = ()
) -> Checked:
    schema = {
        "properties": FIELDS if properties is None else properties,
        "required": list(required),
    }
    entries = read_entries(text)
    given_ = {name: Given(one, "training-input") for name, one in entries.items()}
    tokens = ["r8_secret_token"]
    return check(given_, fields_of(schema, COMPONENTS), required_of(schema), tokens=tokens)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("steps: 1000", {"steps": 1000}),
        ('steps: "1000"', {"steps": 1000}),
        ("steps: 1e3", {"steps": 1000}),
        ("steps: 0x10", {"steps": 16}),
        ("steps: 10.0", {"steps": 10}),
        ("rate: 1e-4", {"rate": 1e-4}),
        ("rate: 4", {"rate": 4}),
        ('rate: "0.5"', {"rate": 0.5}),
        ("word: 1.10", {"word": "1.10"}),
        ("word: 2026-11-24", {"word": "2026-11-24"}),
        ("word: yes", {"word": "yes"}),
        ("word: 007", {"word": "007"}),
        ("word: 0x10", {"word": "0x10"}),
        ("word: true", {"word": "true"}),
        ("caption: yes", {"caption": True}),
        ("caption: Off", {"caption": False}),
        ('caption: "true"', {"caption": True}),
        ("size: large", {"size": "large"}),
        ("weights:", {"weights": None}),
        ("weights: null", {"weights": None}),
        ("weights: https://example.com/w.tar", {"weights": "https://example.com/w.tar"}),
        ("weights: ''", {}),
        ("word: ''", {}),
        ("steps:", {}),
        ("layers: [1, '2', 3.0]", {"layers": [1, 2, 3]}),
        ("either: null", {"either": None}),
        ("either: '7'", {"either": 7}),
        ("list: ['7']", {"list": [7]}),
        ("mixed: on", {"mixed": True}),
        ("files: [https://example.com/a]", {"files": ["https://example.com/a"]}),
        ("loop: {a: [1]}", {"loop": {"a": [1]}}),
        ("ahead: whatever", {"ahead": "whatever"}),
        ("tenth: 0.3", {"tenth": 0.3}),
        ("size2: 512", {"size2": 512}),
        ("size3: 1.10", {"size3": "1.10"}),
        ("size3: true", {"size3": "true"}),
        ("data: data:text/plain,hello", {"data": "data:text/plain,hello"}),
        ("base: &base 5\nsteps: *base", None),
        ("{}", {}),
        ("", {}),
        ('{"word": "a", "steps": 3}', {"steps": 3, "word": "a"}),
    ],
)
def test_what_was_meant(text: str, values: dict[str, Any] | None) -> None:
    found = checked(text)
    if values is None:
        assert found.values == {"steps": 5}
        return
    assert found.findings == []
    assert found.values == values
    assert list(found.values) == [name for name in FIELDS if name in values]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stepz: 3", "stepz (line 1): is no input of the trainer; did you mean steps?"),
        ("steps: 6001", "steps (line 1): 6001 is more than the maximum 6000"),
        ("rate: 0", "rate (line 1): 0 is not more than 0"),
        ("word: abcdefghijklm", "has 13 characters, at most 12 are taken"),
        ("caption: maybe", "caption (line 1): must be true or false"),
        ("caption: 1", "must be true or false"),
        ("size: larg", "larg is not among small, large; did you mean large?"),
        ("data: not a url", "not a url is no URL that the trainer could fetch"),
        ("layers: []", "has 0 items, at least 1 are needed"),
        ("layers: [1, 10]", "item 2: 10 is more than the maximum 9"),
        ("layers: 3", "must be a list"),
        ("code: A1", "A1 does not match the pattern ^[a-z]+$"),
        (f"slow: {'a' * 5000}!", "does not match the pattern ^([a-z]+,?)+$"),
        ("steps: 1_000", "must be a whole number, and is '1_000'"),
        (f"steps: r8_{'0aB' * 13}", "must be a whole number"),
        ("SIZE: small", "did you mean size?"),
        ("size: SMALL", "did you mean small?"),
        ("size2: 511", "511 is not among 512, 768"),
        ("none: x", "must be null, and is 'x'"),
        ("either: [true]", "must be a whole number, and is a list"),
        ("word: [a]", "must be a text, and is a list"),
        ("word: r8_secret_token", "holds a token of this step"),
        ("token: r8_secret_token", "holds a token of this step"),
        (f"loop: [r8_{'0aB' * 13}]", "holds what looks like a token"),
        (f"loop: x ghs_{'0aB' * 12}", "holds what looks like a token"),
        ("either: x", "must be a whole number"),
        ("either: 10", "10 is more than the maximum 9"),
        ("list: [x]", "item 1: must be a whole number"),
        ("mixed: [x]", "item 1: must be a whole number"),
        ("files: [https://example.com/a, b]", "item 2: b is no URL that the trainer could fetch"),
    ],
)
def test_what_breaks_the_schema(text: str, expected: str) -> None:
    (finding,) = checked(text).findings
    assert expected in finding.what


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "steps is required by the trainer, and is not given"),
        ("steps:", "steps (line 1): is required by the trainer, and is empty"),
        ("steps: ''", "steps (line 1): is required by the trainer, and is empty"),
        ("steps: many", "steps (line 1): must be a whole number, and is 'many'"),
        ("steps: [1]", "steps (line 1): must be a whole number, and is a list"),
        ("steps: 0", "steps (line 1): 0 is less than the minimum 1"),
    ],
)
def test_what_is_required_and_not_there_is_told_once(text: str, expected: str) -> None:
    (finding,) = checked(text, required=("steps",)).findings
    assert finding.what == expected


def test_everything_is_told_at_once_and_what_is_missing_too() -> None:
    found = checked("steps: 0\nrate: -1\nnope: 1", required=("data", "steps")).findings
    assert [finding.what.split()[0] for finding in found] == ["steps", "rate", "nope", "data"]


SECRET = {"type": "string", "format": "password", "maxLength": 3, "pattern": "^x$"}


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (SECRET, "hf_abcdefgh"),
        ({"type": "array", "items": SECRET}, "[x, hf_abcdefgh]"),
        ({"anyOf": [SECRET, {"type": "null"}]}, "hf_abcdefgh"),
        ({"type": "object", "properties": {"key": SECRET}}, "{key: hf_abcdefgh}"),
    ],
)
def test_a_secret_is_never_repeated(field: dict[str, Any], text: str) -> None:
    found = checked(f"token: {text}", {"token": field})
    assert found.findings
    assert "hf_abc" not in repr(found.findings)
    plain = fields_of({"properties": {"token": field}}, {})["token"]
    assert described(found.values["token"], plain) == "***"


def test_an_addresss_signature_is_shown_nowhere() -> None:
    signed = "https://x.test/k.zip?X-Sig=abc"
    for field, value in ((FIELDS["data"], signed), (FIELDS["files"], [signed])):
        plain = fields_of({"properties": {"a": field}}, {})["a"]
        assert "abc" not in described(value, plain)
    found = checked(f"steps: {signed}\nfiles: ['{signed} b']\ndata: 's3://x?X-Sig=abc'").findings
    assert len(found) == 3
    assert "abc" not in repr(found)


def test_the_real_schemas_take_their_own_defaults() -> None:
    for name, document in trainer_schemas().items():
        schemas = document["components"]["schemas"]
        fields = fields_of(schemas["TrainingInput"], schemas)
        assert all(types_of(field) for field in fields.values()), name
        told = {n: one for n, one in fields.items() if "default" in one}
        # A file input's default may be prose, and is never sent.
        text = json.dumps({n: one["default"] for n, one in told.items() if "format" not in one})
        given_ = {n: Given(one, "training-input") for n, one in read_entries(text).items()}
        found = check(given_, fields, required_of(schemas["TrainingInput"]), filled=fields)
        assert found.findings == [], name
        assert not check({}, fields, [], filled=fields).findings


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1)
names = st.text(max_size=60)  # YAML takes names of up to 1,024 characters, escapes included
numbers = {"minimum": st.integers(-50, 0), "maximum": st.integers(1, 50)}


@st.composite
def fields_with_values(draw: st.DrawFn) -> tuple[dict[str, Any], Any, Any]:  # noqa: PLR0911
    """Draw a field as Cog writes them, a value that fits it, and one that does not."""
    kind = draw(st.sampled_from(["integer", "number", "string", "boolean", "enum", "array", "uri"]))
    low, high = draw(numbers["minimum"]), draw(numbers["maximum"])
    bounds = {"minimum": low, "maximum": high}
    if kind == "integer":
        good, bad = st.integers(low, high), st.one_of(st.integers(high + 1), st.just("few"))
        return {"type": kind, **bounds}, draw(good), draw(bad)
    if kind == "number":
        bad = st.one_of(st.floats(high + 1, 1e9), st.just("little"), st.just([1]))
        return {"type": kind, **bounds}, draw(st.floats(low, high)), draw(bad)
    if kind == "boolean":
        return {"type": kind}, draw(st.booleans()), draw(st.sampled_from(["maybe", 7, [True]]))
    if kind == "string":
        most = draw(st.integers(1, 9))
        good = draw(texts.filter(lambda text: len(text) <= most))
        return {"type": kind, "maxLength": most}, good, "x" * (most + 1)
    if kind == "enum":
        choices = draw(st.lists(texts, min_size=1, max_size=4, unique=True))
        field = {"allOf": [{"type": "string", "enum": choices}], "default": choices[0]}
        return field, draw(st.sampled_from(choices)), "".join(choices) + "!"
    if kind == "uri":
        return {"type": "string", "format": "uri"}, "https://example.com/x", "nowhere at all"
    items = draw(st.lists(st.integers(low, high), max_size=3))
    return {"type": "array", "items": {"type": "integer", **bounds}}, items, [*items, high + 1]


@settings(deadline=None)  # the first example imports jsonschema
@given(
    st.dictionaries(st.from_regex("[a-z]{1,8}", fullmatch=True), fields_with_values(), min_size=1)
)
def test_what_a_schema_allows_passes_and_any_break_of_it_is_caught(drawn: dict[str, Any]) -> None:
    properties = {name: field for name, (field, _, _) in drawn.items()}
    good = {name: value for name, (_, value, _) in drawn.items()}
    schema = {"properties": properties, "required": list(properties)}
    assert list(OAS30Validator(schema).iter_errors(good)) == []
    found = checked(json.dumps(good), properties, tuple(properties))
    assert found.findings == []
    assert found.values == good
    for name in good:
        for nothing in ({}, {name: None}, {name: ""}):
            rest = {other: value for other, value in good.items() if other != name}
            lacking = checked(json.dumps(rest | nothing), properties, tuple(properties))
            assert [one.what.split()[0] for one in lacking.findings] == [name]
    for name, (_, _, bad) in drawn.items():
        broken = checked(json.dumps(good | {name: bad}), properties)
        assert [one.what.split()[0] for one in broken.findings] == [name]


@settings(deadline=None)
@given(st.dictionaries(names, st.from_type(str) | st.none() | st.lists(st.integers())), st.data())
def test_any_document_is_no_crash(document: Any, data: st.DataObject) -> None:
    kinds = st.sampled_from([*FIELDS.values(), {}, {"type": ["string", "null"]}, {"$ref": 3}, []])
    properties = {name: data.draw(kinds) for name in document}
    checked(json.dumps(document), properties)


schemas = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(schemas)
def test_any_schema_is_no_crash(schema: Any) -> None:
    fields = fields_of({"properties": {"a": schema, "b": {"anyOf": schema}}}, {"x": schema})
    for text in ("a: 1\nb: x", "a: [x]\nb: {c: 1}"):
        given_ = {name: Given(one, "x") for name, one in read_entries(text).items()}
        check(given_, fields, required_of({"required": schema}))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab01:-[]{}&*!?|>'\"#,%@` \n\t.~<\\é\x00", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        entries = read_entries(text)
    except YamlProblem:
        return
    assume(entries)
    given_ = {name: Given(one, "x") for name, one in entries.items()}
    check(given_, fields_of({"properties": {name: {} for name in entries}}, {}), ())
