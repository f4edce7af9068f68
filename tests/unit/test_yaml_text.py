"""YAML as people write it: its values, and the errors with their place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate_train.trainer.yaml_nodes import YamlProblem
from replicate_train.trainer.yaml_text import Items, read_entries
from support.yaml_mapping import read_mapping


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1e-4", 1e-4),
        ("a: 4.0e-04", 4e-4),
        ("a: 1000", 1000),
        ("a: 0x10", 16),
        ("a: 010", 10),
        ("a: -3", -3),
        ("a: .5", 0.5),
        ("a: yes", "yes"),
        ("a: true", True),
        ("a: null", None),
        ("a:", None),
        ("a: 2026-11-23", "2026-11-23"),
        ("a: '1000'", "1000"),
        ("a: |\n  two\n  lines\n", "two\nlines\n"),
        ("a: [1, b]", [1, "b"]),
        ("{a: {b: 1}}", {"b": 1}),
        ("a: =", "="),
        ('{"a": "json"}', "json"),
        ("x: &x [1]\na: *x", [1]),
    ],
)
def test_values(text: str, value: object) -> None:
    found = read_mapping(text)["a"]
    assert found == value
    assert type(found) is type(value)


def test_nothing_is_an_empty_mapping() -> None:
    for text in ("", "# only a comment\n", "---\n", "null", "~", "{}"):
        assert read_mapping(text) == {}


def test_a_place_is_where_a_value_is_named() -> None:
    text = "x: &x\n  - 1\nabc:\n  - 1\n  - {b: 2}\nd: *x\n"
    entries = read_entries(text)
    places = {name: (one.line, one.column) for name, one in entries.items()}
    assert places == {"x": (1, 1), "abc": (3, 1), "d": (6, 1)}
    listed = entries["abc"]
    assert isinstance(listed, Items)
    assert [item.line for item in listed.items] == [4, 5]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b: c", "line 1, column 5: not valid YAML: mapping values are not allowed here"),
        ("a: 1\na: 2", "line 2, column 1: key `a` is used twice"),
        ("- a", "must be a mapping (`name: value`), not a list"),
        ("text", "must be a mapping (`name: value`), not a string"),
        ("a: " + "x" * 1_000_000, "too long: 1,000,003 characters (maximum 1,000,000)"),
        (
            "a: &a " + "x" * 60_000 + "\nb: [" + "*a, " * 100 + "]",
            "too many values after aliases are expanded",
        ),
        ("a: @b", "line 1, column 4"),
        ("a:\n\tb: 1", "line 2, column 1: tab character, where YAML needs spaces"),
        ("a: .nan", "line 1, column 1: number that JSON does not support"),
        ("a: .inf", "line 1, column 1: number that JSON does not support"),
        ("a: 1e999", "line 1, column 1: number that JSON does not support"),
        ("a: !!python/object:os.system x", "tag `!!python/object:os.system` is not supported"),
        ("a: !custom {b: 1}", "value starts with `!` (a YAML tag), and tags are not supported"),
        ("? [a]\n: 1", "line 1, column 3: a key must be a string"),
        ("a: &a [*a]", "too many values after aliases are expanded"),
        (
            "a: *nowhere",
            "line 1, column 4: value starts with `*` (a YAML alias), and no anchor",
        ),
        ("a: &nothing", "line 1, column 4: value starts with `&` (a YAML anchor), and nothing fol"),
        ("a: !nothing", "line 1, column 4: value starts with `!` (a YAML tag), and tags are not"),
        ("a: !!set {b}", "tag `!!set` is not supported"),
        ("b: {}\n<<: {a: 1}", "line 2, column 1: merge keys (`<<`) are not supported"),
        ("a: 1\nb: \x00", "line 2, column 4: character that YAML does not allow"),
        ('{"a": "\\ud800"}', "line 1, column 7: invalid Unicode character (a lone surrogate)"),
        ("a: 1\n---\na: 2", "single document"),
        ("a: [1", "line 1"),
    ],
)
def test_what_is_refused(text: str, expected: str) -> None:
    with pytest.raises(YamlProblem) as caught:
        read_mapping(text)
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("steps:5", "Put a space after the colon."),
        ("a: b: c", "Put values in quotes that contain `: ` or ` #`, or start with one of"),
        ("<<: {a: 1}", "Write the keys out."),
        ("a: &a [*a]", "Write the values out, without anchors and aliases."),
        ("a: .nan", "Put it in quotes to send it as a string."),
    ],
)
def test_an_error_says_how_to_fix_it(text: str, fix: str) -> None:
    with pytest.raises(YamlProblem) as caught:
        read_mapping(text)
    assert caught.value.fix.startswith(fix)


@pytest.mark.parametrize("value", ["*hf_abc", "&hf_abc", "!hf_abc", "@hf_abc", "hf_abc: x: y"])
def test_what_is_refused_is_not_repeated(value: str) -> None:
    with pytest.raises(YamlProblem) as caught:
        read_mapping(f"token: {value}")
    assert "hf_abc" not in str(caught.value)


def test_an_anchor_that_is_set_twice_is_no_warning() -> None:
    assert read_mapping("a: &x 1\nb: &x 2\nc: *x") == {"a": 1, "b": 2, "c": 2}


def test_a_billion_laughs_are_cut_short() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    with pytest.raises(YamlProblem, match="too many values"):
        read_mapping("\n".join(lines))


def test_deep_nesting_is_no_crash() -> None:
    with pytest.raises(YamlProblem, match="nested too deeply"):
        read_mapping("a: " + "[" * 1000)


names = st.text(min_size=1, max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(names, values, max_size=4))
def test_json_is_read_as_json(mapping: dict[str, object]) -> None:
    assert read_mapping(json.dumps(mapping)) == mapping


@given(st.text(alphabet="ab:-[]{}&*!|>'\"#%@`\n\t 0.1e,?~", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        json.dumps(read_mapping(text), allow_nan=False)
    except YamlProblem:
        return
