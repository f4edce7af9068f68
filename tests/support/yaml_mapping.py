"""A YAML text as plain values, as the action reads one without a schema."""

from typing import Any

from replicate_train.trainer.yaml_text import read_entries
from replicate_train.trainer.yaml_values import plain


def read_mapping(text: str) -> dict[str, Any]:
    """Return a YAML mapping as plain values. Raises `YamlProblem`."""
    return {name: plain(written) for name, written in read_entries(text).items()}
