"""From a training that ended to its version: the verdict, the outputs and the summary."""

from dataclasses import dataclass

from replicate_train import links, outcome, plan_report
from replicate_train.beginning import Begun
from replicate_train.custody import Custody
from replicate_train.errors import MadeElsewhere
from replicate_train.inputs import Inputs
from replicate_train.outcome import Made
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.shapes import Training
from replicate_train.runner import Runner
from replicate_train.telling import Telling

_TAKEN_UP = "a training of the very same work was there already"


@dataclass(frozen=True)
class Ending:
    """Says what came of a training. Raises a `TrainingError` where that is no version."""

    inputs: Inputs
    runner: Runner
    replicate: Replicate
    custody: Custody
    telling: Telling

    def finish(self, training: Training, readme: str, begun: Begun | None = None) -> None:
        """Find the version, set the outputs, and publish the README with it.

        `begun` is how this step came to the training; None where it was only told its id.
        """
        self.telling.ending(training, *outcome.seconds(training))
        outcome.require_success(training)
        made = outcome.version_of(
            training,
            begun.into.model.full_name if begun else self._named_destination(training),
            begun.into.previous_version_id if begun else "",
            self.replicate,
        )
        if begun and not begun.certain:
            self._require_destination(made, begun)
        page = begun.into.page if begun else self._page(made)
        self.telling.version(made, page)
        self._publish_readme(made, readme)
        self._summarise(training, made, page, begun)

    def _summarise(self, training: Training, made: Made, page: str, begun: Begun | None) -> None:
        predict_time, total_time = outcome.seconds(training)
        created = "created by this step" if begun and begun.into.created else ""
        self.telling.summary(
            f"A version of {made.model or 'the destination'}",
            version=made.reference,
            page=links.version_page(page, made.version_id) if page else "",
            destination=created,
            **(plan_report.origin(begun.plan) if begun else {}),
            training=links.training_page(training),
            taken_up=_TAKEN_UP if begun and begun.taken_up else "",
            billed=_seconds(predict_time),
            waited=_seconds(total_time),
        )

    def _require_destination(self, made: Made, begun: Begun) -> None:
        try:
            outcome.require_destination(
                made, begun.into.model.full_name, begun.training, self.replicate
            )
        except MadeElsewhere:
            self.custody.disown()
            raise

    def _named_destination(self, training: Training) -> str:
        """Name the destination in mode wait, where only the workflow or the training knows it."""
        owner, name = self.inputs.destination_owner, self.inputs.destination_name
        return f"{owner}/{name}" if owner and name else training.destination or ""

    def _page(self, made: Made) -> str:
        owner, _, name = made.model.partition("/")
        try:
            return links.model_page(self.replicate.model(owner, name)) if name else ""
        except ReplicateError:
            return f"{links.SITE}/{made.model}"

    def _publish_readme(self, made: Made, readme: str) -> None:
        owner, _, name = made.model.partition("/")
        if not (readme and name):
            return
        try:
            self.replicate.update_model(owner, name, {"readme": readme})
        except ReplicateError as error:
            self.runner.warning("The model's README could not be set", error.what)


def _seconds(told: str) -> str:
    return f"{float(told):,.1f} s" if told else ""
