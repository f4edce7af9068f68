"""A character-level language model: the last characters in, the next one's probabilities out.

Each of the last `CONTEXT` characters is looked up in an embedding table; the embeddings, side by
side, go through one hidden layer (tanh) to a softmax over the alphabet.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CONTEXT = 12  # characters that the model sees
EMBEDDING = 16  # numbers a character
_START = "\n"  # what stands before the first character of a text

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Parameters = dict[str, Floats]


@dataclass
class Model:
    """An alphabet and the parameters that go with it."""

    alphabet: str
    parameters: Parameters

    @classmethod
    def new(cls, text: str, hidden_size: int, random: np.random.Generator) -> "Model":
        """Return an untrained model for the characters of a text."""
        alphabet = "".join(sorted(set(text) | {_START}))
        shapes = {
            "embedding": (len(alphabet), EMBEDDING),
            "hidden": (CONTEXT * EMBEDDING, hidden_size),
            "output": (hidden_size, len(alphabet)),
        }
        parameters = {
            name: (random.standard_normal(shape) / np.sqrt(shape[0])).astype(np.float32)
            for name, shape in shapes.items()
        }
        parameters["embedding"] *= np.sqrt(len(alphabet))
        parameters["output"] *= 0.01  # all characters about equally likely at first
        parameters["hidden_bias"] = np.zeros(hidden_size, np.float32)
        parameters["output_bias"] = np.zeros(len(alphabet), np.float32)
        return cls(alphabet, parameters)

    def encode(self, text: str) -> Ints:
        """Return the characters' places in the alphabet; an unknown one counts as a line feed."""
        place = {character: i for i, character in enumerate(self.alphabet)}
        return np.array([place.get(character, place[_START]) for character in text], np.int64)

    def examples(self, text: str) -> tuple[Ints, Ints]:
        """Return every (context, next character) of a text."""
        codes = np.concatenate([self.encode(_START * CONTEXT), self.encode(text)])
        contexts = np.lib.stride_tricks.sliding_window_view(codes, CONTEXT)[: len(text)]
        return contexts, codes[CONTEXT:]

    def forward(self, contexts: Ints) -> tuple[Floats, Floats, Floats]:
        """Return the embedded contexts, the hidden layer, and the log-probabilities."""
        p = self.parameters
        embedded = p["embedding"][contexts].reshape(len(contexts), -1)
        hidden = np.tanh(embedded @ p["hidden"] + p["hidden_bias"])
        scores = hidden @ p["output"] + p["output_bias"]
        scores -= scores.max(axis=1, keepdims=True)
        return embedded, hidden, scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))

    def gradients(self, contexts: Ints, targets: Ints) -> tuple[float, Parameters]:
        """Return the mean loss (nats a character) of a batch, and its derivatives."""
        p = self.parameters
        embedded, hidden, log_probs = self.forward(contexts)
        rows = np.arange(len(targets))
        loss = -float(log_probs[rows, targets].mean())
        d_scores = np.exp(log_probs)
        d_scores[rows, targets] -= 1
        d_scores /= len(targets)
        d_hidden = (d_scores @ p["output"].T) * (1 - hidden**2)
        d_embedding = np.zeros_like(p["embedding"])
        np.add.at(d_embedding, contexts, (d_hidden @ p["hidden"].T).reshape(*contexts.shape, -1))
        return loss, {
            "embedding": d_embedding,
            "hidden": embedded.T @ d_hidden,
            "hidden_bias": d_hidden.sum(axis=0),
            "output": hidden.T @ d_scores,
            "output_bias": d_scores.sum(axis=0),
        }

    def loss(self, text: str) -> float:
        """Return the mean loss on a text, in nats a character; its exp is the perplexity."""
        contexts, targets = self.examples(text)
        total = 0.0
        for first in range(0, len(targets), 4096):
            part = slice(first, first + 4096)
            log_probs = self.forward(contexts[part])[2]
            total -= float(log_probs[np.arange(len(log_probs)), targets[part]].sum())
        return total / len(targets)

    def generate(self, prompt: str, length: int, temperature: float, seed: int) -> str:
        """Return `length` characters that continue the prompt."""
        random = np.random.default_rng(seed)
        codes = list(self.encode(_START * CONTEXT + prompt))
        written = []
        for _ in range(length):
            log_probs = self.forward(np.array([codes[-CONTEXT:]]))[2][0] / temperature
            probs = np.exp(log_probs - log_probs.max())
            codes.append(int(random.choice(len(probs), p=probs / probs.sum())))
            written.append(self.alphabet[codes[-1]])
        return "".join(written)

    def save(self, path: Path) -> None:
        """Write the model as one .npz file; the same model gives the same bytes."""
        alphabet = np.frombuffer(self.alphabet.encode("utf-32-le"), np.uint32)
        buffer = io.BytesIO()
        np.savez(buffer, alphabet=alphabet, **self.parameters)  # type: ignore[arg-type]
        path.write_bytes(buffer.getvalue())

    @classmethod
    def load(cls, path: Path) -> "Model":
        """Return the model that `save` wrote. No code in the file is run."""
        with np.load(path, allow_pickle=False) as arrays:
            parameters = {name: arrays[name] for name in arrays.files}
        alphabet = parameters.pop("alphabet").astype("<u4").tobytes().decode("utf-32-le")
        return cls(alphabet, parameters)
