"""Adam (Kingma and Ba, 2015) with a learning rate that warms up and then decays to a tenth."""

import numpy as np
from model import Parameters

_FIRST, _SECOND, _SMALL = 0.9, 0.99, 1e-8


class Adam:
    """Moves parameters against their gradients."""

    def __init__(self, parameters: Parameters, learning_rate: float, steps: int) -> None:
        self._parameters = parameters
        self._rate = learning_rate
        self._steps = steps
        self._step = 0
        self._mean = {name: np.zeros_like(value) for name, value in parameters.items()}
        self._square = {name: np.zeros_like(value) for name, value in parameters.items()}

    def rate(self) -> float:
        """Return the learning rate of the current step."""
        warm = min(1.0, self._step / max(1, self._steps // 20))
        return self._rate * warm * (0.1 + 0.45 * (1 + np.cos(np.pi * self._step / self._steps)))

    def move(self, gradients: Parameters) -> None:
        """Take one step, in place."""
        self._step += 1
        rate = self.rate()
        for name, gradient in gradients.items():
            mean, square = self._mean[name], self._square[name]
            mean += (1 - _FIRST) * (gradient - mean)
            square += (1 - _SECOND) * (gradient**2 - square)
            fair_mean = mean / (1 - _FIRST**self._step)
            fair_square = square / (1 - _SECOND**self._step)
            self._parameters[name] -= rate * fair_mean / (np.sqrt(fair_square) + _SMALL)
