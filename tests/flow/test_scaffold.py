"""The command `replicate-train scaffold`: its arguments, its files, and what Replicate answers."""

import importlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from replicate_train.scaffold.__main__ import main
from support.scenes import TRAINER, trainer
from support.scripted import SCHEMA, TOKEN, URL, VERSION, Script, model, ok, problem
from support.served import ROOT

PINNED = f"GET /models/acme/trainer/versions/{VERSION}"


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPLICATE_API_TOKEN", TOKEN)


def scaffold(script: Script, *arguments: str) -> int:
    status = main(["scaffold", *arguments, f"--api-url={URL}"], script)
    assert script.breaches == []
    return status


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return the message for arguments that are not valid; nothing may be asked or printed."""
    script = Script()
    with pytest.raises(SystemExit) as stopped:
        main(arguments, script)
    printed = capsys.readouterr()
    assert (stopped.value.code, printed.out, script.asked) == (2, "", [])
    return printed.err.partition("error: ")[2].strip()


def test_the_latest_version_is_pinned(capsys: pytest.CaptureFixture[str]) -> None:
    script = Script().on(TRAINER, trainer())
    assert scaffold(script, "acme/trainer") == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert f"          trainer: acme/trainer:{VERSION}\n" in printed.out
    assert f"          api-url: {json.dumps(URL)}\n" in printed.out
    assert "            steps: ${{ toJSON(inputs.steps) }}\n" in printed.out
    assert "            hf_token: ${{ toJSON(secrets.HF_TOKEN) }}\n" in printed.out
    assert TOKEN not in printed.out
    assert script.asked[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_a_given_version_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    script = Script().on(PINNED, ok({"id": VERSION, "openapi_schema": SCHEMA}))
    assert scaffold(script, f"acme/trainer:{VERSION}") == 0
    assert f"trainer: acme/trainer:{VERSION}\n" in capsys.readouterr().out


def test_a_renamed_trainer_is_written_under_its_new_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = Script().on(TRAINER, ok(model("acme", "renamed", latest=VERSION)))
    assert scaffold(script, "acme/trainer") == 0
    assert f"trainer: acme/renamed:{VERSION}\n" in capsys.readouterr().out


def test_a_file_is_written_where_the_workflows_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / ".github/workflows/fine-tune.yml"
    script = Script().on(TRAINER, trainer())
    assert scaffold(script, "acme/trainer", f"--output={path}") == 0
    assert capsys.readouterr().out == ""
    assert path.read_text("utf-8").startswith("# Trains with acme/trainer from")


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({"id": VERSION, "openapi_schema": SCHEMA}, "acme/trainer"),
        ({"id": VERSION, "openapi_schema": SCHEMA}, f"acme/trainer:{VERSION}"),
        (SCHEMA, f"acme/trainer:{VERSION}"),
        (SCHEMA["components"]["schemas"]["TrainingInput"], f"acme/trainer:{VERSION}"),
    ],
)
def test_a_saved_schema_needs_no_token(
    document: object,
    named: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("REPLICATE_API_TOKEN")
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(document))
    assert main(["scaffold", named, f"--schema={path}"]) == 0
    printed = capsys.readouterr().out
    assert f"trainer: acme/trainer:{VERSION}\n" in printed
    assert "dataset-input: train_data\n" in printed
    assert "api-url" not in printed


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            problem(401, title="Unauthenticated", detail="no"),
            ["API token not valid", "Set REPLICATE_API_TOKEN to a token from https://"],
        ),
        (problem(404, detail="gone"), ["Trainer not found: Trainer acme/trainer not found"]),
        (ok(model("acme", "trainer")), ["Not a trainer: Trainer acme/trainer has no versions"]),
        (
            ok(model("acme", "trainer", latest_version={"id": "v", "openapi_schema": {}})),
            ["Not a trainer: acme/trainer has no training endpoint"],
        ),
        (problem(403, detail="\x1b[31mno\n::error::x"), ["Permission denied", "answered 403: no"]),
    ],
)
def test_what_replicate_refuses_ends_with_1(
    answer: object, words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "workflow.yml"
    script = Script().on(TRAINER, answer)  # type: ignore[arg-type]
    assert scaffold(script, "acme/trainer", f"--output={path}") == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("replicate-train: ")
    assert "\x1b" not in printed.err
    assert all(word in printed.err for word in words), printed.err
    assert not path.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["scafold"], "invalid choice: 'scafold'"),
        (["scaffold"], "the following arguments are required: OWNER/TRAINER[:VERSION]"),
        (["scaffold", "trainer"], "must be `owner/name` or `owner/name:version-id`"),
        (["scaffold", "a/b:latest"], "must not end with `:latest`"),
        (["scaffold", "a/b", "--api-url=http://example.com"], "argument --api-url: "),
        (["scaffold", "a/b", "--schema=none.json"], "argument --schema: none.json: No such file"),
        (["scaffold", "a/b", "--schema=/"], "argument --schema: /: Is a directory"),
    ],
)
def test_a_bad_argument_ends_with_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in refused(capsys, *arguments)


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("", "REPLICATE_API_TOKEN is not set. Set REPLICATE_API_TOKEN to a token from https://"),
        ("  ", "REPLICATE_API_TOKEN is not set"),
        ("'quoted'", "REPLICATE_API_TOKEN must not start with a quotation mark"),
    ],
)
def test_a_bad_token_ends_with_2(
    token: str,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("REPLICATE_API_TOKEN", token)
    assert refused(capsys, "scaffold", "a/b").startswith(message)


@pytest.mark.parametrize(
    ("text", "named", "message"),
    [
        ("{", "a/b", "argument --schema: {path}: not a JSON file"),
        ("\udcff", "a/b", "argument --schema: {path}: not UTF-8"),
        (json.dumps(SCHEMA), "a/b", "{path} does not name the version. Add it: a/b:VERSION"),
        (
            json.dumps({"id": VERSION, "openapi_schema": SCHEMA}),
            "a/b:123",
            f"argument --schema: {{path}}: is the schema of version {VERSION}",
        ),
    ],
)
def test_a_schema_that_cannot_be_used_ends_with_2(
    text: str, named: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "schema.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    found = refused(capsys, "scaffold", named, f"--schema={path}")
    assert found == message.format(path=path)


def test_an_output_that_cannot_be_written_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "schema.json"
    path.write_text(json.dumps({"id": VERSION, "openapi_schema": SCHEMA}))
    found = refused(capsys, "scaffold", "a/b", f"--schema={path}", f"--output={tmp_path}")
    assert found == f"argument --output: {tmp_path}: Is a directory"


def test_the_command_is_a_script_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    module, _, function = project["scripts"]["replicate-train"].partition(":")
    assert getattr(importlib.import_module(module), function) is main


def test_the_package_is_a_command() -> None:
    schema = ROOT / "sandbox/tiny-lm-trainer/.cog/openapi_schema.json"
    command = [sys.executable, "-m", "replicate_train.scaffold", "scaffold", "you/tiny:1"]
    done = subprocess.run(
        [*command, f"--schema={schema}"], check=True, capture_output=True, text=True
    )
    assert "name: Fine-tune with you/tiny\n" in done.stdout


def test_the_page_shows_the_command_s_own_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["scaffold", "--help"])
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    page = (ROOT / "docs/scaffold.md").read_text("utf-8")
    assert options == set(re.findall(r"^\| `(--[a-z-]+)", page, re.MULTILINE))
