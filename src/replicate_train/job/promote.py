"""What follows a version that was made: its evaluation, then the deployment, README, old versions.

An evaluation that does not hold ends this: the version stays, and nothing is moved to it.
"""

from dataclasses import dataclass

import httpx

from replicate_train.context import Context
from replicate_train.diagnostics.errors import StoppedBySignal
from replicate_train.evaluation import download as downloads
from replicate_train.evaluation.against_schema import check_inputs
from replicate_train.evaluation.download import Downloader
from replicate_train.evaluation.failed import failure, refused
from replicate_train.evaluation.files import OutputFiles
from replicate_train.evaluation.hidden import secret_values
from replicate_train.evaluation.read import SUBJECT
from replicate_train.evaluation.report import as_json
from replicate_train.evaluation.run import Evaluator
from replicate_train.plan.after import After
from replicate_train.publish.deployment import move
from replicate_train.publish.readme import fill
from replicate_train.publish.retention import prune
from replicate_train.replicate import links
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.predictions import Predictions
from replicate_train.replicate.refs import ModelRef
from replicate_train.report.record import Record
from replicate_train.report.results import Results
from replicate_train.runner.signals import Stopped
from replicate_train.training.version import MadeVersion


@dataclass(frozen=True)
class Promotion:
    """Evaluates a version and, if it holds, makes it the one that is used."""

    context: Context
    results: Results

    def promote(self, made: MadeVersion, after: After, readme: str) -> None:
        """Do what the inputs ask for. Raises `EvaluationFailed` and `DeploymentNotMoved`."""
        inputs, replicate, before = self.context.inputs, self.context.replicate, ""
        model = ModelRef.parse(made.model)
        self._evaluate(made, after)
        if inputs.deployment:
            with self.context.stop.deferred():  # a move that was sent is waited for, and recorded
                moved = move(replicate, inputs.deployment, made.version_id, model)
                self.results.moved(moved)
            before = moved.before
        if readme:
            self._publish(made, readme)
        if inputs.keep_versions and model:
            kept = {made.version_id, before}  # the way back stays open
            self.results.pruned(prune(replicate, model, inputs.keep_versions, kept))

    def _evaluate(self, made: MadeVersion, after: After) -> None:
        """Run the evaluations on the version, and on the one before for comparison."""
        if not after.evaluations:
            return
        runner, previous = self.context.runner, self.results.record.previous
        evaluations, findings = check_inputs(after.evaluations, made.version)
        for evaluation in evaluations:
            for text in secret_values(evaluation):
                runner.mask(text, SUBJECT)
        if findings:
            raise refused(findings, self._page(made))
        with downloads.connect() as http:
            evaluator = self._evaluator(http)
            before = previous.version.id if previous else ""
            outcomes = evaluator.run(evaluations, made.version_id, before)
        self.results.evaluated(outcomes, as_json(outcomes))
        if error := failure(outcomes, self._page(made)):
            raise error

    def _evaluator(self, http: httpx.Client) -> Evaluator:
        context, inputs = self.context, self.context.inputs
        downloader = Downloader(http, context.clock, inputs.api_url, inputs.api_token)
        files = OutputFiles(
            downloader,
            context.workspace,
            inputs.evaluation_files,
            lambda text: context.runner.warning("Evaluation file not saved", text),
        )
        service = Predictions(context.replicate.session)
        return Evaluator(service, context.clock, context.stop, files, context.runner.say)

    def _page(self, made: MadeVersion) -> str:
        return links.version_page(self.results.record.model_page, made.version_id)

    def _publish(self, made: MadeVersion, readme: str) -> None:
        """Make a text the model's README, with the version's facts in it."""
        record = self.results.record
        origin, plan = record.origin, record.plan
        text = fill(
            readme,
            {
                "version": made.reference,
                "version_id": made.version_id,
                "commit": origin.commit,
                "ref": origin.ref_name,
                "run_url": origin.run_url,
                "dataset_sha256": plan.request.dataset.sha256 if plan else "",
            },
        )
        owner, _, name = made.model.partition("/")
        try:
            self.context.replicate.update_model(owner, name, {"readme": text})
        except ReplicateError as error:
            self.context.runner.warning(
                "README not updated",
                f"{error.what.rstrip('.')}. The new version is not affected. "
                f"Update the README on {record.model_page}, or re-run the job.",
            )
        self.results.readme_tried()


def interrupted(record: Record, stop: Stopped) -> StoppedBySignal:
    """Return the error of a signal after the version was made: what it is, and what is left."""
    inputs, made, training = record.inputs, record.made, record.training
    left = {
        "evaluation": bool(inputs.evaluation and not record.outcomes),
        "deployment": bool(inputs.deployment and not record.move),
        "readme": bool(inputs.readme and not record.readme_done),
        "keep-versions": bool(inputs.keep_versions and not record.pruned),
    }
    names = ", ".join(f"`{name}`" for name, undone in left.items() if undone)
    again = f"`mode: wait` and `training-id: {training.id}`" if training else ""
    version = f"Version {made.reference} was made and stays." if made else ""
    return StoppedBySignal(
        f"The workflow was cancelled ({stop.signal_name})",
        why=f"{version} Not finished: {names}." if names else version,
        fix=f"To finish this without a new training, run the step with {again}." if names else "",
        link=links.version_page(record.model_page, made.version_id) if made else "",
    )
