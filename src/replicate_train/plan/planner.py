"""Making the plan: everything is read and checked, and all that is wrong is told at once.

Nothing here changes anything at Replicate or in the workspace. An asset of a release is downloaded
to look into it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from replicate_train.dataset.existing_upload import Wanted, find_upload
from replicate_train.dataset.format import AcceptedFormats
from replicate_train.dataset.prepare import Prepared, prepare
from replicate_train.destination.state import DestinationState, read_state
from replicate_train.diagnostics.collector import Problems
from replicate_train.diagnostics.errors import ActionError
from replicate_train.diagnostics.finding import Finding
from replicate_train.github.releases import Github
from replicate_train.inputs.model import Inputs, Mode, Reuse
from replicate_train.inputs.read import Reading
from replicate_train.inputs.user_files import check_files
from replicate_train.plan.plan import Plan
from replicate_train.plan.report import looked_back
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import ReplicateError
from replicate_train.report.progress import Progress
from replicate_train.runner.commands import Runner
from replicate_train.runner.text import labelled
from replicate_train.runner.workspace import Workspace
from replicate_train.trainer import dataset_input
from replicate_train.trainer.given import GivenInputs, read
from replicate_train.trainer.trainer import Trainer, ask_for, renamed
from replicate_train.trainer.validate import Checked, check
from replicate_train.trainer.yaml_text import texts_of
from replicate_train.training.find import recent
from replicate_train.training.request import EXCLUSIVE_FOR, TrainingRequest
from replicate_train.training.reuse import find_existing

NO_REACH = ("api-token", "api-url")  # what is needed to ask for anything


@dataclass(frozen=True)
class Planner:
    """Reads what a plan is made of, and gathers what is wrong with it.

    `asked` is the trainer, or why there is none so far; None where it could not be asked for.
    """

    reading: Reading
    asked: Trainer | ActionError | None
    runner: Runner
    workspace: Workspace
    replicate: Replicate
    github: Github
    run_name: str

    @property
    def inputs(self) -> Inputs:
        """The step's inputs."""
        return self.reading.inputs

    def plan(self) -> Plan:
        """Make the plan.

        Raises `InputError` with all that is wrong, the only error where there is just one, and
        what Replicate did, with what is wrong beside it.
        """
        problems = Problems(self.reading.wrong)
        if self.inputs.mode is not Mode.START:  # which has no use for them
            problems.add(check_files(self.inputs, self.workspace))
        given = read(self.workspace, self.inputs.training_input_file, self.inputs.training_input)
        problems.add(given.findings)
        trainer = self._trainer(given, problems)
        field = self._dataset_input(trainer, given, problems) if trainer else ""
        prepared = self._prepared(trainer, field, problems)
        checked = self._checked(trainer, field, given) if trainer else Checked()
        problems.add(checked.findings)
        if trainer and not self.inputs.dataset and self.reading.has("dataset") and given.whole:
            fields, required = trainer.fields, trainer.required
            problems.add(dataset_input.without_dataset(fields, required, checked.values))
        destination = self._destination(problems)
        Progress(self.runner).warnings(problems.warnings)
        problems.raise_if_any()
        assert trainer and destination  # noqa: S101, PT018 - without them there is a problem
        request = TrainingRequest.planned(
            trainer,
            destination.full_name,
            checked.values,
            run=self.run_name,
            dataset_input=field,
            dataset=prepared.dataset,
        )
        return self._against_what_exists(request, destination, given, prepared)

    def _trainer(self, given: GivenInputs, problems: Problems) -> Trainer | None:
        """Return the trainer, if there is one, and hide what it calls secret."""
        asked = self.asked
        if isinstance(asked, ReplicateError) and asked.transient and not self._wrong_here(problems):
            asked = ask_for(self.inputs, self.replicate)
        with problems.of("trainer"):
            if isinstance(asked, ActionError):
                raise asked
        if not isinstance(asked, Trainer):
            return None
        for name in asked.secret_inputs & set(given.inputs):
            for text in texts_of(given.inputs[name].written):
                self.runner.mask(text, f"training-input {name}")
        Progress(self.runner).trainer(asked)
        problems.add(renamed(asked))
        return asked

    def _wrong_here(self, problems: Problems) -> bool:
        """Tell whether something is wrong that can be told without waiting for the service."""
        if not problems.serious:
            here = Problems()
            self._prepared(None, "", here)
            return here.serious
        return True

    def _dataset_input(self, trainer: Trainer, given: GivenInputs, problems: Problems) -> str:
        """Return which input takes the dataset; empty where there is no dataset, or it is open."""
        field, asked = "", self.inputs.dataset_input
        if not self.inputs.dataset or not (given.whole or asked):
            return ""
        with problems.of("dataset-input"):
            field = dataset_input.choose(trainer.fields, trainer.required, asked, given.inputs)
            problems.add(_given_twice(field, given))
        return field

    def _prepared(self, trainer: Trainer | None, field: str, problems: Problems) -> Prepared:
        takes = (
            AcceptedFormats.by(field, trainer.fields[field])
            if trainer and field
            else AcceptedFormats()
        )
        prepared = Prepared()
        with problems.of("dataset"):
            prepared = prepare(self.inputs.dataset, self.workspace, self.github.asset, takes)
        problems.add(prepared.findings)
        return prepared

    def _destination(self, problems: Problems) -> DestinationState | None:
        """Look at the destination, if its name can be used and the service answers."""
        if problems.outage or not self.reading.has(*NO_REACH, "owner", "model-name"):
            return None
        hurry = problems.serious  # what is wrong does not wait for a service that is out
        replicate = self.replicate.patiently(0.0) if hurry else self.replicate
        with problems.of("Replicate"):
            return read_state(self.inputs, replicate, problems)
        return None

    def _checked(self, trainer: Trainer, field: str, given: GivenInputs) -> Checked:
        """Check the inputs against the trainer's schema."""
        filled: Collection[str] = {field}
        no_field = self.inputs.dataset and not field
        if no_field or not (given.whole and self.reading.has("dataset")):
            filled = trainer.required  # what is missing is not known
        tokens = [self.inputs.api_token, self.inputs.github_token]
        return check(given.inputs, trainer.fields, trainer.required, filled=filled, tokens=tokens)

    def _against_what_exists(
        self,
        request: TrainingRequest,
        destination: DestinationState,
        given: GivenInputs,
        prepared: Prepared,
    ) -> Plan:
        """Look for the same work, and for the same dataset, among what the account has."""
        existing = recent(self.replicate.trainings())
        if self.inputs.reuse is Reuse.SUCCEEDED and self.inputs.mode is not Mode.PLAN:
            self.runner.say(labelled("Reuse", looked_back(existing)))
        found = find_existing(request, self.inputs.reuse, existing, self.replicate)
        hosted = None
        if not found:
            wanted = Wanted(request.upload_metadata, self.inputs.timeout, EXCLUSIVE_FOR)
            hosted = find_upload(prepared.dataset, wanted, existing, self.replicate)
        return Plan(destination, given.inputs, prepared, hosted, request, existing, found)


def _given_twice(field: str, given: GivenInputs) -> Iterator[Finding]:
    """Tell where the dataset's input is filled a second time."""
    if field in given.inputs:
        one = given.inputs[field]
        place = (one.file, one.written.line, one.written.column) if one.file else ("", 0, 0)
        said = f"it is given twice: as dataset, and as {field!r} in {one.subject}"
        fix = "Leave one of them out, or choose another input with dataset-input."
        yield Finding("dataset", said, fix, *place)
