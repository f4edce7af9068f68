"""Cog projects of a few lines, for tests that need a trainer to behave in some way."""

import json
from pathlib import Path

_TRAIN = """
import sys, time
from cog import BaseModel, Input, Path

class TrainingOutput(BaseModel):
    weights: Path

def train(data: Path = Input(description="d"), seconds: float = Input(default=0.0, ge=0, le=60),
          fail: str = Input(default=""), kill: bool = Input(default=False)) -> TrainingOutput:
    print("size", len(data.read_bytes()), flush=True)
    end = time.monotonic() + seconds
    step = 0
    while time.monotonic() < end:
        sys.stdout.write(f"\\rstep {step}"); sys.stdout.flush()
        step += 1
        time.sleep(0.05)
    if fail:
        raise RuntimeError(fail)
    if kill:
        import os, signal
        os.kill(os.getpid(), signal.SIGKILL)
    Path("weights.npz").write_bytes(data.read_bytes()[::-1])
    return TrainingOutput(weights=Path("weights.npz"))
"""
_PREDICT = """
from typing import Optional
from cog import BasePredictor, Input, Path

class Predictor(BasePredictor):
    def setup(self, weights: Optional[Path] = None) -> None:
        self.weights = open(str(weights)).read() if weights else "none"

    def predict(self, text: str = Input(default="")) -> str:
        return text + self.weights
"""


def _object(title: str, **properties: object) -> dict[str, object]:
    return {"type": "object", "title": title, "properties": properties}


_SCHEMA = {
    "openapi": "3.0.2",
    "info": {"title": "Cog", "version": "0.1.0"},
    "paths": {},
    "components": {
        "schemas": {
            "Input": _object("Input", text={"type": "string", "title": "Text", "default": ""}),
            "Output": {"type": "string", "title": "Output"},
            "TrainingInput": {
                **_object(
                    "TrainingInput",
                    data={"type": "string", "format": "uri", "title": "Data"},
                    seconds={"type": "number", "minimum": 0, "maximum": 60, "default": 0.0},
                    fail={"type": "string", "default": ""},
                    kill={"type": "boolean", "default": False},
                ),
                "required": ["data"],
            },
            "TrainingOutput": _object(
                "TrainingOutput", weights={"type": "string", "format": "uri"}
            ),
        }
    },
}


def write_sleeper(folder: Path) -> Path:
    """Write a trainer that lasts as long as it is told, and may fail or kill itself."""
    project = folder / "sleeper"
    (project / ".cog").mkdir(parents=True)
    (project / "cog.yaml").write_text("train: train.py:train\npredict: predict.py:Predictor\n")
    (project / "train.py").write_text(_TRAIN)
    (project / "predict.py").write_text(_PREDICT)
    (project / ".cog/openapi_schema.json").write_text(json.dumps(_SCHEMA))
    return project


def write_untrained(folder: Path, name: str, schema: dict[str, object]) -> Path:
    """Write a trainer that has a schema and no code."""
    project = folder / name
    (project / ".cog").mkdir(parents=True)
    (project / "cog.yaml").write_text("train: train.py:train\npredict: predict.py:Predictor\n")
    (project / ".cog/openapi_schema.json").write_text(json.dumps(schema))
    return project
