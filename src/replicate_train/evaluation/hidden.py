"""The secrets in the inputs of an evaluation, which must not be in anything that is shown. Pure."""

from collections.abc import Iterator
from typing import Any

from replicate_train.evaluation.model import Evaluation
from replicate_train.runner.redaction import Secrets
from replicate_train.runner.text import as_text, without_query

HIDDEN = "***"
_MAX_DEPTH = 50  # of what is searched for secrets; below it nothing is kept


def secret_values(evaluation: Evaluation) -> list[str]:
    """Return the texts in an evaluation's secret inputs, for the runner to mask."""
    secret = (evaluation.input.get(name) for name in sorted(evaluation.secret_inputs))
    return [text for value in secret for text in _texts(value) if text]


def shown_input(evaluation: Evaluation) -> dict[str, Any]:
    """Return an evaluation's input as people may see it: no secret, no signature of a URL."""
    return {
        name: HIDDEN if name in evaluation.secret_inputs else _unsigned(value)
        for name, value in evaluation.input.items()
    }


def without_secrets(value: Any, evaluation: Evaluation) -> Any:  # noqa: ANN401 - any JSON value
    """Return a JSON value without the secrets of an evaluation's input, in any notation."""
    secrets = Secrets()
    for text in secret_values(evaluation):
        secrets.add(text)
    return _hidden(value, secrets, 0) if secrets.longest else value


def _hidden(value: Any, secrets: Secrets, depth: int) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return secrets.hidden(value)
    if not isinstance(value, (list, dict)):
        return value
    if depth == _MAX_DEPTH:
        return None
    if isinstance(value, list):
        return [_hidden(part, secrets, depth + 1) for part in value]
    return {secrets.hidden(name): _hidden(part, secrets, depth + 1) for name, part in value.items()}


def _unsigned(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return without_query(value) if value.startswith(("https://", "http://")) else value
    if isinstance(value, list):
        return [_unsigned(part) for part in value]
    if isinstance(value, dict):
        return {name: _unsigned(part) for name, part in value.items()}
    return value


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
    elif value is not None and not isinstance(value, bool):
        yield as_text(value)
