"""Progress: a line in the log for each thing that is done, the outputs, and the record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from replicate_train.diagnostics.finding import Finding
from replicate_train.replicate import links
from replicate_train.replicate.schemas import Training
from replicate_train.report import error as report
from replicate_train.report.reporting import Reporting
from replicate_train.runner.commands import MAX_ANNOTATIONS
from replicate_train.runner.text import file_size, without_query

if TYPE_CHECKING:
    from replicate_train.dataset.dataset import Hosted
    from replicate_train.dataset.prepare import Prepared
    from replicate_train.destination.ensure import Destination
    from replicate_train.destination.state import DestinationState
    from replicate_train.metrics.collector import Metrics
    from replicate_train.plan.plan import Plan
    from replicate_train.trainer.trainer import Trainer
    from replicate_train.training.request import TrainingRequest
    from replicate_train.training.reuse import ExistingTraining
    from replicate_train.training.start import Started


class Progress(Reporting):
    """Reports the way from the plan to the end of the training."""

    def plan(self, plan: Plan) -> None:
        """Note what is done from now on."""
        self.record.plan = plan

    def warnings(self, findings: Sequence[Finding]) -> None:
        """Show warnings: the first ones as annotations, all of them in the summary."""
        shown = findings if len(findings) <= MAX_ANNOTATIONS else findings[: MAX_ANNOTATIONS - 1]
        for finding in shown:
            self._runner.warning("Check this", report.finding_line(finding), finding)
        if left := len(findings) - len(shown):
            said = f"{left:,} more warnings. The job summary lists all of them."
            self._runner.warning("Check this", said)
        self.record.warnings = tuple(findings)

    def planned(self, state: DestinationState, dataset_url: str, dataset_sha256: str) -> None:
        """Set what is known before anything is done."""
        self._set("model", state.full_name)
        if state.model:
            self._set("model-url", links.model_page(state.model))
            latest = state.model.latest_version
            self._set("previous-version-id", latest.id if latest else "")
        self._set("dataset-url", dataset_url)
        self._set("dataset-sha256", dataset_sha256)

    def trainer(self, trainer: Trainer) -> None:
        """Name the exact version, and how to pin it where it is not pinned."""
        pinned = "" if trainer.pinned else " (latest version)"
        self._line("Trainer", trainer.reference + pinned)
        if not trainer.pinned:
            self._line("", f"to pin it: `trainer: {trainer.reference}`")

    def destination(self, destination: Destination) -> None:
        """Name the model, whether it is new, and what was updated."""
        self.record.destination = destination
        self.record.model_page = destination.page
        model = destination.model
        state = "created" if destination.created else "existing"
        self._line("Destination", f"{model.full_name} ({state})")
        if destination.note:
            self._line("", destination.note)
        if destination.updated:
            self._line("", f"updated: {destination.updated}")
        self._set("model", model.full_name)
        self._set("model-url", destination.page)
        self._set("model-created", str(destination.created).lower())
        self._set("previous-version-id", destination.previous_version_id)

    def dataset(self, prepared: Prepared, hosted: Hosted, field: str, *, uploaded: bool) -> None:
        """Name what the trainer is given."""
        what = "URL"
        if prepared.dataset and prepared.dataset.needs_upload:
            done = "uploaded" if uploaded else "already uploaded"
            size = file_size(prepared.dataset.size)
            what = f"{prepared.dataset.description}, {size}, {done}"
        self._line("Dataset", f"{what} → {field}")
        for note in prepared.notes:
            self._line("", note)
        self._line("", without_query(hosted.url))
        self._set("dataset-url", hosted.url)
        self._set("dataset-sha256", hosted.sha256)

    def training(self, training: Training, *, reused: bool) -> None:
        """Name the training; its id and link were set when the guard adopted it."""
        self.record.training, self.record.reused = training, reused
        state = "started"
        if reused:
            state = "already exists" + ("" if training.ended else ", following it")
        self._line("Training", f"{training.id} ({state})")
        self._line("", links.training_page(training))
        self._set("reused", str(reused).lower())

    def waiting(self, training: Training) -> None:
        """Name the training that the input `training-id` names: this workflow pays for it."""
        self.training(training, reused=True)
        self.record.reused = False

    def reuse(self, said: str) -> None:
        """Say what was done to reuse a training."""
        self._line("Reuse", said)

    def started(self, started: Started) -> None:
        """Name the training that was started, and how surely it is this step's."""
        self.training(started.training, reused=False)
        if not started.confirmed:
            self._line("", "Replicate did not confirm the start; found in the list of trainings")
        if not started.certain:
            others = "".join(f" It may also be {other}." for other in started.others)
            self._runner.warning(
                "Training may belong to another run",
                f"Replicate did not confirm the start, and training {started.training.id} appeared "
                "with the same input. Another run that uses the same dataset address may have "
                "started it. This step follows it, since a second training would be billed, and "
                f"does not cancel it.{others} Check {links.TRAININGS}",
            )

    def following(self, found: ExistingTraining, request: TrainingRequest) -> None:
        """Name an existing training of the same request, what it was given, and those like it."""
        training = found.training
        self.training(training, reused=True)
        if not request.dataset.sha256 and request.dataset.url:
            self._line("", "same dataset address; the content was not compared")
        if not (found.own or training.ended):
            self._runner.notice(
                "Following another run's training",
                f"Another workflow run started training {training.id}, or may have. This step "
                "follows it and does not cancel it. To cancel it, open "
                f"{links.training_page(training)}",
            )
        for other in found.also:
            self._runner.warning(
                "Same training runs twice",
                f"Training {other} has the same inputs and dataset as {training.id}, which this "
                f"step follows. If no job follows it, cancel it: {links.SITE}/p/{other}",
            )
        self._set("dataset-url", request.dataset_of(training))
        self._set("dataset-sha256", request.dataset.sha256)

    def now(self, training: Training | None) -> None:
        """Note the training's newest state, or the training that turned out to be this step's."""
        self.record.training = training or self.record.training

    def measuring(self, metrics: Metrics) -> None:
        """Note where the numbers of the training's log are gathered."""
        self.record.metrics = metrics

    def followed_in_vain(self, training: Training) -> None:
        """Say that an existing training was ended from outside, and the step goes on without it."""
        self._line(
            "Training", f"{training.id} was {training.status} by another run or on Replicate"
        )
        self._line("", "following another identical training, or starting a new one")
