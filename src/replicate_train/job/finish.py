"""From a training that ended to its version: the verdict, the outputs and the summary."""

from dataclasses import dataclass

from replicate_train.diagnostics.errors import WrongModel
from replicate_train.inputs.model import Inputs
from replicate_train.job.launch import Launched
from replicate_train.plan import report
from replicate_train.replicate import links
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.schemas import Training
from replicate_train.report.progress import Progress
from replicate_train.runner.commands import Runner
from replicate_train.training import result
from replicate_train.training.guard import TrainingGuard
from replicate_train.training.result import MadeVersion

_TAKEN_UP = "a training of the very same work was there already"


@dataclass(frozen=True)
class Finish:
    """Says what came of a training. Raises a `TrainingError` where that is no version."""

    inputs: Inputs
    runner: Runner
    replicate: Replicate
    guard: TrainingGuard
    progress: Progress

    def finish(self, training: Training, readme: str, launched: Launched | None = None) -> None:
        """Find the version, set the outputs, and publish the README with it.

        `launched` is how this step came to the training; None where it was only told its id.
        """
        self.progress.ending(training, *result.seconds(training))
        result.require_success(training)
        made = result.version_of(
            training,
            launched.into.model.full_name if launched else self._named_destination(training),
            launched.into.previous_version_id if launched else "",
            self.replicate,
        )
        if launched and not launched.certain:
            self._require_destination(made, launched)
        page = launched.into.page if launched else self._page(made)
        self.progress.version(made, page)
        self._publish_readme(made, readme)
        self._summarise(training, made, page, launched)

    def _summarise(
        self, training: Training, made: MadeVersion, page: str, launched: Launched | None
    ) -> None:
        predict_time, total_time = result.seconds(training)
        created = "created by this step" if launched and launched.into.created else ""
        self.progress.summary(
            f"A version of {made.model or 'the destination'}",
            version=made.reference,
            page=links.version_page(page, made.version_id) if page else "",
            destination=created,
            **(report.origin(launched.plan) if launched else {}),
            training=links.training_page(training),
            taken_up=_TAKEN_UP if launched and launched.taken_up else "",
            billed=_seconds(predict_time),
            waited=_seconds(total_time),
        )

    def _require_destination(self, made: MadeVersion, launched: Launched) -> None:
        try:
            result.require_destination(
                made, launched.into.model.full_name, launched.training, self.replicate
            )
        except WrongModel:
            self.guard.disown()
            raise

    def _named_destination(self, training: Training) -> str:
        """Name the destination in mode wait, where only the workflow or the training knows it."""
        owner, name = self.inputs.destination_owner, self.inputs.destination_name
        return f"{owner}/{name}" if owner and name else training.destination or ""

    def _page(self, made: MadeVersion) -> str:
        owner, _, name = made.model.partition("/")
        try:
            return links.model_page(self.replicate.model(owner, name)) if name else ""
        except ReplicateError:
            return f"{links.SITE}/{made.model}"

    def _publish_readme(self, made: MadeVersion, readme: str) -> None:
        owner, _, name = made.model.partition("/")
        if not (readme and name):
            return
        try:
            self.replicate.update_model(owner, name, {"readme": readme})
        except ReplicateError as error:
            self.runner.warning("The model's README could not be set", error.what)


def _seconds(told: str) -> str:
    return f"{float(told):,.1f} s" if told else ""
