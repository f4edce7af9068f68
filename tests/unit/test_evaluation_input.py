"""The input `evaluation`: what is read from it, and everything that is wrong with it."""

import re
from pathlib import Path

import pytest

from replicate_train.diagnostics.finding import Finding
from replicate_train.evaluation.against_schema import check_inputs
from replicate_train.evaluation.media_types import KNOWN
from replicate_train.evaluation.model import (
    Contains,
    Equals,
    Evaluation,
    Matches,
    MaxSeconds,
    MediaType,
    MinOutputs,
    ValueAt,
)
from replicate_train.evaluation.read import _KEYS, MAX_ITEMS, read
from replicate_train.evaluation.read_expect import _READERS
from replicate_train.replicate.schemas import Version
from support.yaml_mapping import read_mapping

TOKEN = "r8_a_token_of_the_step"


def said(text: str) -> list[tuple[int, str]]:
    evaluations, findings = read(text, (TOKEN,))
    assert bool(evaluations) != bool(findings)
    assert {one.subject for one in findings} <= {"evaluation"}
    return [(one.line, f"{one.what} {one.fix}".strip()) for one in findings]


def expected(text: str) -> list[object]:
    evaluations, findings = read(f"- input: {{}}\n  expect: {text}")
    assert not findings
    return list(evaluations[0].expectations)


def test_nothing_given_is_nothing_to_evaluate() -> None:
    for text in ("", "\n", "# none\n", "null"):
        assert read(text) == ((), ())


def test_an_evaluation_has_defaults() -> None:
    (one,), findings = read("- input:\n    prompt: yes\n    scale: 1.10\n    raw: [1, null]\n")
    assert not findings
    assert one == Evaluation(
        "evaluation 1", {"prompt": "yes", "scale": 1.1, "raw": [1, None]}, line=1
    )
    assert one.timeout == 600


def test_all_keys_are_read() -> None:
    text = "- {input: {}, name: greets, timeout: 45s, expect: null}\n- {input: {}, timeout: 2}"
    (one, two), findings = read(text)
    assert not findings
    assert (one.name, one.timeout, one.expectations) == ("greets", 45, ())
    assert (two.name, two.timeout) == ("evaluation 2", 120)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{contains: hello}", [(Contains("hello"), "contains `hello`")]),
        ("{contains: 42}", [(Contains("42"), "contains `42`")]),
        ("{contains: [a, '1.10']}", [(Contains("a"), "contains `a`"), (Contains("1.10"),)]),
        ("{matches: '^a+$'}", [(Matches("^a+$"), "matches `^a+$`")]),
        ("{equals: null}", [(Equals(None), "equals `null`")]),
        ("{equals: ''}", [(Equals(""), "equals an empty string")]),
        ("{equals: {a: [1, yes]}}", [(Equals({"a": [1, "yes"]}), 'equals `{"a": [1, "yes"]}`')]),
        ("{min-outputs: 1}", [(MinOutputs(1), "at least 1 output")]),
        ("{min-outputs: 4}", [(MinOutputs(4), "at least 4 outputs")]),
        ("{media-type: IMAGE/*}", [(MediaType("image/*"), "media type `image/*`")]),
        ("{media-type: video/mp4}", [(MediaType("video/mp4"), "media type `video/mp4`")]),
        ("{max-seconds: 1.50}", [(MaxSeconds(1.5), "at most 1.5 s")]),
    ],
)
def test_expectations_are_read_and_shown(text: str, found: list[tuple[object, ...]]) -> None:
    assert expected(text) == [one[0] for one in found]
    for expectation, (_, *shown) in zip(expected(text), found, strict=True):
        assert not shown or expectation.text == shown[0]  # type: ignore[attr-defined]


