"""The snippets of a summary run the version, with the very input, whatever is in it."""

import ast
import json
import re
import shutil
import subprocess
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replicate_train.evaluation.model import Answer, Check, Evaluation, Outcome
from replicate_train.inputs.model import DEFAULT_API_URL, Inputs
from replicate_train.provenance.origin import Origin
from replicate_train.replicate.schemas import Version
from replicate_train.report.record import Record
from replicate_train.report.summary.usage import usage
from replicate_train.runner.text import printable
from replicate_train.training.version import MadeVersion

NODE, BASH = shutil.which("node"), shutil.which("bash") or "bash"
ID = "d" * 64
HOSTILE = {
    "quotes": "'single' \"double\" '''three''' \"\"\"three\"\"\"",
    "lines": "one\ntwo\r\nthree\tfour\u2028five\u2029six\x85seven",
    "shell": "${HOME} $(id) `id` \\ \\\\ \\' ! !! # ; | & > <",
    "javascript": "${x} </script> `y` \\u0027 // /* */",
    "fence": "```\n````\n</details>\n::error::x",
    "unicode": "é 😀 \u202e \u200b \ud800 \x7f \x1b[31m \U000e0001",
    "others": [None, True, False, 1, -2.5, 1e300, "", {"a 'b'": ["\\"]}],
    "a 'key' with \"quotes\"\n": "x",
}


def record(*inputs: dict[str, Any], url: str = DEFAULT_API_URL, schema: Any = None) -> Record:
    """Return the record of a version whose evaluations have these inputs."""
    document = {"components": {"schemas": {"Input": schema}}} if schema else None
    found = Record(Inputs.model_validate({"api-url": url}), Origin())
    found.made = MadeVersion("you/m", Version(id=ID, openapi_schema=document))
    answer = Answer("p", "succeeded")
    found.outcomes = tuple(Outcome(Evaluation("a", values), answer, ()) for values in inputs)
    return found


def snippets(of: Record) -> dict[str, str]:
    """Return the snippets of a summary by their language, as the runner writes them."""
    text = "\n".join(map(printable, usage(of).replace("\r", "\n").split("\n")))
    found = re.findall(r"^(`{3,})(\w+)\n(.*?)\n\1$", text, re.DOTALL | re.MULTILINE)
    return {language: snippet for _, language, snippet in found}


def python_input(snippet: str) -> Any:
    """Return the input that a Python snippet gives."""
    calls = [one for one in ast.walk(ast.parse(snippet)) if isinstance(one, ast.Call)]
    (run,) = [one for one in calls if one.keywords]
    assert ast.literal_eval(run.args[0]) == f"you/m:{ID}"
    return ast.literal_eval(run.keywords[0].value)


def bash_arguments(snippet: str) -> list[str]:
    """Return the arguments that a cURL snippet gives, by running it with another `curl`."""
    script = f"curl() {{ printf '%s\\0' \"$@\"; }}\n{snippet}\n"
    done = subprocess.run(
        [BASH, "-c", script], capture_output=True, check=True, env={"REPLICATE_API_TOKEN": "t"}
    )
    return done.stdout.decode().split("\0")[:-1]


def curl_input(snippet: str) -> Any:
    arguments = bash_arguments(snippet)
    assert "Authorization: Bearer t" in arguments
    body = json.loads(arguments[arguments.index("-d") + 1])
    assert body.pop("version") == ID
    return body.pop("input")


def javascript_input(snippet: str, folder: Path) -> Any:
    """Return the input that a JavaScript snippet gives, by running it with another client."""
    assert NODE
    (folder / "checked.mjs").write_text(snippet)
    subprocess.run([NODE, "--check", folder / "checked.mjs"], check=True, timeout=60)
    client = "class Replicate { run(ref, it) { console.log(JSON.stringify(it.input)); } }"
    (folder / "run.mjs").write_text(f"{client}\n{snippet.partition(chr(10))[2]}")
    done = subprocess.run(
        [NODE, folder / "run.mjs"], capture_output=True, check=True, timeout=60, text=True
    )
    return json.loads(done.stdout.split("\n")[0])


