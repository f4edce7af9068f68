"""The training endpoint of tiny-lm: a text in, a model that continues prompts in its style out."""

import math
import sys
import time

import corpus
import numpy as np
from cog import BaseModel, Input, Path
from model import CONTEXT, Model
from optimizer import Adam

_BATCH = 256  # examples a step
_REPORTS = 20  # times that the loss is printed, or more often in a long training
_LONGEST_SILENCE = 1.0  # seconds, after which it is printed anyway


class TrainingOutput(BaseModel):
    """What a training returns."""

    weights: Path


def train(
    train_data: Path = Input(
        description="Text to learn from: JSON lines, each an object with a text, or plain text."
    ),
    steps: int = Input(description="Number of training steps.", default=3000, ge=1, le=100_000),
    learning_rate: float = Input(
        description="Highest learning rate; it warms up and decays.", default=0.004, ge=1e-6, le=1.0
    ),
    hidden_size: int = Input(description="Size of the hidden layer.", default=128, ge=4, le=1024),
    seed: int = Input(description="The same seed and data give the same weights.", default=1),
) -> TrainingOutput:
    """Train a model, print its progress, and return its weights."""
    learning, held_out = corpus.split(corpus.read(train_data))
    random = np.random.default_rng(seed)
    model = Model.new(learning, hidden_size, random)
    size = sum(value.size for value in model.parameters.values())
    print(
        f"Read {len(learning) + len(held_out):,} characters, {len(held_out):,} held out for testing"
    )
    print(
        f"Alphabet of {len(model.alphabet)} characters, context of {CONTEXT}, {size:,} parameters"
    )
    before = model.loss(held_out)
    print(f"Before: test loss {before:.4f}, perplexity {math.exp(before):.2f}", flush=True)
    started = time.monotonic()
    _run(model, learning, steps, learning_rate, random)
    after = model.loss(held_out)
    print(f"\nAfter:  test loss {after:.4f}, perplexity {math.exp(after):.2f}")
    print(f"Trained {steps} steps in {time.monotonic() - started:.1f} s", flush=True)
    weights = Path("weights.npz")
    model.save(weights)
    return TrainingOutput(weights=weights)


def _run(
    model: Model, text: str, steps: int, learning_rate: float, random: np.random.Generator
) -> None:
    contexts, targets = model.examples(text)
    adam = Adam(model.parameters, learning_rate, steps)
    started, recent, reported = time.monotonic(), [], 0.0
    for step in range(1, steps + 1):
        batch = random.integers(0, len(targets), _BATCH)
        loss, gradients = model.gradients(contexts[batch], targets[batch])
        if not math.isfinite(loss):
            raise RuntimeError(f"The loss is {loss} at step {step}. Lower `learning_rate`")
        adam.step(gradients)
        recent.append(loss)
        due = step * _REPORTS // steps != (step - 1) * _REPORTS // steps
        if due or step in {1, steps} or time.monotonic() - reported > _LONGEST_SILENCE:
            reported = time.monotonic()
            _progress(step, steps, started, sum(recent) / len(recent), adam.rate())
            recent.clear()


def _progress(step: int, steps: int, started: float, loss: float, rate: float) -> None:
    """Rewrite one line of the log, as progress bars do."""
    speed = step / max(1e-9, time.monotonic() - started)
    bar = "█" * (10 * step // steps)
    sys.stdout.write(
        f"\rtrain: {100 * step // steps:3}%|{bar:<10}| {step}/{steps} "
        f"[{speed:.0f}it/s, lr: {rate:.1e}, loss: {loss:.4f}]"
    )
    sys.stdout.flush()
