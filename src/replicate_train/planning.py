"""The plan: everything read and checked, and what would be done, before anything is done.

Nothing here changes anything anywhere: files and the service are only read.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from replicate_train import dataset_input
from replicate_train.dataset import delivery
from replicate_train.dataset.prepared import Hosted, Prepared, prepare
from replicate_train.destination.standing import Standing, survey
from replicate_train.findings import Finding
from replicate_train.github import Github
from replicate_train.inputs import Inputs
from replicate_train.problems import Problems
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.shapes import Training
from replicate_train.reuse import Earlier, earlier, recent
from replicate_train.runner import Runner
from replicate_train.telling import Telling
from replicate_train.trainer import Trainer
from replicate_train.trainer_input.check import Checked, Given, check
from replicate_train.trainer_input.reading import read
from replicate_train.trainer_input.yaml_text import texts_of
from replicate_train.user_files import check_files
from replicate_train.work import Work
from replicate_train.workspace import Workspace


@dataclass(frozen=True)
class Plan:
    """What is going to be done, with everything in it checked.

    `given` are the inputs as they were written, with their places. `existing` are the trainings of
    the last day, `found` the one of them that does the very same work and is followed instead;
    `hosted` is where the dataset is already, None where it has to be uploaded.
    """

    trainer: Trainer
    standing: Standing
    given: dict[str, Given]
    prepared: Prepared
    hosted: Hosted | None
    work: Work
    existing: list[Training]
    found: Earlier | None


@dataclass(frozen=True)
class Planner:
    """Reads what a plan is made of, and gathers what is wrong with it."""

    inputs: Inputs
    trainer: Callable[[], Trainer]
    runner: Runner
    workspace: Workspace
    replicate: Replicate
    github: Github

    def plan(self) -> Plan:
        """Make the plan.

        Raises `InputError` with all that is wrong, or the only error where there is just one.
        """
        problems = Problems()
        given, prepared = self._read(problems)
        try:
            trainer, standing = self._survey(given, problems)
        except ReplicateError as error:
            problems.note("Replicate", error)  # what is wrong on our side is told with it
            problems.settle()
            raise
        work = self._work(trainer, standing, given, prepared, problems) if trainer else None
        Telling(self.runner).warnings(problems.warnings)
        problems.settle()
        if not (trainer and work):
            raise AssertionError("unreachable: without a trainer there is a problem to settle")
        existing = recent(self.replicate.trainings())
        found = earlier(work, self.inputs.reuse, existing, self.replicate)
        hosted = None
        if not found:
            longest = self.inputs.timeout
            hosted = delivery.look_for(
                prepared.dataset, work.marks, existing, self.replicate, longest
            )
        return Plan(trainer, standing, given, prepared, hosted, work, existing, found)

    def _read(self, problems: Problems) -> tuple[dict[str, Given], Prepared]:
        """Read what the workspace holds."""
        inputs = self.inputs
        given, found = read(self.workspace, inputs.training_input_file, inputs.training_input)
        problems.add(found)
        problems.add(check_files(inputs, self.workspace))
        prepared = Prepared()
        with problems.of("dataset"):
            prepared = prepare(inputs.dataset, self.workspace, self.github.asset)
        problems.add(prepared.findings)
        return given, prepared

    def _survey(
        self, given: dict[str, Given], problems: Problems
    ) -> tuple[Trainer | None, Standing]:
        """Look at the trainer and at the destination, and hide what the trainer calls secret."""
        trainer = None
        with problems.of("trainer"):
            trainer = self.trainer()
            for name in trainer.secret_inputs & set(given):
                for text in texts_of(given[name].written):
                    self.runner.mask(text)
            Telling(self.runner).trainer(trainer)
        return trainer, survey(self.inputs, self.replicate, problems)

    def _work(
        self,
        trainer: Trainer,
        standing: Standing,
        given: dict[str, Given],
        prepared: Prepared,
        problems: Problems,
    ) -> Work:
        """Check the inputs against the trainer's schema, with the dataset among them."""
        field, filled = "", frozenset[str]()
        if self.inputs.dataset:
            filled = frozenset(trainer.required)  # while it is unclear which of them it takes
            with problems.of("dataset-input"):
                asked = self.inputs.dataset_input
                field = dataset_input.choose(trainer.fields, trainer.required, asked, given)
                filled = frozenset({field})
            problems.add(_given_twice(field, given))
        checked = self._checked(trainer, given, filled)
        problems.add(checked.findings)
        return Work.planned(trainer, standing.full_name, checked.values, field, prepared.dataset)

    def _checked(
        self, trainer: Trainer, given: dict[str, Given], filled: Collection[str]
    ) -> Checked:
        tokens = [self.inputs.api_token, self.inputs.github_token]
        return check(given, trainer.fields, trainer.required, filled=filled, tokens=tokens)


def _given_twice(field: str, given: dict[str, Given]) -> list[Finding]:
    """Tell where the dataset's input is filled a second time."""
    if field not in given:
        return []
    one = given[field]
    place = (one.file, one.written.line, one.written.column) if one.file else ("", 0, 0)
    said = f"it is given twice: as dataset, and as {field!r} in {one.subject}"
    mend = "Leave one of them out, or choose another input with dataset-input."
    return [Finding("dataset", said, mend, *place)]
