"""The prediction endpoint of a trained tiny-lm: it continues a prompt."""

from typing import Optional

from cog import BasePredictor, Input, Path
from model import Model


class Predictor(BasePredictor):
    """Writes in the style of what it was trained on."""

    def setup(self, weights: Optional[Path] = None) -> None:  # noqa: UP045 - Cog reads this form
        """Load the weights that a training made."""
        self.model = Model.load(Path(str(weights))) if weights else None

    def predict(
        self,
        prompt: str = Input(description="How the text begins.", default=""),
        length: int = Input(description="Characters to write.", default=200, ge=1, le=2000),
        temperature: float = Input(
            description="Low: the most likely text; high: surprising text.",
            default=0.6,
            ge=0.05,
            le=5.0,
        ),
        seed: int = Input(description="The same seed gives the same text.", default=1),
    ) -> str:
        """Return the prompt and its continuation."""
        if self.model is None:
            raise RuntimeError("tiny-lm has no weights. Train it first")
        return prompt + self.model.generate(prompt, length, temperature, seed)
