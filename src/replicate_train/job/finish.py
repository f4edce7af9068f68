"""From a training that ended to its version: the verdict, what follows it, and the summary."""

from dataclasses import dataclass

from replicate_train.context import Context
from replicate_train.diagnostics.errors import VersionMissing, WrongModel
from replicate_train.job.launch import Launched
from replicate_train.job.promote import Promotion
from replicate_train.plan.after import After
from replicate_train.provenance.cost import estimate
from replicate_train.replicate import links
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.refs import ModelRef
from replicate_train.replicate.schemas import Training, Version
from replicate_train.report.manifest import manifest_of
from replicate_train.report.optional import optional
from replicate_train.report.results import Results
from replicate_train.report.summary.success import success
from replicate_train.training import verdict
from replicate_train.training.guard import TrainingGuard
from replicate_train.training.history import earlier_version
from replicate_train.training.version import MadeVersion, VersionFinder, named_version

_OUTAGE = 660.0  # seconds that Replicate may be out while the version of a paid training is read


@dataclass(frozen=True)
class Finish:
    """Reports what came of a training. Raises a `TrainingError` where that is no version."""

    context: Context
    guard: TrainingGuard
    results: Results

    def finish(self, training: Training, readme: str, launched: Launched) -> None:
        """Find the version of a training that this step launched or reused, and report it."""
        self._ended(training, launched.plan.trainer.current)
        try:
            made = self._version(training, launched.into.model.full_name, launched.previous)
        except WrongModel:
            if not self.guard.own:
                self.guard.disown()
            raise
        self.results.version(made, launched.into.page)
        if previous := launched.previous:
            dataset_input = launched.plan.request.dataset_input
            with optional(self.context.runner, "comparison with the previous version"):
                once = self.context.replicate.patiently(0)
                self.results.previous(earlier_version(previous, dataset_input, once))
        self._promote(made, launched.plan.after, readme)

    def finish_waiting(
        self, training: Training, readme: str, destination: str, after: After
    ) -> None:
        """Find the version of a training that is only known by its id, and report it."""
        self._ended(training, ModelRef.parse(training.model or ""))
        named = named_version(training.output)
        destination = destination or (named.model if named else "")
        if not destination:
            raise VersionMissing(
                f"Training {training.id} succeeded, but Replicate does not name its destination",
                fix="Set `model-name` to the destination, `owner/name`.",
                link=links.training_page(training),
            )
        made = self._version(training, destination)
        self.results.version(made, self._page(made))
        self._promote(made, after, readme)

    def _ended(self, training: Training, trainer: ModelRef | None) -> None:
        """Report the end of a training. Raises `TrainingEnded` unless it succeeded."""
        self.results.ending(training, *verdict.seconds(training), verdict.weights_url(training))
        if trainer:
            price, reused = self.context.inputs.price_per_second, self.results.record.reused
            with optional(self.context.runner, "cost estimate"):
                seconds = verdict.predict_seconds(training)
                self.results.cost(estimate(trainer, seconds, price, reused=reused))
        verdict.require_success(training)

    def _promote(self, made: MadeVersion, after: After, readme: str) -> None:
        """Evaluate and promote the version; the manifest says how far that came."""
        record, runner = self.results.record, self.context.runner
        self.results.promoting(after)
        try:
            Promotion(self.context, self.results).promote(made, after, readme)
        finally:
            with optional(runner, "manifest"):
                self.results.manifest(manifest_of(record))
        with optional(runner, "job summary"):
            runner.summarise(success(record))

    def _version(
        self, training: Training, destination: str, previous: Version | None = None
    ) -> MadeVersion:
        replicate = self.context.replicate.patiently(_OUTAGE)
        return VersionFinder(replicate, self.context.clock, destination, previous).find(training)

    def _page(self, made: MadeVersion) -> str:
        owner, _, name = made.model.partition("/")
        try:
            return links.model_page(self.context.replicate.model(owner, name))
        except ReplicateError:
            return f"{links.SITE}/{made.model}"