def test_a_path_leads_to_a_value() -> None:
    (one, two) = expected("\n    json-path:\n      $.labels[0].name: cat\n      $['a b'][-1]: 3")
    assert isinstance(one, ValueAt)
    assert (one.path.steps, one.value) == (("labels", 0, "name"), "cat")
    assert one.text == "`$.labels[0].name` is `cat`"
    assert isinstance(two, ValueAt)
    assert (two.path.steps, two.value) == (("a b", -1), 3)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: [", 1, "not valid YAML"),
        ("input: {}", 1, "must be a list, not a mapping Start each item with `- input:`."),
        ("\nhello", 2, "must be a list, not a string"),
        ("[]", 1, "empty list"),
        ("- input: {}\n" * (MAX_ITEMS + 1), 1, "51 items (maximum 50)"),
        ("- hello", 1, "item 1 must be a mapping"),
        ("- name: x", 1, "`input` is required Give the inputs of the prediction, `input: {}`"),
        ("- input:", 1, "`input` is required"),
        ("- input: hello", 1, "`input` is not a mapping"),
        ("- input: {}\n  expekt: 1", 2, "unknown key `expekt` Did you mean `expect`?"),
        ("- input: {}\n  zzz: 1", 2, "unknown key `zzz` Available: `input`, `name`"),
        ("- input: {a: .inf}", 1, "number that JSON does not support"),
        ("- input: {}\n  name: []", 2, "`name` must be a string"),
        ("- input: {}\n  name: ''", 2, "`name` must not be empty"),
        ("- input: {}\n  name: 'a\n\n    b'", 2, "`name` must be one line of at most 100 char"),
        (
            "- {input: {}, name: a}\n- {input: {}, name: a}",
            2,
            "the name `a` is used twice, first in line 1",
        ),
        ("- {input: {}, name: evaluation 2}\n- input: {}", 2, "`evaluation 2` is used twice"),
        ("- input: {}\n  timeout: soon", 2, "`timeout` must be a duration such as `45s`"),
        ("- input: {}\n  timeout: 0s", 2, "`timeout` must be more than 0 seconds"),
        ("- input: {}\n  expect: hello", 2, "`expect` must be a mapping Name an expectation"),
        (f"- input:\n    prompt: a{TOKEN}z", 1, "contains a token of this step Remove it"),
        (f"- input: {{}}\n  expect: {{contains: {TOKEN}}}", 1, "contains a token of this step"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, words: str) -> None:
    ((at, what),) = said(text)
    assert at == line
    assert words in what
    assert TOKEN not in what


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("contans: a", "unknown expectation `contans` Did you mean `contains`?"),
        ("qqq: a", "unknown expectation `qqq` Available: `contains`, `matches`"),
        ("contains: []", "`contains` must not be empty"),
        ("contains: ['']", "`contains` must not be empty"),
        ("contains: {a: b}", "`contains` must be a string"),
        ("matches: '('", "`matches`: `(` is not a valid pattern: unclosed group Use the syntax"),
        ("matches: '(?=a)'", "look-around, including look-ahead and look-behind, is not supp"),
        ("matches: 'a{1000}{1000}'", "is not a valid pattern: Compiled regex exceeds size"),
        (f"matches: {'a' * 10_001}", "is not a valid pattern: too long: 10,001 characters"),
        ("equals: .nan", "`equals`: number that JSON does not support"),
        ("json-path: $.a", "`json-path` must be a mapping of paths to values Write each path"),
        ("json-path: {}", "`json-path` must be a mapping of paths to values"),
        ("json-path: {a.b: 1}", "`json-path`: `a.b` must start with `$` Use keys"),
        ("json-path: {$.a.*: 1}", "`json-path`: `$.a.*` is not valid at character 4"),
        ("min-outputs: 0", "`min-outputs` must be an integer of at least 1"),
        ("min-outputs: 1.5", "`min-outputs` must be an integer of at least 1"),
        ("min-outputs: [1]", "`min-outputs` must be an integer of at least 1"),
        ("media-type: png", "`media-type`: `png` is not a media type Write it as `image/png`"),
        ("media-type: image/jpg", "by a file's content Did you mean `image/jpeg`?"),
        ("media-type: font/*", "`media-type`: `font/*` cannot be recognized by a file's content"),
        ("max-seconds: 0", "`max-seconds` must be a number of seconds above 0"),
        ("max-seconds: 10s", "`max-seconds` must be a number of seconds above 0"),
        (f"contains: [{', '.join('a' * 101)}]", "has 101 expectations (maximum 100)"),
    ],
)
def test_an_expectation_that_is_not_valid(text: str, words: str) -> None:
    ((line, what),) = said(f"- input: {{}}\n  expect:\n    {text}")
    assert line in {2, 3}
    assert words in what


