"""The files of tests/samples; its README says what they are."""

import json
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).resolve().parent.parent / "samples"


def trainer_schemas() -> dict[str, dict[str, Any]]:
    """Return each trainer's `openapi_schema`, by the name of its file."""
    found = sorted((SAMPLES / "trainer-schemas").glob("*.json"))
    assert found
    return {path.stem: json.loads(path.read_text("utf-8"))["openapi_schema"] for path in found}


def exchanges(name: str) -> list[dict[str, Any]]:
    """Return a recording: a list of requests with their answers."""
    text = (SAMPLES / "recorded" / f"{name}.json").read_text("utf-8")
    return list(json.loads(text))


def training_logs() -> list[str]:
    """Return the texts of training logs, with their carriage returns."""
    found = sorted((SAMPLES / "training-logs").glob("*.txt"))
    assert found
    return [path.read_bytes().decode() for path in found]


def training_log(name: str) -> str:
    """Return the text of one training log, with its carriage returns."""
    return (SAMPLES / "training-logs" / f"{name}.txt").read_bytes().decode()
