"""The prediction endpoint of a trained tiny-classifier: a picture in, its label out."""

from typing import Optional

from classifier import Classifier
from cog import BaseModel, BasePredictor, Input, Path
from images import features


class Output(BaseModel):
    """The likeliest class, and how likely it is (0 to 1)."""

    label: str
    probability: float


class Predictor(BasePredictor):
    """Tells the classes apart that it was trained on."""

    def setup(self, weights: Optional[Path] = None) -> None:  # noqa: UP045 - Cog reads this form
        """Load the weights that a training made."""
        self.model = Classifier.load(Path(str(weights))) if weights else None

    def predict(self, image: Path = Input(description="A PNG, PPM or PGM picture.")) -> Output:
        """Return the class that the picture most likely belongs to."""
        if self.model is None:
            raise RuntimeError("tiny-classifier has no weights of its own: train it first")
        odds = self.model.odds(features(image.read_bytes())[None])[1][0]
        best = int(odds.argmax())
        return Output(label=self.model.classes[best], probability=round(float(odds[best]), 4))