def test_everything_that_is_wrong_is_told_at_once() -> None:
    text = "- expct: 1\n- input: {}\n  timeout: x\n  expect: {contains: [], min-outputs: x}"
    lines = [line for line, _ in said(text)]
    assert lines == [1, 1, 3, 4, 4]


FIELDS = {
    "prompt": {"type": "string", "maxLength": 5},
    "steps": {"type": "integer", "minimum": 1},
    "image": {"type": "string", "format": "uri"},
    "key": {"type": "string", "format": "password", "x-cog-secret": True},
}


def version(*required: str, **schemas: object) -> Version:
    known = {"Input": {"properties": FIELDS, "required": list(required)}, **schemas}
    return Version.model_validate({"id": "v", "openapi_schema": {"components": {"schemas": known}}})


def test_inputs_get_the_types_of_the_schema() -> None:
    evaluations, _ = read("- input: {prompt: 1.10, steps: '3', key: hidden}")
    (one,), findings = check_inputs(evaluations, version("prompt"))
    assert not findings
    assert one.input == {"prompt": "1.10", "steps": 3, "key": "hidden"}
    assert one.secret_inputs == {"key"}
    assert one.name == "evaluation 1"


def test_without_a_schema_nothing_is_checked() -> None:
    evaluations, _ = read("- input: {anything: '3'}")
    for unknown in (Version(id="v"), version(Input="odd")):
        assert check_inputs(evaluations, unknown) == (evaluations, ())


@pytest.mark.parametrize(
    ("given", "line", "what", "fix"),
    [
        ("{stepz: 3, image: ''}", 2, "unknown input `stepz`", "Did you mean `steps`?"),
        ("{steps: 0}", 2, "`steps` must be at least 1, not `0`", ""),
        ("{prompt: too long}", 2, "`prompt` must have at most 5 characters, not 8", ""),
        ("{steps: many}", 2, "`steps` must be an integer, not `many`", ""),
        ("{}", 1, "`image` is required by the model, but not given", ""),
        ("{image: ''}", 2, "`image` is required by the model, but empty", ""),
        ("{image: here}", 2, "`image` must be a URL that Replicate can download, not `here`", ""),
    ],
)
def test_what_the_version_would_refuse(given: str, line: int, what: str, fix: str) -> None:
    evaluations, _ = read(f"- name: greets\n  input: {given}")
    _, findings = check_inputs(evaluations, version(*["image"] * ("required" in what)))
    (found,) = findings
    assert found == Finding("evaluation", f"`greets`: {what}", fix, line=line)


def test_a_token_is_refused_whatever_the_schema_says() -> None:
    fields = {"properties": {"prompt": {"type": "string"}}}
    for token in (TOKEN, "r8_" + "a" * 37):
        evaluations, _ = read(f"- input: {{prompt: {token}}}")
        _, (finding,) = check_inputs(evaluations, version(Input=fields), (TOKEN,))
        assert "token" in finding.what
        assert finding.fix == ("Remove it: a model's inputs are shown on the prediction's page.")


def test_a_secret_is_not_repeated_in_a_finding() -> None:
    secret = {"properties": {"key": {**FIELDS["key"], "maxLength": 3}}}
    evaluations, _ = read("- input: {key: hunter2-hunter2}")
    _, findings = check_inputs(evaluations, version(Input=secret))
    assert findings
    assert "hunter2" not in str(findings)


PAGE = (Path(__file__).resolve().parents[2] / "docs/evaluation.md").read_text("utf-8")


def test_the_page_s_examples_are_valid() -> None:
    first, second = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    given = read_mapping(first)
    evaluations, findings = read(given["evaluation"])
    assert (len(evaluations), findings) == (2, ())
    inside = "".join(f"  {line}\n" for line in second.splitlines())
    assert read(f"- input: {{}}\n{inside}")[1] == ()
    for line in re.findall(r"\| `((?:[a-z]+-?)+: [^`]+)`", PAGE):
        assert read(f"- input: {{}}\n  expect:\n    {line}")[1] == (), line


def test_the_page_names_every_key_and_every_media_type() -> None:
    for name in (*_KEYS, *_READERS, *KNOWN):
        assert f"`{name}`" in PAGE, name
