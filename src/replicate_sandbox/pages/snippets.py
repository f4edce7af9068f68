"""A training as a workflow step and as code, to copy; pure: values in, text out.

The files that a form chose are named, and the code uploads them.
"""

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_PLAIN = re.compile(r"[A-Za-z0-9][\w./:@-]*")  # what YAML reads as text, but for the next two
_YAML_WORDS = re.compile(r"(?i:true|false|yes|no|on|off|null|y|n)|[\d.:_eE+-]+|0[xob].*")
_UNPRINTABLE = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_VARIABLE = re.compile(r"\\u0000(\w+)\\u0000")  # a place for a shell variable, in JSON
_INDENT = 2
_READING = """import { readFile } from "node:fs/promises";
import { basename } from "node:path";
"""


@dataclass(frozen=True)
class Training:
    """What a form asks for; `inputs` are those that differ from their defaults.

    `files` are names of files, by the input that takes them; `secrets` are inputs whose values the
    code reads from the environment.
    """

    api: str  # base URL of the API, which ends in /v1
    model: str  # the trainer
    version: str
    destination: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    secrets: Sequence[str] = ()


def workflow_step(training: Training) -> str:
    """Return a step that trains with this action, as YAML."""
    lines = [
        "- uses: OWNER/REPO@v1",
        "  id: train",
        "  with:",
        "    api-token: ${{ secrets.REPLICATE_API_TOKEN }}",
        f"    api-url: {_yaml(training.api)}",
        f"    model-name: {_yaml(training.destination)}",
        f"    trainer: {_yaml(f'{training.model}:{training.version}')}",
    ]
    rest = dict(training.inputs)
    for number, (name, file) in enumerate(training.files.items()):
        if number == 0:
            lines += [f"    dataset: {_yaml(file)}", f"    dataset-input: {_yaml(name)}"]
        else:
            rest[name] = f"https://example.com/{file}"
    if rest or training.secrets:
        lines.append("    training-input: |")
        lines += [f"      {_yaml(name)}: {_yaml(value)}" for name, value in rest.items()]
    for name in training.secrets:
        lines.append(f'      {_yaml(name)}: "${{{{ secrets.{_variable(name)} }}}}"')
    return "\n".join(lines) + "\n"


def curl(training: Training) -> str:
    """Return shell commands; they need curl, and jq if there is a file."""
    inputs = dict(training.inputs)
    lines = []
    for number, (name, file) in enumerate(training.files.items(), 1):
        quoted = file.replace("\\", "\\\\").replace('"', '\\"')
        form = shlex.quote(f'content=@"{quoted}"')
        lines += [
            f"file{number}=$(curl --silent --fail-with-body {training.api}/files \\",
            '  --header "Authorization: Bearer $REPLICATE_API_TOKEN" \\',
            f"  --form {form} | jq --raw-output .urls.get)",
            "",
        ]
        inputs[name] = f"\0file{number}\0"
    inputs |= {name: f"\0{_variable(name)}\0" for name in training.secrets}
    body = {"destination": training.destination, "input": inputs}
    data = shlex.quote(_json(body, _INDENT))
    data = _VARIABLE.sub(lambda match: f"'\"${match[1]}\"'", data)
    path = f"/models/{training.model}/versions/{training.version}/trainings"
    lines += [
        f"curl --silent --fail-with-body {training.api}{path} \\",
        '  --header "Authorization: Bearer $REPLICATE_API_TOKEN" \\',
        '  --header "Content-Type: application/json" \\',
        f"  --data {data}",
    ]
    return "\n".join(lines) + "\n"


def python(training: Training) -> str:
    """Return a program for Replicate's Python client (replicate 1.x)."""
    uploads = "".join(
        f'file{number} = client.files.create(open({_json(name)}, "rb"))\n'
        for number, name in enumerate(training.files.values(), 1)
    )
    inputs = [f"{_json(name)}: {value!r}" for name, value in training.inputs.items()]
    inputs += [
        f'{_json(name)}: file{number}.urls["get"]' for number, name in enumerate(training.files, 1)
    ]
    inputs += [f'{_json(name)}: os.environ["{_variable(name)}"]' for name in training.secrets]
    return f"""import os

import replicate

client = replicate.Client(
    api_token=os.environ["REPLICATE_API_TOKEN"],
    base_url={_json(training.api.removesuffix("/v1"))},
)
{uploads}training = client.trainings.create(
    model={_json(training.model)},
    version={_json(training.version)},
    destination={_json(training.destination)},
    input={{{_block(inputs, 8, 4)}}},
)
print(training.id)
"""


def javascript(training: Training) -> str:
    """Return a program for Replicate's JavaScript client."""
    uploads = "".join(
        f"const file{number} = await replicate.files.create(\n"
        f"  new File([await readFile({_json(name)})], basename({_json(name)})),\n"
        ");\n"
        for number, name in enumerate(training.files.values(), 1)
    )
    inputs = [f"{_json(name)}: {_json(value)}" for name, value in training.inputs.items()]
    inputs += [
        f"{_json(name)}: file{number}.urls.get" for number, name in enumerate(training.files, 1)
    ]
    inputs += [f"{_json(name)}: process.env.{_variable(name)}" for name in training.secrets]
    opening = _READING if uploads else ""
    owner, _, name = training.model.partition("/")
    return f"""{opening}import Replicate from "replicate";

const replicate = new Replicate({{
  auth: process.env.REPLICATE_API_TOKEN,
  baseUrl: {_json(training.api)},
}});
{uploads}const training = await replicate.trainings.create(
  {_json(owner)},
  {_json(name)},
  {_json(training.version)},
  {{
    destination: {_json(training.destination)},
    input: {{{_block(inputs, 6, 4)}}},
  }},
);
console.log(training.id);
"""


ALL = {
    "Workflow step": workflow_step,
    "cURL": curl,
    "Python": python,
    "JavaScript": javascript,
}


def _variable(name: str) -> str:
    """Return the name of the environment variable, and of the secret, for an input."""
    return re.sub(r"\W", "_", name, flags=re.ASCII).upper()


def _block(items: list[str], indent: int, outer: int) -> str:
    lines = "".join(f"{' ' * indent}{item},\n" for item in items)
    return f"\n{lines}{' ' * outer}" if items else ""


def _yaml(value: object) -> str:
    """Return a value as YAML on one line, with no expression that a workflow would evaluate."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and not _YAML_WORDS.fullmatch(value):
        return value
    return _json(value).replace("${{", "${{ '${{' }}")


def _json(value: object, indent: int | None = None) -> str:
    """Return JSON that is also YAML, JavaScript, and for texts Python."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
