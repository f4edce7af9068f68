"""From a training that ended to its version: the verdict, the outputs and the summary."""

from dataclasses import dataclass

from replicate_train.context import Context
from replicate_train.diagnostics.errors import InputError, VersionMissing, WrongModel
from replicate_train.job.launch import Launched
from replicate_train.plan import summary as plan_summary
from replicate_train.replicate import links
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.schemas import Training, Version
from replicate_train.report.progress import Progress
from replicate_train.training import verdict
from replicate_train.training.guard import TrainingGuard
from replicate_train.training.version import MadeVersion, VersionFinder, named_version

_REUSED = "followed a training that already existed"
_OUTAGE = 660.0  # seconds that Replicate may be out while the version of a paid training is read


@dataclass(frozen=True)
class Finish:
    """Reports what came of a training. Raises a `TrainingError` where that is no version."""

    context: Context
    guard: TrainingGuard
    progress: Progress

    def finish(self, training: Training, readme: str, launched: Launched) -> None:
        """Find the version of a training that this step launched or reused, and report it."""
        self.progress.ending(training, *verdict.seconds(training))
        verdict.require_success(training)
        try:
            made = self._version(training, launched.into.model.full_name, launched.previous)
        except WrongModel:
            if not self.guard.own:
                self.guard.disown()
            raise
        self._report(training, made, launched.into.page, readme, launched)

    def finish_waiting(self, training: Training, readme: str, destination: str) -> None:
        """Find the version of a training that is only known by its id, and report it."""
        self.progress.ending(training, *verdict.seconds(training))
        verdict.require_success(training)
        named = named_version(training.output)
        destination = destination or (named.model if named else "")
        if not destination:
            raise VersionMissing(
                f"Training {training.id} succeeded, but Replicate does not name its destination",
                fix="Set `model-name` to the destination, `owner/name`.",
                link=links.training_page(training),
            )
        made = self._version(training, destination)
        self._report(training, made, self._page(made), readme)

    def destination_of(self, training: Training) -> str:
        """Return the destination in mode wait, `owner/name`; empty where nothing names it yet.

        Raises `InputError` where the inputs name another one than the training's.
        """
        asked, name = "", self.context.inputs.destination_name
        if name:
            owner = (
                self.context.inputs.destination_owner or self.context.replicate.account().username
            )
            asked = f"{owner}/{name}"
        has = training.destination or ""
        if asked and has and asked.lower() != has.lower():
            raise InputError(
                f"training-id: training {training.id} trains {has}, but `model-name` is {asked}",
                fix="Correct `model-name`, or leave it out.",
            )
        return has or asked

    def _version(
        self, training: Training, destination: str, previous: Version | None = None
    ) -> MadeVersion:
        replicate = self.context.replicate.patiently(_OUTAGE)
        return VersionFinder(replicate, self.context.clock, destination, previous).find(training)

    def _report(
        self,
        training: Training,
        made: MadeVersion,
        page: str,
        readme: str,
        launched: Launched | None = None,
    ) -> None:
        self.progress.version(made, page)
        self._publish_readme(made, page, readme)
        predict_time, total_time = verdict.seconds(training)
        self.progress.summary(
            f"New version of {made.model}",
            version=made.reference,
            page=links.version_page(page, made.version_id),
            destination="created by this run" if launched and launched.into.created else "",
            **(plan_summary.origin(launched.plan) if launched else {}),
            training=links.training_page(training),
            reused=_REUSED if launched and launched.reused else "",
            billed=_seconds(predict_time),
            waited=_seconds(total_time),
        )

    def _page(self, made: MadeVersion) -> str:
        owner, _, name = made.model.partition("/")
        try:
            return links.model_page(self.context.replicate.model(owner, name))
        except ReplicateError:
            return f"{links.SITE}/{made.model}"

    def _publish_readme(self, made: MadeVersion, page: str, readme: str) -> None:
        if not readme:
            return
        owner, _, name = made.model.partition("/")
        try:
            self.context.replicate.update_model(owner, name, {"readme": readme})
        except ReplicateError as error:
            self.context.runner.warning(
                "README not updated",
                f"{error.what.rstrip('.')}. The new version is not affected. "
                f"Update the README on {page}, or re-run the job.",
            )


def _seconds(text: str) -> str:
    return f"{float(text):,.1f} s" if text else ""
