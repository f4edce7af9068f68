"""Cog projects of a few lines without a schema file, as their authors have them."""

from pathlib import Path

TRAIN = """
from cog import BaseModel, Input, Path, Secret

class TrainingOutput(BaseModel):
    weights: Path

def train(
    data: Path = Input(description="Examples <b>in</b> lines."),
    steps: int = Input(default=10, ge=1, le=100),
    rate: float = 0.5,
    optimizer: str = Input(default="adam", choices=["adam", "sgd"]),
    note: str = None,
    seed: int | None = None,
    token: Secret = Input(default=None),
) -> TrainingOutput:
    print(type(data).__name__, steps, rate, optimizer, seed, flush=True)
    weights = Path("weights.npz")
    weights.write_text(data.read_text() * steps)
    return TrainingOutput(weights=weights)
"""
PREDICT = """
from cog import BasePredictor, Input

class Predictor(BasePredictor):
    def predict(self, text: str, optimizer: int = Input(default=1, choices=[1, 2])) -> list[str]:
        return [text]
"""
YAML = (
    "build:\n  gpu: true\ntrain: 'train.py:train' # its code\npredict: \"predict.py:Predictor\"\n"
)


def write_trainer(
    folder: Path, name: str = "mine", *, train: str = TRAIN, yaml: str = YAML
) -> Path:
    """Write a project that brings no schema, and return its folder."""
    project = folder / name
    project.mkdir(parents=True)
    (project / "cog.yaml").write_text(yaml)
    (project / "train.py").write_text(train)
    (project / "predict.py").write_text(PREDICT)
    return project
