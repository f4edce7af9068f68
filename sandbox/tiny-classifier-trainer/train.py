"""The training endpoint of tiny-classifier: labelled images in, a classifier out."""

import sys
import time

import dataset
import numpy as np
from classifier import Classifier, Floats, Labels
from cog import BaseModel, Input, Path

_BATCH = 32  # images a step
_REPORTS = 10  # times that the accuracy is printed
_MOMENTUM = 0.9


class TrainingOutput(BaseModel):
    """What a training returns."""

    weights: Path


def train(
    input_images: Path = Input(
        description="A zip of PNG, PPM or PGM images, in a folder for each class, or with a "
        ".jsonl file whose lines give file and label."
    ),
    steps: int = Input(description="Number of training steps.", default=300, ge=1, le=100_000),
    learning_rate: float = Input(description="Learning rate.", default=0.05, ge=1e-6, le=10.0),
    hidden_size: int = Input(description="Size of the hidden layer.", default=32, ge=2, le=1024),
    seed: int = Input(description="The same seed and data give the same weights.", default=1),
) -> TrainingOutput:
    """Train a classifier, print its progress, and return its weights."""
    rows, names = dataset.read(input_images)
    random = np.random.default_rng(seed)
    classes = sorted(set(names))
    labels = np.array([classes.index(name) for name in names])
    order = random.permutation(len(rows))
    held_out, learning = order[: max(1, len(order) // 5)], order[max(1, len(order) // 5) :]
    print(f"Read {len(rows)} images of {len(classes)} classes, {len(held_out)} held out")
    model = Classifier.new(classes, rows.shape[1], hidden_size, random)
    before = model.accuracy(rows[held_out], labels[held_out])
    print(f"Before: test accuracy {before:.1%}", flush=True)
    started = time.monotonic()
    training = rows[learning], labels[learning]
    _run(model, *training, steps, learning_rate=learning_rate, random=random)
    after = model.accuracy(rows[held_out], labels[held_out])
    print(f"\nAfter:  test accuracy {after:.1%}")
    print(f"Trained {steps} steps in {time.monotonic() - started:.1f} s", flush=True)
    weights = Path("weights.npz")
    model.save(weights)
    return TrainingOutput(weights=weights)


def _run(
    model: Classifier,
    rows: Floats,
    labels: Labels,
    steps: int,
    *,
    learning_rate: float,
    random: np.random.Generator,
) -> None:
    """Train by gradient descent with momentum."""
    velocity = {name: np.zeros_like(value) for name, value in model.parameters.items()}
    for step in range(1, steps + 1):
        batch = random.choice(len(rows), _BATCH)
        loss, gradients = model.gradients(rows[batch], labels[batch])
        for name, gradient in gradients.items():
            velocity[name] = _MOMENTUM * velocity[name] - learning_rate * gradient
            model.parameters[name] += velocity[name]
        if step == steps or step * _REPORTS // steps != (step - 1) * _REPORTS // steps:
            _progress(step, steps, loss, model.accuracy(rows, labels))


def _progress(step: int, steps: int, loss: float, accuracy: float) -> None:
    """Rewrite one line of the log, as progress bars do."""
    bar = "█" * (10 * step // steps)
    sys.stdout.write(
        f"\rtrain: {100 * step // steps:3}%|{bar:<10}| {step}/{steps} "
        f"[loss: {loss:.4f}, accuracy: {accuracy:.1%}]"
    )
    sys.stdout.flush()
