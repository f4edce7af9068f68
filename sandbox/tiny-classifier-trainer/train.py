"""The training endpoint of tiny-classifier: labelled pictures in, a classifier out."""

import sys
import time

import numpy as np
import pictures
from classifier import Classifier
from cog import BaseModel, Input, Path

_BATCH = 32  # pictures a step
_LOOKS = 10  # times that the accuracy is printed


class TrainingOutput(BaseModel):
    """What a training returns."""

    weights: Path


def train(
    input_images: Path = Input(
        description="A zip of PNG, PPM or PGM pictures, in a folder for each class, or with a "
        ".jsonl file whose lines give file and label."
    ),
    steps: int = Input(description="Number of training steps.", default=300, ge=1, le=100_000),
    learning_rate: float = Input(description="Learning rate.", default=0.05, ge=1e-6, le=10.0),
    hidden_size: int = Input(description="Size of the hidden layer.", default=32, ge=2, le=1024),
    seed: int = Input(description="The same seed and data give the same weights.", default=1),
) -> TrainingOutput:
    """Train, and say how it goes."""
    rows, names = pictures.read(input_images)
    random = np.random.default_rng(seed)
    classes = sorted(set(names))
    labels = np.array([classes.index(name) for name in names])
    order = random.permutation(len(rows))
    testing, learning = order[: max(1, len(order) // 5)], order[max(1, len(order) // 5) :]
    print(f"Read {len(rows)} pictures of {len(classes)} classes, {len(testing)} held out")
    model = Classifier.new(classes, rows.shape[1], hidden_size, random)
    print(f"Before: test accuracy {model.accuracy(rows[testing], labels[testing]):.1%}", flush=True)
    velocity = {name: np.zeros_like(value) for name, value in model.parameters.items()}
    began = time.monotonic()
    for step in range(1, steps + 1):
        batch = random.choice(learning, _BATCH)
        loss, gradients = model.gradients(rows[batch], labels[batch])
        for name, gradient in gradients.items():
            velocity[name] = 0.9 * velocity[name] - learning_rate * gradient
            model.parameters[name] += velocity[name]
        if step == steps or step * _LOOKS // steps != (step - 1) * _LOOKS // steps:
            accuracy = model.accuracy(rows[learning], labels[learning])
            bar = "█" * (10 * step // steps)
            sys.stdout.write(
                f"\rtrain: {100 * step // steps:3}%|{bar:<10}| {step}/{steps} "
                f"[loss: {loss:.4f}, accuracy: {accuracy:.1%}]"
            )
            sys.stdout.flush()
    print(f"\nAfter:  test accuracy {model.accuracy(rows[testing], labels[testing]):.1%}")
    print(f"Trained {steps} steps in {time.monotonic() - began:.1f} s", flush=True)
    weights = Path("weights.npz")
    model.save(weights)
    return TrainingOutput(weights=weights)
