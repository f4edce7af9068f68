"""What one line of a log says of the training's progress."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_EVALUATIONS = ("eval", "val", "test", "dev")


@dataclass(frozen=True)
class Reading:
    """The numbers of one line, or of a whole log so far; None where nothing says them.

    `per_second` is in steps per second. `values` are the metrics by name in lower case, and may
    hold numbers that are not finite; a percentage is a fraction. `label` is the text in front of a
    progress bar.
    """

    step: int | None = None
    total: int | None = None
    epoch: float | None = None
    epochs: int | None = None
    per_second: float | None = None
    seconds_left: float | None = None
    values: Mapping[str, float] = field(default_factory=dict)
    label: str = ""

    @property
    def loss(self) -> float | None:
        """The training's loss in this line; None where it names none."""
        for name, value in self.values.items():
            if is_training_loss(name):
                return value
        return None


def is_evaluation(name: str) -> bool:
    """Tell whether a metric was measured on data that the model was not trained with."""
    return name.startswith(_EVALUATIONS)


def is_training_loss(name: str) -> bool:
    """Tell whether a metric is a loss, of the training and not of an evaluation."""
    return name.endswith("loss") and not is_evaluation(name)
