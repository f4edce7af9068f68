"""Results of a training: their lines in the log, their outputs, and the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from replicate_train.replicate import links
from replicate_train.report.reporting import Reporting
from replicate_train.runner.text import counted

if TYPE_CHECKING:
    from replicate_train.evaluation.model import Outcome
    from replicate_train.plan.after import After
    from replicate_train.provenance.cost import Cost
    from replicate_train.publish.deployment import Move
    from replicate_train.publish.retention import Pruned
    from replicate_train.replicate.schemas import Training
    from replicate_train.training.history import EarlierVersion
    from replicate_train.training.version import MadeVersion


class Results(Reporting):
    """Reports an ended training, its version, and what was done with that."""

    def ending(
        self, training: Training, predict_time: str, total_time: str, weights_url: str
    ) -> None:
        """Set what every ended training has, whether it made a version or not."""
        self.record.training = training
        self._set("predict-time", predict_time)
        self._set("total-time", total_time)
        self._set("weights-url", weights_url)

    def version(self, made: MadeVersion, page: str) -> None:
        """Name the new version."""
        self.record.made, self.record.model_page = made, page
        self._line("Version", made.reference)
        self._line("", links.version_page(page, made.version_id))
        self._set("version-id", made.version_id)
        self._set("version", made.reference)
        self._set("version-url", links.version_page(page, made.version_id))
        self._set("model", made.model)
        self._set("model-url", page)

    def previous(self, version: EarlierVersion | None) -> None:
        """Note what the new version is compared with."""
        self.record.previous = version

    def promoting(self, after: After) -> None:
        """Note what is to be done with the version."""
        self.record.after = after

    def cost(self, cost: Cost | None) -> None:
        """Name what the training cost, as far as that is known."""
        self.record.cost = cost
        self._set("cost", cost.as_output if cost else "")
        if cost and not self.record.reused:
            self._line("Cost", f"{cost} ({cost.basis})")

    def evaluated(self, outcomes: tuple[Outcome, ...], as_json: str) -> None:
        """Set what came of the evaluations; each was named in the log when it was over."""
        self.record.outcomes = outcomes
        self._set("evaluation", as_json)

    def moved(self, move: Move) -> None:
        """Name what the deployment runs now, and what it ran before."""
        self.record.move = move
        before = move.before or "no version"
        state = f"{before} → {move.after}" if move.moved else "already runs the new version"
        self._line("Deployment", f"{move.reference}: {state}")

    def readme_tried(self) -> None:
        """Note that the README was published, or that a warning says why not."""
        self.record.readme_done = True

    def pruned(self, pruned: Pruned) -> None:
        """Say which old versions were deleted, and which Replicate keeps."""
        self.record.pruned = pruned
        self._line("Versions", f"{counted(len(pruned.deleted), 'old version')} deleted")
        for refusal in pruned.refused:
            self._line("", f"{refusal.version_id}: not deleted. {refusal.reason}")
        if pruned.note:
            self._line("", pruned.note)

    def manifest(self, text: str) -> None:
        """Set what made the version."""
        self._set("manifest", text)
