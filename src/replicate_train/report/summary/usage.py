"""How to run the new version: code to copy, for Python, JavaScript and cURL."""

import json
from collections.abc import Mapping
from typing import Any

from replicate_train.evaluation.hidden import shown_input
from replicate_train.inputs.model import DEFAULT_API_URL
from replicate_train.report.markdown import code_block, details
from replicate_train.report.record import Record
from replicate_train.trainer.fields import fields_of, is_secret, required_of

_EXAMPLES: Mapping[str, object] = {"string": "...", "integer": 1, "number": 1.0, "boolean": True}
_MAX_CHARS = 2000  # of an input that is copied from an evaluation


def usage(record: Record) -> str:
    """Return snippets that run the new version, with an input that it accepts."""
    made = record.made
    if made is None:
        return ""
    reference, values = made.reference, _input(record)
    blocks = [
        code_block(_python(reference, values), "python"),
        code_block(_javascript(reference, values), "javascript"),
        code_block(_curl(record.inputs.api_url, made.version_id, values), "bash"),
    ]
    note = ""
    if record.inputs.api_url != DEFAULT_API_URL:
        base = record.inputs.api_url.removesuffix("/v1")
        note = f"Set `REPLICATE_API_BASE_URL={base}` for the Python client.\n\n"
    return details("Use it", note + "\n\n".join(blocks))


def _input(record: Record) -> dict[str, Any]:
    """Return the first evaluation's input, else a value for each required input."""
    for outcome in record.outcomes:
        values = shown_input(outcome.evaluation)
        if outcome.held and values and len(json.dumps(values, default=str)) <= _MAX_CHARS:
            return values
    schemas = record.made.version.schemas if record.made else {}
    schema = schemas.get("Input")
    if not isinstance(schema, dict):
        return {}
    fields = fields_of(schema, schemas)
    names = [name for name in required_of(schema) if name in fields and not is_secret(fields[name])]
    return {name: _EXAMPLES.get(str(fields[name].get("type")), "...") for name in names}


def _python(reference: str, values: Mapping[str, Any]) -> str:
    return (
        "import replicate\n\noutput = replicate.run(\n"
        f"    {json.dumps(reference)},\n    input={_literal(values)},\n)\nprint(output)"
    )


def _literal(values: Mapping[str, Any]) -> str:
    """Return a JSON object as Python."""
    return repr(json.loads(json.dumps(values, default=str)))


def _javascript(reference: str, values: Mapping[str, Any]) -> str:
    given = json.dumps(values, ensure_ascii=False, default=str)
    return (
        'import Replicate from "replicate";\n\nconst replicate = new Replicate();\n'
        f"const output = await replicate.run({json.dumps(reference)}, {{ input: {given} }});\n"
        "console.log(output);"
    )


def _curl(api_url: str, version_id: str, values: Mapping[str, Any]) -> str:
    body = json.dumps({"version": version_id, "input": values}, default=str)
    quoted = body.replace("'", "'\\''")
    return (
        f"curl -s {api_url}/predictions \\\n"
        '  -H "Authorization: Bearer $REPLICATE_API_TOKEN" \\\n'
        '  -H "Content-Type: application/json" -H "Prefer: wait" \\\n'
        f"  -d '{quoted}'"
    )
