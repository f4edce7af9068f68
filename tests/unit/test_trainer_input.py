"""The trainer's inputs: values by the type in the trainer's schema, and all problems with them."""

import json
import re
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS30Validator

from replicate_train.diagnostics.finding import Finding
from replicate_train.trainer.fields import fields_of, required_of, types_of
from replicate_train.trainer.given import Given
from replicate_train.trainer.validate import Checked, check, described
from replicate_train.trainer.yaml_nodes import YamlProblem
from replicate_train.trainer.yaml_text import read_entries
from support.sample_files import trainer_schemas

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
    "eighth": {"type": "integer", "multipleOf": 8},
    "below": {"type": "number", "exclusiveMaximum": 1},
    "name": {"type": "string", "minLength": 3},
    "pair": {"type": "array", "items": {"type": "integer"}, "maxItems": 2, "uniqueItems": True},
    "only": {"type": "integer", "const": 7},
    "cam": {
        "type": "object",
        "required": ["lens"],
        "properties": {
            "lens": {
                "type": "object",
                "properties": {"mm": {"type": "array", "items": {"type": "number"}}},
            }
        },
    },
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
def test_values_have_the_type_of_the_schema(text: str, values: dict[str, Any] | None) -> None:
    found = checked(text)
    if values is None:
        assert found.values == {"steps": 5}
        return
    assert found.findings == []
    assert found.values == values
    assert list(found.values) == [name for name in FIELDS if name in values]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("stepz: 3", "unknown input `stepz`"),
        ("steps: 6001", "`steps` must be at most 6000, not `6001`"),
        ("steps: 0", "`steps` must be at least 1, not `0`"),
        ("rate: 0", "`rate` must be more than 0, not `0`"),
        ("below: 1", "`below` must be less than 1, not `1`"),
        ("eighth: 9", "`eighth` must be a multiple of 8, not `9`"),
        ("word: abcdefghijklm", "`word` must have at most 12 characters, not 13"),
        ("name: ab", "`name` must have at least 3 characters, not 2"),
        ("caption: maybe", "`caption` must be true or false, not `maybe`"),
        ("caption: 1", "`caption` must be true or false, not `1`"),
        ("size: larg", "`size` must be one of `small`, `large`, not `larg`"),
        ("data: not a url", "`data` must be a URL that Replicate can download, not `not a url`"),
        ("layers: []", "`layers` must have at least 1 item, not 0"),
        ("pair: [1, 2, 3]", "`pair` must have at most 2 items, not 3"),
        ("pair: [1, 1]", "`pair` must not have the same item twice"),
        ("layers: [1, 10]", "item 2 of `layers` must be at most 9, not `10`"),
        ("layers: 3", "`layers` must be a list, not `3`"),
        ("code: A1", "`code` must match the pattern `^[a-z]+$`, but is `A1`"),
        ("code: ' '", "`code` must match the pattern `^[a-z]+$`, but is an empty string"),
        ("steps: 1_000", "`steps` must be an integer, not `1_000`"),
        (f"steps: r8_{'0aB' * 13}", "`steps` must be an integer"),
        ("SIZE: small", "unknown input `SIZE`"),
        ("size: SMALL", "`size` must be one of `small`, `large`, not `SMALL`"),
        ("size2: 511", "`size2` must be one of `512`, `768`, not `511`"),
        ("none: x", "`none` must be null, not `x`"),
        ("either: [true]", "`either` must be an integer, not a list"),
        ("word: [a]", "`word` must be a string, not a list"),
        ("word: {a: 1}", "`word` must be a string, not a mapping"),
        ("word: r8_secret_token", "`word` contains a token of this step"),
        ("token: r8_secret_token", "`token` contains a token of this step"),
        (f"loop: [r8_{'0aB' * 13}]", "`loop` contains what looks like a token"),
        (f"loop: x ghs_{'0aB' * 12}", "`loop` contains what looks like a token"),
        ("loop: .inf", "`loop`: number that JSON does not support"),
        ("either: x", "`either` must be an integer, not `x`"),
        ("either: 10", "`either` must be at most 9, not `10`"),
        ("list: [x]", "item 1 of `list` must be an integer, not `x`"),
        ("mixed: [x]", "item 1 of `mixed` must be an integer, not `x`"),
        (
            "files: [https://example.com/a, b]",
            "item 2 of `files` must be a URL that Replicate can download, not `b`",
        ),
        (
            "cam: {lens: {mm: [x]}}",
            "item 1 of `mm` of `lens` of `cam` must be a number, not `x`",
        ),
        ("cam: {}", "`cam` is missing `lens`"),
        ("only: 8", "`only` must be a value that the schema accepts, not `8`"),
    ],
)
def test_each_broken_rule_has_its_sentence(text: str, what: str) -> None:
    (finding,) = checked(text).findings
    assert (finding.subject, finding.line) == ("training-input", 1)
    assert finding.what == what