def test_hostile_values_survive_in_each_language(tmp_path: Path) -> None:
    found = snippets(record(HOSTILE))
    assert python_input(found["python"]) == HOSTILE
    assert curl_input(found["bash"]) == HOSTILE
    if NODE:
        assert javascript_input(found["javascript"], tmp_path) == HOSTILE


TEXTS = st.text(max_size=20) | st.sampled_from(["'", '"', "\\", "${x}", "\u2028", "```", "\n"])
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=3))
def test_any_values_survive(values: dict[str, Any]) -> None:
    found = snippets(record(values))
    assert python_input(found["python"]) == values
    assert curl_input(found["bash"]) == values


def test_numbers_that_json_does_not_have_are_texts() -> None:
    found = snippets(record({"a": float("nan"), "b": float("-inf")}))
    assert python_input(found["python"]) == {"a": "NaN", "b": "-Infinity"}


def test_signatures_and_secrets_are_in_no_snippet() -> None:
    whole = record({"image": "https://x.example/a.png?sig=1", "key": "hunter2"})
    (one,) = whole.outcomes
    secret = replace(one.evaluation, secret_inputs=frozenset({"key"}))
    whole.outcomes = (replace(one, evaluation=secret),)
    shown = python_input(snippets(whole)["python"])
    assert shown == {"image": "https://x.example/a.png?...", "key": "***"}


SCHEMA = {
    "required": ["text", "count", "scale", "loud", "other", "key"],
    "properties": {
        "text": {"type": "string"},
        "count": {"type": "integer"},
        "scale": {"type": "number"},
        "loud": {"type": "boolean"},
        "other": {"type": "array"},
        "key": {"type": "string", "x-cog-secret": True},
        "free": {"type": "string"},
    },
}


def test_without_an_evaluation_the_required_inputs_are_given() -> None:
    found = python_input(snippets(record(schema=SCHEMA))["python"])
    assert found == {"text": "...", "count": 1, "scale": 1.0, "loud": True, "other": []}
    assert python_input(snippets(record())["python"]) == {}


def test_a_required_input_is_given_a_value_that_it_accepts() -> None:
    fields = {
        "mode": {"type": "string", "enum": ["fast", "good"]},
        "size": {"type": "integer", "minimum": 256},
        "style": {"type": "string", "default": "plain"},
        "extra": {"type": "object"},
    }
    schema = {"required": list(fields), "properties": fields}
    assert python_input(snippets(record(schema=schema))["python"]) == {
        "mode": "fast",
        "size": 256,
        "style": "plain",
        "extra": {},
    }


def test_the_first_evaluation_that_held_and_is_short_is_copied() -> None:
    whole = record({"a": 1}, {"a": "x" * 2_001}, {}, {"a": 2}, {"a": 3})
    first = replace(whole.outcomes[0], checks=[Check("contains `x`", held=False)])
    whole.outcomes = (first, *whole.outcomes[1:])
    assert python_input(snippets(whole)["python"]) == {"a": 2}
    names = [f"input_{at}" for at in range(1_000)]
    many = {"required": names, "properties": {name: {"type": "string"} for name in names}}
    assert python_input(snippets(record(schema=many))["python"]) == {}


def test_another_server_is_named_in_each_snippet() -> None:
    url = "https://gateway.example/a&b/v1"
    whole = record({"a": 1}, url=url)
    found = snippets(whole)
    assert bash_arguments(found["bash"])[1] == f"{url}/predictions"
    assert f'new Replicate({{ baseUrl: "{url}" }})' in found["javascript"]
    note = unescape(usage(whole))
    assert "<code>REPLICATE_API_BASE_URL=https://gateway.example/a&b</code> for the Python" in note
    assert "REPLICATE" not in unescape(usage(record({"a": 1}))).replace("$REPLICATE_API_TOKEN", "")
    assert "new Replicate();" in snippets(record({"a": 1}))["javascript"]


def test_without_a_version_there_is_nothing_to_use() -> None:
    assert usage(Record(Inputs(), Origin())) == ""


@pytest.mark.parametrize("language", ["python", "javascript", "bash"])
def test_each_language_has_one_snippet(language: str) -> None:
    assert snippets(record({"a": 1}))[language]
