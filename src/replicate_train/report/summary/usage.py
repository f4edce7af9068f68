"""How to run the new version: code to copy, for Python, JavaScript and cURL."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

from replicate_train.evaluation.hidden import shown_input
from replicate_train.inputs.model import DEFAULT_API_URL
from replicate_train.report.markdown import code, code_block, details
from replicate_train.report.record import Record
from replicate_train.trainer.fields import fields_of, is_secret, required_of

_EXAMPLES: Mapping[str, object] = {
    "string": "...",
    "integer": 1,
    "number": 1.0,
    "boolean": True,
    "array": [],
    "object": {},
}
_MAX_CHARS = 2000  # of an input that is copied


def usage(record: Record) -> str:
    """Return snippets that run the new version, with an input that it accepts."""
    made = record.made
    if made is None:
        return ""
    reference, values = made.reference, _input(record)
    blocks = [
        code_block(_python(reference, values), "python"),
        code_block(_javascript(record.inputs.api_url, reference, values), "javascript"),
        code_block(_curl(record.inputs.api_url, made.version_id, values), "bash"),
    ]
    note = ""
    if record.inputs.api_url != DEFAULT_API_URL:
        base = record.inputs.api_url.removesuffix("/v1")
        note = f"Set {code(f'REPLICATE_API_BASE_URL={base}')} for the Python client.\n\n"
    return details("Use it", note + "\n\n".join(blocks))


def _input(record: Record) -> dict[str, Any]:
    """Return the first evaluation's input, else a value for each required input."""
    for outcome in record.outcomes:
        values = _as_json(shown_input(outcome.evaluation))
        if outcome.held and values and len(_json(values)) <= _MAX_CHARS:
            return values
    schemas = record.made.version.schemas if record.made else {}
    schema = schemas.get("Input")
    if not isinstance(schema, dict):
        return {}
    fields = fields_of(schema, schemas)
    names = [name for name in required_of(schema) if name in fields and not is_secret(fields[name])]
    values = {name: _example(fields[name]) for name in names}
    return values if len(_json(values)) <= _MAX_CHARS else {}


def _example(field: Mapping[str, Any]) -> object:
    """Return a value that a required input accepts: its default, its first choice, or any."""
    if field.get("default") is not None:
        return field["default"]
    choices = field.get("enum")
    if isinstance(choices, list) and choices:
        return choices[0]
    if isinstance(field.get("minimum"), (int, float)):
        return field["minimum"]
    return _EXAMPLES.get(str(field.get("type")), "...")


def _python(reference: str, values: Mapping[str, Any]) -> str:
    return (
        "import replicate\n\noutput = replicate.run(\n"
        f"    {_json(reference)},\n    input={values!r},\n)\nprint(output)"
    )


def _javascript(api_url: str, reference: str, values: Mapping[str, Any]) -> str:
    at = "" if api_url == DEFAULT_API_URL else f"{{ baseUrl: {_json(api_url)} }}"
    return (
        f'import Replicate from "replicate";\n\nconst replicate = new Replicate({at});\n'
        f"const output = await replicate.run({_json(reference)}, {{ input: {_json(values)} }});\n"
        "console.log(output);"
    )


def _curl(api_url: str, version_id: str, values: Mapping[str, Any]) -> str:
    quoted = _json({"version": version_id, "input": values}).replace("'", "'\\''")
    return (
        f"curl -s {shlex.quote(f'{api_url}/predictions')} \\\n"
        '  -H "Authorization: Bearer $REPLICATE_API_TOKEN" \\\n'
        '  -H "Content-Type: application/json" -H "Prefer: wait" \\\n'
        f"  -d '{quoted}'"
    )


def _as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as JSON can hold them: a number that it does not have becomes a text."""
    return dict(json.loads(json.dumps(values, default=str), parse_constant=str))


def _json(value: object) -> str:
    """Return JSON in which characters that are not printable are escaped: a summary has none."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in text)
