"""The contract: what Replicate's OpenAPI document and its recorded traffic promise of the API.

`json_text.py` reads JSON, `validation.py` checks request bodies and inputs, `resources.py` gives
models, versions, files, deployments, trainings and predictions as JSON, `problems.py` holds the
error answers; `ids.py` and `timestamps.py` write ids and times as the service does, and
`signatures.py` signs webhooks. What nobody has seen is a guess, and docs/sandbox-differences.md
lists it.
"""
