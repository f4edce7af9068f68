"""A classifier with one hidden layer: an image's numbers in, the classes' probabilities out."""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Labels = NDArray[np.int64]  # places in the list of classes


@dataclass
class Classifier:
    """The classes' names, and the parameters."""

    classes: list[str]
    parameters: dict[str, Floats]

    @classmethod
    def new(
        cls, classes: list[str], inputs: int, hidden_size: int, random: np.random.Generator
    ) -> "Classifier":
        """Return an untrained classifier."""
        shapes = {"hidden": (inputs, hidden_size), "output": (hidden_size, len(classes))}
        parameters = {
            name: (random.standard_normal(shape) / np.sqrt(shape[0])).astype(np.float32)
            for name, shape in shapes.items()
        }
        parameters["hidden_bias"] = np.zeros(hidden_size, np.float32)
        parameters["output_bias"] = np.zeros(len(classes), np.float32)
        return cls(classes, parameters)

    def forward(self, images: Floats) -> tuple[Floats, Floats]:
        """Return the hidden layer and each class's probability, a row for each image."""
        p = self.parameters
        hidden = np.maximum(0, images @ p["hidden"] + p["hidden_bias"])
        scores = hidden @ p["output"] + p["output_bias"]
        exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
        return hidden, exponentials / exponentials.sum(axis=1, keepdims=True)

    def gradients(self, images: Floats, labels: Labels) -> tuple[float, dict[str, Floats]]:
        """Return the mean loss (nats an image) and its derivatives."""
        hidden, probabilities = self.forward(images)
        rows = np.arange(len(labels))
        loss = -float(np.log(probabilities[rows, labels] + 1e-12).mean())
        d_scores = probabilities.copy()
        d_scores[rows, labels] -= 1
        d_scores /= len(labels)
        d_hidden = (d_scores @ self.parameters["output"].T) * (hidden > 0)
        return loss, {
            "hidden": images.T @ d_hidden,
            "hidden_bias": d_hidden.sum(axis=0),
            "output": hidden.T @ d_scores,
            "output_bias": d_scores.sum(axis=0),
        }

    def accuracy(self, images: Floats, labels: Labels) -> float:
        """Return the share (0 to 1) of images whose most likely class is the right one."""
        return float((self.forward(images)[1].argmax(axis=1) == labels).mean())

    def save(self, path: Path) -> None:
        """Write one .npz file; the same classifier gives the same bytes."""
        names = np.frombuffer("\n".join(self.classes).encode(), np.uint8)
        buffer = io.BytesIO()
        np.savez(buffer, classes=names, **self.parameters)  # type: ignore[arg-type]
        path.write_bytes(buffer.getvalue())

    @classmethod
    def load(cls, path: Path) -> "Classifier":
        """Return the classifier that `save` wrote. No code in the file is run."""
        with np.load(path, allow_pickle=False) as arrays:
            parameters = {name: arrays[name] for name in arrays.files}
        return cls(parameters.pop("classes").tobytes().decode().split("\n"), parameters)
