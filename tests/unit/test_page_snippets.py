"""A training as code: it says what the form says, whatever is in it."""

import ast
import json
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from replicate_sandbox.pages import snippets
from replicate_sandbox.pages.snippets import Training

HOSTILE = [
    "plain", "", "yes", "1.10", "0x1f", "1e3", "null", "~", "- a", "a: b", "# c", "'", '"', "\\",
    "`id`", "$(id)", "$HOME", "a\nb", "\u2028", "\x7f", "\x85", "\ufeff", "é漢😀", "</script>",
    "%0A::error::", "}}", "@x", "*", "&a", "!t",
]  # fmt: skip
BASE = {"api": "http://127.0.0.1:8123/v1", "model": "replicate/lm", "version": "f" * 64}


def training(**more: object) -> Training:
    return Training(**BASE, destination="you/m", **more)  # type: ignore[arg-type]


def step(**more: object) -> dict:
    [read] = YAML(typ="safe", pure=True).load(snippets.workflow_step(training(**more)))
    return read["with"]


@pytest.mark.parametrize("value", [*HOSTILE, 3, 0.004, True, None, [1, "a"], {"k": "v"}])
def test_the_step_gives_the_value(value: object) -> None:
    text = step(inputs={"x": value})["training-input"]
    assert YAML(typ="safe", pure=True).load(text) == {"x": value}


def test_no_value_is_an_expression() -> None:
    text = snippets.workflow_step(training(inputs={"x": "${{ secrets.OTHER }}"}))
    assert "${{ '${{' }} secrets.OTHER }}" in text
    assert text.count("${{ secrets.") == 1


def test_the_step_names_the_file_and_the_secret() -> None:
    given = step(inputs={"a": 1}, files={"data": "a b.zip", "more": "c.zip"}, secrets=["hf_token"])
    assert given["model-name"] == "you/m"
    assert given["trainer"] == "replicate/lm:" + "f" * 64
    assert (given["dataset"], given["dataset-input"]) == ("a b.zip", "data")
    assert given["training-input"].splitlines() == [
        "a: 1", "more: https://example.com/c.zip", 'hf_token: "${{ secrets.HF_TOKEN }}"',
    ]  # fmt: skip


@pytest.mark.parametrize("value", [*HOSTILE, "'\"$(id)\"'"])
def test_the_shell_sends_the_value(value: str, tmp_path: Path) -> None:
    fake = tmp_path / "curl"
    fake.write_text('#!/bin/sh\nfor one; do printf "%s\\0" "$one"; done >>calls\necho "{}"\n')
    fake.chmod(0o755)
    text = snippets.curl(training(inputs={"x": value}, files={"f": f"{value}.zip"}, secrets=["s"]))
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "S": "secret", "REPLICATE_API_TOKEN": "t"}
    subprocess.run(["sh", "-c", text], cwd=tmp_path, env=environment, check=True, timeout=20)
    sent = (tmp_path / "calls").read_bytes().decode().split("\0")
    body = json.loads(sent[sent.index("--data") + 1])
    assert body == {"destination": "you/m", "input": {"x": value, "f": "null", "s": "secret"}}
    form = sent[sent.index("--form") + 1]
    assert (
        form.removeprefix("content=@")
        == '"' + f"{value}.zip".replace("\\", "\\\\").replace('"', '\\"') + '"'
    )


@pytest.mark.parametrize("value", [*HOSTILE, 3, True, None, [1.5], {"k": False}])
def test_the_python_gives_the_value(value: object) -> None:
    given = training(inputs={"x": value}, files={"f": str(value)}, secrets=["s"])
    tree = ast.parse(snippets.python(given))
    [create] = [
        node for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "client.trainings.create"
    ]  # fmt: skip
    keywords = {keyword.arg: keyword.value for keyword in create.keywords}
    inputs = keywords["input"]
    assert isinstance(inputs, ast.Dict)
    assert ast.literal_eval(inputs.values[0]) == value
    assert [ast.unparse(one) for one in inputs.values[1:]] == [
        "file1.urls['get']", "os.environ['S']",
    ]  # fmt: skip


@pytest.mark.skipif(not shutil.which("node"), reason="no node in PATH")
def test_the_javascript_gives_the_values(tmp_path: Path) -> None:
    inputs = {f"x{number}": value for number, value in enumerate([*HOSTILE, 3, True, None, [1]])}
    text = snippets.javascript(training(inputs=inputs, files={"f": "a'b.zip"}, secrets=["s"]))
    fake = """
export default class {
  files = { create: async () => ({ urls: { get: "url" } }) };
  trainings = { create: async (...given) => { console.log(JSON.stringify(given)); return {}; } };
}
"""
    package = tmp_path / "node_modules/replicate"
    package.mkdir(parents=True)
    (package / "index.mjs").write_text(fake)
    (package / "package.json").write_text('{"name": "replicate", "exports": "./index.mjs"}')
    (tmp_path / "a'b.zip").touch()
    (tmp_path / "train.mjs").write_text(text)
    said = subprocess.run(
        ["node", "train.mjs"], cwd=tmp_path, env={"PATH": "/usr/bin:/bin", "S": "secret"},
        check=True, capture_output=True, text=True, timeout=30,
    ).stdout.split("\n")[0]  # fmt: skip
    owner, name, version, options = json.loads(said)
    assert (owner, name, version) == ("replicate", "lm", "f" * 64)
    assert options == {"destination": "you/m", "input": {**inputs, "f": "url", "s": "secret"}}


def test_without_inputs_the_code_is_short() -> None:
    assert "training-input" not in snippets.workflow_step(training())
    assert "input={}," in snippets.python(training())
    assert "jq" not in snippets.curl(training())
    assert "readFile" not in snippets.javascript(training())
    assert shlex.split(snippets.curl(training()))[0] == "curl"