def test_a_pattern_is_matched_in_linear_time() -> None:
    (finding,) = checked(f"slow: {'a' * 5000}!").findings
    assert finding.what.startswith("`slow` must match the pattern `^([a-z]+,?)+$`, but is `aaa")


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("stepz: 3", "Did you mean `steps`?"),
        ("SIZE: small", "Did you mean `size`?"),
        ("size: larg", "Did you mean `large`?"),
        ("size: SMALL", "Did you mean `small`?"),
        ("size: 7", ""),
        (
            "word: r8_secret_token",
            "Remove it: a trainer's inputs are shown on the training's p",
        ),
        ("loop: .inf", "Put it in quotes to send it as a string."),
    ],
)
def test_a_problem_says_how_to_fix_it(text: str, fix: str) -> None:
    (finding,) = checked(text).findings
    assert finding.fix.startswith(fix)
    assert bool(finding.fix) == bool(fix)


def test_an_unknown_input_without_a_similar_name_lists_those_that_exist() -> None:
    (finding,) = checked("zzz: 1", {"steps": {}, "rate": {}}).findings
    assert finding.fix == "Available: `steps`, `rate`"
    (finding,) = checked("zzz: 1", {f"input_{number}": {} for number in range(13)}).findings
    assert finding.fix.endswith("`input_11`, ...")
    (finding,) = checked("zzz: 1", {}).findings
    assert finding.fix == "The trainer has no inputs."


def test_many_choices_are_cut() -> None:
    choices = [f"choice_{number}" for number in range(25)]
    (finding,) = checked("many: x", {"many": {"type": "string", "enum": choices}}).findings
    assert "`choice_19` and 5 more, not `x`" in finding.what


def test_a_problem_in_a_file_names_the_file_and_the_line() -> None:
    (entry,) = read_entries("\nstepz: 1").values()
    given_ = {"stepz": Given(entry, "training-input-file", "train.yml")}
    (finding,) = check(given_, {"steps": {}}, ()).findings
    assert finding.what == "train.yml, line 2: unknown input `stepz`"
    assert (finding.file, finding.line, finding.column) == ("train.yml", 2, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "`steps` is required by the trainer, but not given"),
        ("steps:", "`steps` is required by the trainer, but empty"),
        ("steps: ''", "`steps` is required by the trainer, but empty"),
        ("steps: many", "`steps` must be an integer, not `many`"),
        ("steps: [1]", "`steps` must be an integer, not a list"),
        ("steps: 0", "`steps` must be at least 1, not `0`"),
    ],
)
def test_a_required_input_is_reported_once(text: str, expected: str) -> None:
    (finding,) = checked(text, required=("steps",)).findings
    assert finding.what == expected


def name_in(finding: Finding) -> str:
    """Return the input that a finding is about."""
    found = re.match(r"(?:unknown input |item \d+ of )?`([^`]+)`", finding.what)
    assert found, finding.what
    return found[1]


def test_all_problems_are_reported_at_once_and_missing_inputs_too() -> None:
    found = checked("steps: 0\nrate: -1\nnope: 1", required=("data", "steps")).findings
    assert [name_in(finding) for finding in found] == ["steps", "rate", "nope", "data"]


def test_a_missing_file_input_says_which_input_sets_it_and_what_it_takes() -> None:
    field = {"type": "string", "format": "uri", "description": "A zip file of images."}
    (finding,) = checked("", {"images": field}, ("images",)).findings
    assert finding.fix == "Set `dataset`. Its description: A zip file of images."


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
        defaults = {n: one for n, one in fields.items() if "default" in one}
        # A file input's default may be prose, and is never sent.
        text = json.dumps({n: one["default"] for n, one in defaults.items() if "format" not in one})
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
    st.dictionaries(
        st.from_regex("[a-z]{1,8}", fullmatch=True), fields_with_values(), min_size=1, max_size=4
    )
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
            assert [name_in(one) for one in lacking.findings] == [name]
    for name, (_, _, bad) in drawn.items():
        broken = checked(json.dumps(good | {name: bad}), properties)
        assert [name_in(one) for one in broken.findings] == [name]


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
