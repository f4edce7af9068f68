"""The prediction endpoint of a trained tiny-classifier: an image in, its label out."""

from typing import Optional

from classifier import Classifier
from cog import BaseModel, BasePredictor, Input, Path
from images import features


class Output(BaseModel):
    """The most likely class and its probability (0 to 1)."""

    label: str
    probability: float


class Predictor(BasePredictor):
    """Classifies images by the classes that it was trained on."""

    def setup(self, weights: Optional[Path] = None) -> None:  # noqa: UP045 - Cog reads this form
        """Load the weights that a training made."""
        self.model = Classifier.load(Path(str(weights))) if weights else None

    def predict(self, image: Path = Input(description="A PNG, PPM or PGM image.")) -> Output:
        """Return the class that the image most likely belongs to."""
        if self.model is None:
            raise RuntimeError("tiny-classifier has no weights. Train it first")
        probabilities = self.model.forward(features(image.read_bytes())[None])[1][0]
        best = int(probabilities.argmax())
        return Output(
            label=self.model.classes[best], probability=round(float(probabilities[best]), 4)
        )
