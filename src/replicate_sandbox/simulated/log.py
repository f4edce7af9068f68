"""Logs that look like those of the real trainers, from the inputs of a training.

Each line says that it is simulated.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from replicate_sandbox.simulated.bars import Tick, ticks

_MARK = "[simulated] "
_DOWNLOADS = ("checkpoints", "loras", "upscale_models", "embedding_models", "controlnets")


@dataclass(frozen=True)
class Job:
    """A training: its trainer, its inputs, its steps, and the number of files in its dataset."""

    trainer: str
    given: Mapping[str, Any]
    steps: int
    files: int
    seconds: float

    def ticks(self, first_loss: float) -> Iterator[Tick]:
        """Yield the moments of the training."""
        return ticks(self.steps, self.seconds, repr(self.given), first_loss)

    def number(self, name: str, default: float) -> float:
        """Return an input that is a finite number; the default if it is something else."""
        value = self.given.get(name, default)
        try:
            return value if isinstance(value, (int, float)) and math.isfinite(value) else default
        except OverflowError:  # an integer that no float can hold
            return default


Moments = Iterator[tuple[float, str]]  # the time in seconds, and what is printed then


def log(style: str, job: Job) -> list[tuple[float, str]]:
    """Return what a training prints: pauses in seconds, and texts after them."""
    start = f"{_MARK}{job.trainer}: this training learns nothing, and its version cannot predict\n"
    moments = [(0.0, start), *_STYLES[style](job)]
    before = 0.0
    found = []
    for time, text in moments:
        found.append((max(0.0, time - before), text))
        before = time
    return [*found, (0.0, f"{_MARK}Done\n")]


def _ai_toolkit(job: Job) -> Moments:
    yield 0.0, _lines(f"Extracted {job.files} files", "Starting train job", "Loading the model")
    rate = job.number("learning_rate", 4e-4)
    for tick in job.ticks(0.6):
        tail = f", lr: {rate:.1e} loss: {tick.loss:.3e}"
        yield tick.elapsed, f"\r{tick.bar('lora (simulated):', tail)}"
    yield job.seconds, _lines("", "Saved the LoRA")


def _bar(job: Job) -> Moments:
    yield 0.0, _lines(f"Dataset: {job.files} files")
    for tick in job.ticks(0.5):
        yield tick.elapsed, f"\r{tick.bar('train (simulated):', f', loss: {tick.loss:.4f}')}"
    yield job.seconds, "\n"


def _pivotal_tuning(job: Job) -> Moments:
    batch = max(1, round(job.number("train_batch_size", 4)))
    epoch_steps = max(1, job.files // batch)
    yield (
        0.0,
        _lines(
            f"Using seed {job.number('seed', 42)}",
            f"# PTI :  Num examples = {job.files}",
            f"# PTI :  Num batches each epoch = {epoch_steps}",
            f"# PTI :  Total optimization steps = {job.steps}",
        ),
    )
    for tick in job.ticks(1.0):
        label = f"# PTI (simulated) :step: {tick.done}, epoch: {tick.done // epoch_steps}:"
        yield tick.elapsed, f"\r{tick.bar(label)}"
    yield job.seconds, _lines("", "Saving the model")


def _kohya(job: Job) -> Moments:
    yield 0.0, _lines(f"num train items: {job.files}", f"total optimization steps: {job.steps}")
    for tick in job.ticks(0.2):
        tail = f", avr_loss={tick.loss:.3g}"
        yield tick.elapsed, f"\r{tick.bar('steps (simulated):', tail)}"
    yield job.seconds, _lines("", "The LoRA is saved")


def _transformers(job: Job) -> Moments:
    yield 0.0, _lines(f"Dataset: {job.files} files")
    rate = job.number("learning_rate", 2e-5)
    epochs = job.number("num_train_epochs", 1)
    for tick in job.ticks(3.2):
        values = {"loss": round(tick.loss, 4), "learning_rate": round(rate * (1 - tick.part), 9)}
        values |= {"epoch": round(epochs * tick.part, 2), "simulated": True}
        yield tick.elapsed, f"\r{tick.bar('(simulated)')}\n{values}\n"
    summary = {"train_runtime": job.seconds, "train_loss": round(tick.loss, 4), "simulated": True}
    yield job.seconds, f"{summary}\n"


def _downloads(job: Job) -> Moments:
    urls = [url for name in _DOWNLOADS for url in str(job.given.get(name) or "").split()]
    for number, url in enumerate(urls, 1):
        name = url.partition("?")[0].rpartition("/")[2] or "file"
        yield job.seconds * number / len(urls), _lines(f"Not downloaded: {name}")
    yield job.seconds, _lines(f"{len(urls)} weights in the new model")


def _lines(*lines: str) -> str:
    """Return lines; an empty first one ends a bar."""
    return "".join(f"{_MARK}{line}\n" if line else "\n" for line in lines)


_STYLES: dict[str, Callable[[Job], Moments]] = {
    "ai-toolkit": _ai_toolkit,
    "bar": _bar,
    "downloads": _downloads,
    "kohya": _kohya,
    "pivotal-tuning": _pivotal_tuning,
    "transformers": _transformers,
}
