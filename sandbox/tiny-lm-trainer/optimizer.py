"""Adam (Kingma and Ba, 2015) with a learning rate that warms up and then decays to a tenth."""

import numpy as np
from model import Parameters

_BETA_1, _BETA_2, _EPSILON = 0.9, 0.99, 1e-8


class Adam:
    """Changes parameters by their gradients."""

    def __init__(self, parameters: Parameters, learning_rate: float, steps: int) -> None:
        self._parameters = parameters
        self._rate = learning_rate
        self._steps = steps
        self._taken = 0
        self._mean = {name: np.zeros_like(value) for name, value in parameters.items()}
        self._square = {name: np.zeros_like(value) for name, value in parameters.items()}

    def rate(self) -> float:
        """Return the learning rate of the current step."""
        warm = min(1.0, self._taken / max(1, self._steps // 20))
        return self._rate * warm * (0.1 + 0.45 * (1 + np.cos(np.pi * self._taken / self._steps)))

    def step(self, gradients: Parameters) -> None:
        """Take one step, in place."""
        self._taken += 1
        rate = self.rate()
        for name, gradient in gradients.items():
            mean, square = self._mean[name], self._square[name]
            mean += (1 - _BETA_1) * (gradient - mean)
            square += (1 - _BETA_2) * (gradient**2 - square)
            corrected_mean = mean / (1 - _BETA_1**self._taken)
            corrected_square = square / (1 - _BETA_2**self._taken)
            change = corrected_mean / (np.sqrt(corrected_square) + _EPSILON)
            self._parameters[name] -= rate * change
