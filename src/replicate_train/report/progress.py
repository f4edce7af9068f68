"""What the step says of each thing it achieves, and the outputs that follow from it."""

from collections.abc import Sequence

from replicate_train.dataset.packed import Packed
from replicate_train.dataset.prepare import Hosted, Prepared
from replicate_train.destination.ensure import Destination
from replicate_train.destination.state import DestinationState
from replicate_train.diagnostics.finding import Finding
from replicate_train.replicate import links
from replicate_train.replicate.schemas import Training
from replicate_train.report import markdown
from replicate_train.runner.commands import Runner
from replicate_train.runner.text import without_query
from replicate_train.trainer.trainer import Trainer
from replicate_train.training.request import TrainingRequest
from replicate_train.training.result import MadeVersion, weights_url
from replicate_train.training.reuse import ExistingTraining
from replicate_train.training.start import Started

_ANNOTATIONS = 10  # GitHub shows ten warnings a step


class Progress:
    """Says and sets; decides nothing."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def warnings(self, findings: Sequence[Finding]) -> None:
        """Show what is only unwise: the first ones as annotations, all of them in the summary."""
        for finding in findings[:_ANNOTATIONS]:
            self._runner.warning("Worth a look", markdown.finding_line(finding), finding)
        if findings:
            self._runner.summarise(markdown.warnings_summary(findings))

    def planned(self, standing: DestinationState, dataset_url: str, dataset_sha256: str) -> None:
        """Set what is known before anything is done."""
        self._set("model", standing.full_name)
        if standing.model:
            self._set("model-url", links.model_page(standing.model))
            latest = standing.model.latest_version
            self._set("previous-version-id", latest.id if latest else "")
        self._set("dataset-url", dataset_url)
        self._set("dataset-sha256", dataset_sha256)

    def trainer(self, trainer: Trainer) -> None:
        """Name the exact version, and how to pin it where it is not pinned."""
        self._line("Trainer", trainer.reference)
        if not trainer.pinned:
            self._runner.notice(
                "The trainer is not pinned",
                f"{trainer.owner}/{trainer.name} means version {trainer.version_id} today. To "
                f"train with the same code tomorrow, write trainer: {trainer.reference}",
            )

    def destination(self, destination: Destination) -> None:
        """Name the model, whether it is new, and what was brought up to date."""
        model = destination.model
        state = "created" if destination.created else "it exists"
        self._line("Destination", f"{model.full_name}, {state}")
        if destination.note:
            self._line("", destination.note)
        if destination.changed:
            self._line("", f"brought up to date: {destination.changed}")
        self._set("model", model.full_name)
        self._set("model-url", destination.page)
        self._set("model-created", str(destination.created).lower())
        self._set("previous-version-id", destination.previous_version_id)

    def dataset(self, prepared: Prepared, hosted: Hosted, field: str, *, uploaded: bool) -> None:
        """Name what the trainer is given."""
        what = "used as it is"
        if isinstance(prepared.dataset, Packed):
            done = "uploaded" if uploaded else "there already"
            what = f"{prepared.dataset.described}, {prepared.dataset.size:,} bytes, {done}"
        self._line("Dataset", f"{what}, as {field}")
        for note in prepared.notes:
            self._line("", note)
        self._line("", without_query(hosted.url))
        self._set("dataset-url", hosted.url)
        self._set("dataset-sha256", hosted.sha256)

    def training(self, training: Training, *, reused: bool) -> None:
        """Name the training; its id and link were set when the guard adopted it."""
        self._line("Training", f"{training.id}, {'taken up' if reused else 'started'}")
        self._line("", links.training_page(training))
        self._set("reused", str(reused).lower())

    def started(self, started: Started) -> None:
        """Name the training that was started, and how surely it is this step's."""
        self.training(started.training, reused=False)
        if started.adopted:
            self._line("", "its start was not confirmed; it was found among the trainings")
        if started.perhaps_a_siblings:
            self._runner.warning(
                "The training may be another job's",
                f"The start was not confirmed, and training {started.training.id} appeared with "
                "the very same input. As the dataset is a plain URL, another job may have started "
                "it; it is followed, since a second one would be paid for."
                + "".join(f" Or this step's is {other}." for other in started.others)
                + f" Look for one that nobody follows: {links.TRAININGS}",
            )

    def taken_up(self, found: ExistingTraining, work: TrainingRequest) -> None:
        """Name a training of the very same work, what it was given, and those like it."""
        self.training(found.training, reused=True)
        for other in found.also:
            self._runner.warning(
                "The same work is done twice",
                f"Training {other} does the very same work as {found.training.id}, which this step "
                f"follows. If no other job follows it, cancel it: {links.SITE}/p/{other}",
            )
        self._set("dataset-url", work.dataset_of(found.training))
        self._set("dataset-sha256", work.dataset_sha256)

    def ending(self, training: Training, predict_time: str, total_time: str) -> None:
        """Set what every ended training has, whether it made a version or not."""
        self._set("predict-time", predict_time)
        self._set("total-time", total_time)
        self._set("weights-url", weights_url(training))

    def version(self, made: MadeVersion, page: str) -> None:
        """Name the new version."""
        self._line("Version", made.reference)
        self._set("version-id", made.version_id)
        if made.model:
            self._line("", links.version_page(page, made.version_id))
            self._set("version", made.reference)
            self._set("version-url", links.version_page(page, made.version_id))
            self._set("model", made.model)
            self._set("model-url", page)

    def summary(self, title: str, **facts: str) -> None:
        """Add a table of facts to the job summary; `_` in their names is shown as a blank."""
        named = {name.replace("_", " "): value for name, value in facts.items()}
        self._runner.summarise(markdown.success_summary(title, named))

    def _line(self, label: str, text: str) -> None:
        self._runner.say(f"{label:<13}{text}")

    def _set(self, output: str, value: str) -> None:
        self._runner.set_output(output, value)
