"""Making the plan: everything is read and checked, and all problems are reported at once.

Nothing here changes anything at Replicate or in the workspace, or prints: what is worth saying is
in the plan. An asset of a release is downloaded to check it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from replicate_train.context import Context
from replicate_train.dataset.existing_upload import UploadRequirements, find_upload
from replicate_train.dataset.format import AcceptedFormats
from replicate_train.dataset.prepare import CheckedDataset, Prepared, check_dataset
from replicate_train.destination.state import DestinationState, read_state
from replicate_train.diagnostics.collector import Problems
from replicate_train.diagnostics.finding import Finding
from replicate_train.inputs.model import Inputs, Mode
from replicate_train.inputs.user_files import check_files
from replicate_train.plan.after import After, AfterReader
from replicate_train.plan.plan import Plan
from replicate_train.trainer import dataset_input
from replicate_train.trainer.given import GivenInputs, read
from replicate_train.trainer.trainer import Trainer, renamed, resolve
from replicate_train.trainer.validate import Checked, check
from replicate_train.trainer.yaml_text import texts_of
from replicate_train.training.find import recent
from replicate_train.training.request import EXCLUSIVE_FOR, TrainingRequest
from replicate_train.training.reuse import find_existing

_TO_ASK = ("api-token", "api-url")  # inputs that are needed to ask Replicate anything


@dataclass
class Planner:
    """Reads what a plan is made of, and gathers what is wrong with it.

    What can be checked here comes first: where it is not valid, Replicate is asked only once, so
    that an outage does not delay the report.
    """

    context: Context
    problems: Problems = field(init=False)

    def __post_init__(self) -> None:
        self.problems = Problems(self.context.reading.wrong)

    def plan(self) -> Plan:
        """Make the plan.

        Raises `InputError` with all problems, the only error where there is just one, and what
        Replicate did, with the problems beside it.
        """
        reader = AfterReader(self.context, self.problems)
        if self.follows:
            self.problems.add(check_files(self.inputs, self.context.workspace))
        evaluations = reader.evaluations() if self.follows else ()
        given = self._given()
        dataset = self._dataset()
        trainer = self._trainer(given)
        name = self._dataset_input(trainer, given) if trainer else ""
        prepared = self._prepared(dataset, trainer, name)
        checked = self._checked(trainer, name, given) if trainer else Checked()
        state = self._destination()
        after = reader.after(evaluations, state) if self.follows else After()
        if trainer is None or state is None or self.problems.serious or self.problems.outage:
            self.problems.raise_if_any()
            raise AssertionError("unreachable: without them there is a problem")
        request = TrainingRequest.planned(
            trainer,
            state.full_name,
            checked.values,
            run=self.context.workflow_run,
            dataset_input=name,
            dataset=prepared.dataset,
        )
        plan = self._against_what_exists(request, state, given, prepared)
        return replace(plan, after=after)

    @property
    def follows(self) -> bool:
        """Whether the mode follows the training, or plans to; what comes after it is checked."""
        return self.inputs.mode is not Mode.START

    @property
    def inputs(self) -> Inputs:
        """The step's inputs."""
        return self.context.inputs

    def _given(self) -> GivenInputs:
        file, text = self.inputs.training_input_file, self.inputs.training_input
        given = read(self.context.workspace, file, text)
        self.problems.add(given.findings)
        return given

    def _dataset(self) -> CheckedDataset:
        """Find and check the dataset, as far as that goes without the trainer."""
        checked = CheckedDataset()
        with self.problems.of("dataset"):
            download, workspace = self.context.github.asset, self.context.workspace
            checked = check_dataset(self.inputs.dataset, workspace, download)
        self.problems.add(checked.findings)
        return checked

    def _trainer(self, given: GivenInputs) -> Trainer | None:
        """Return the trainer, if there is one, and mask the inputs that it calls secret."""
        if not self.context.reading.has(*_TO_ASK, "trainer"):
            return None
        trainer = None
        with self.problems.of("trainer"):
            trainer = resolve(self.inputs.trainer, self.context.asking(self.problems))
            for name in trainer.secret_inputs & set(given.inputs):
                for text in texts_of(given.inputs[name].written):
                    self.context.runner.mask(text, f"training-input {name}")
            self.problems.add(renamed(trainer))
        return trainer

    def _dataset_input(self, trainer: Trainer, given: GivenInputs) -> str:
        """Return the input that takes the dataset; empty where there is none."""
        name, asked = "", self.inputs.dataset_input
        if not self.inputs.dataset or not (given.whole or asked):
            return ""
        with self.problems.of("dataset-input"):
            name = dataset_input.choose(trainer.fields, trainer.required, asked, given.inputs)
            self.problems.add(_given_twice(name, given))
        return name

    def _prepared(self, dataset: CheckedDataset, trainer: Trainer | None, name: str) -> Prepared:
        """Pack the dataset, if all is valid so far: what is not sent need not be packed."""
        prepared = Prepared()
        if trainer is None or self.problems.serious:
            return prepared
        accepts = AcceptedFormats.by(name, trainer.fields[name]) if name else AcceptedFormats()
        with self.problems.of("dataset"):
            prepared = dataset.prepare(accepts, self.context.scratch)
        self.problems.add(prepared.findings)
        return prepared

    def _checked(self, trainer: Trainer, name: str, given: GivenInputs) -> Checked:
        """Check the inputs against the trainer's schema."""
        filled: Collection[str] = {name}
        dataset_is_valid = self.context.reading.has("dataset")
        if (self.inputs.dataset and not name) or not (given.whole and dataset_is_valid):
            filled = trainer.required  # what is missing is not known
        tokens = [self.inputs.api_token, self.inputs.github_token]
        fields, required = trainer.fields, trainer.required
        checked = check(given.inputs, fields, required, filled=filled, tokens=tokens)
        self.problems.add(checked.findings)
        if not self.inputs.dataset and dataset_is_valid and given.whole:
            self.problems.add(dataset_input.without_dataset(fields, required, checked.values))
        return checked

    def _destination(self) -> DestinationState | None:
        """Read the destination, if its name is valid and Replicate answers."""
        named = self.context.reading.has(*_TO_ASK, "owner", "model-name")
        if self.problems.outage or not named:
            return None
        with self.problems.of("Replicate"):
            return read_state(self.inputs, self.context.asking(self.problems), self.problems)
        return None

    def _against_what_exists(
        self,
        request: TrainingRequest,
        state: DestinationState,
        given: GivenInputs,
        prepared: Prepared,
    ) -> Plan:
        """Look for the same training, and for the same dataset, among what the account has."""
        replicate = self.context.replicate
        existing = recent(replicate.trainings())
        found = find_existing(request, self.inputs.reuse, existing, replicate)
        hosted = None
        if not found:
            requirements = UploadRequirements(
                request.upload_metadata, self.inputs.timeout, EXCLUSIVE_FOR
            )
            hosted = find_upload(prepared.dataset, requirements, existing, replicate)
        warnings = tuple(self.problems.warnings)
        return Plan(
            state,
            given.inputs,
            prepared,
            hosted,
            request,
            existing,
            found,
            warnings=warnings,
        )


def _given_twice(name: str, given: GivenInputs) -> Iterator[Finding]:
    """Yield a problem where the dataset's input is filled a second time."""
    if name in given.inputs:
        one = given.inputs[name]
        place = (one.file, one.written.line, one.written.column) if one.file else ("", 0, 0)
        said = f"given twice: as `dataset`, and as `{name}` in {one.subject}"
        fix = "Leave one of them out, or choose another input with `dataset-input`."
        yield Finding("dataset", said, fix, *place)
