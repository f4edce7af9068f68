"""Making the plan: everything is read and checked, and all problems are reported at once.

Nothing here changes anything at Replicate or in the workspace, or prints: what is worth saying is
in the plan. An asset of a release is downloaded to check it. What needs the trainer is
imported when there is one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from replicate_train.context import Context
from replicate_train.dataset.check import CheckedDataset, check_dataset
from replicate_train.destination.state import DestinationState, read_state
from replicate_train.diagnostics.collector import Problems
from replicate_train.inputs.model import Inputs, Mode
from replicate_train.inputs.user_files import check_files
from replicate_train.plan.after import After, AfterReader
from replicate_train.trainer.given import GivenInputs, read
from replicate_train.trainer.trainer import Trainer, renamed, resolve
from replicate_train.trainer.yaml_text import texts_of

if TYPE_CHECKING:
    from replicate_train.plan.fit import Fitted
    from replicate_train.plan.plan import Plan

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
        fitted = self._fitted(trainer, given, dataset) if trainer else None
        state = self._destination()
        after = reader.after(evaluations, state) if self.follows else After()
        if not (trainer and fitted and state) or self.problems.serious or self.problems.outage:
            self.problems.raise_if_any()
            raise AssertionError("unreachable: without them there is a problem")
        from replicate_train.plan.existing import complete

        plan = complete(self.context, state, trainer, given, fitted)
        return replace(plan, after=after, warnings=tuple(self.problems.warnings))

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
            download, workspace = self.context.download_asset, self.context.workspace
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

    def _fitted(self, trainer: Trainer, given: GivenInputs, dataset: CheckedDataset) -> Fitted:
        """Hold what is given against the trainer."""
        from replicate_train.plan.fit import Fitting

        return Fitting(self.context, self.problems, trainer, given, dataset).fit()

    def _destination(self) -> DestinationState | None:
        """Read the destination, if its name is valid and Replicate answers."""
        named = self.context.reading.has(*_TO_ASK, "owner", "model-name")
        if self.problems.outage or not named:
            return None
        with self.problems.of("Replicate"):
            return read_state(self.inputs, self.context.asking(self.problems), self.problems)
        return None
