"""A Cog project whose predictions count, piece by piece."""

import json
from pathlib import Path

_PREDICT = """
import time
from cog import BasePredictor, ConcatenateIterator, Input

class Predictor(BasePredictor):
    def predict(self, last: int = Input(default=3), seconds: float = Input(default=0.0),
                fail: str = Input(default="")) -> ConcatenateIterator[str]:
        for number in range(1, last + 1):
            print("counted", number, flush=True)
            yield f"{number} "
            time.sleep(seconds)
        if fail:
            raise RuntimeError(fail)
"""
_INPUTS = {
    "last": {"type": "integer", "default": 3, "minimum": 1},
    "seconds": {"type": "number", "default": 0.0},
    "fail": {"type": "string", "default": ""},
}
_SCHEMA = {
    "openapi": "3.0.2",
    "info": {"title": "Cog", "version": "0.1.0"},
    "paths": {},
    "components": {
        "schemas": {
            "Input": {"type": "object", "title": "Input", "properties": _INPUTS},
            "Output": {
                "title": "Output",
                "type": "array",
                "items": {"type": "string"},
                "x-cog-array-type": "iterator",
                "x-cog-array-display": "concatenate",
            },
        }
    },
}


def write_counter(folder: Path) -> Path:
    """Write a project that predicts `1 2 3 …`, waits after each, and may fail at the end."""
    project = folder / "counter"
    (project / ".cog").mkdir(parents=True)
    (project / "cog.yaml").write_text("train: train.py:train\npredict: predict.py:Predictor\n")
    (project / "predict.py").write_text(_PREDICT)
    (project / ".cog/openapi_schema.json").write_text(json.dumps(_SCHEMA))
    return project
