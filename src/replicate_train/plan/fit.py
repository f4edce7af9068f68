"""Holding what is given against the trainer: its inputs, and the one that receives the dataset."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from replicate_train.context import Context
from replicate_train.dataset.check import CheckedDataset
from replicate_train.dataset.format import AcceptedFormats
from replicate_train.dataset.prepare import Prepared, prepare
from replicate_train.diagnostics.collector import Problems
from replicate_train.diagnostics.finding import Finding
from replicate_train.trainer import dataset_input
from replicate_train.trainer.given import GivenInputs
from replicate_train.trainer.trainer import Trainer
from replicate_train.trainer.validate import check


@dataclass(frozen=True)
class Fitted:
    """The inputs as they are sent, without the dataset, and the dataset packed for its input.

    `dataset_input` is that input's name, empty where no dataset is given or its input is unclear.
    """

    values: Mapping[str, Any]
    dataset_input: str
    prepared: Prepared


@dataclass(frozen=True)
class Fitting:
    """What a trainer is given; what is wrong with it goes to the problems."""

    context: Context
    problems: Problems
    trainer: Trainer
    given: GivenInputs
    dataset: CheckedDataset

    def fit(self) -> Fitted:
        """Choose the dataset's input, pack the dataset for it, and check the other inputs."""
        name = self._dataset_input()
        prepared = self._prepared(name)
        return Fitted(self._values(name), name, prepared)

    def _dataset_input(self) -> str:
        name, asked = "", self.context.inputs.dataset_input
        if not self.context.inputs.dataset or not (self.given.whole or asked):
            return ""
        fields, required = self.trainer.fields, self.trainer.required
        with self.problems.of("dataset-input"):
            name = dataset_input.choose(fields, required, asked, self.given.inputs)
            self.problems.add(_given_twice(name, self.given))
        return name

    def _prepared(self, name: str) -> Prepared:
        """Pack the dataset, if all is valid so far: what is not sent need not be packed."""
        prepared = Prepared()
        if self.problems.serious:
            return prepared
        accepts = AcceptedFormats.by(name, self.trainer.fields[name]) if name else AcceptedFormats()
        with self.problems.of("dataset"):
            prepared = prepare(self.dataset, accepts, self.context.scratch)
        self.problems.add(prepared.findings)
        return prepared

    def _values(self, name: str) -> Mapping[str, Any]:
        """Check the inputs against the trainer's schema, and return their values."""
        inputs, trainer = self.context.inputs, self.trainer
        filled: Collection[str] = {name}
        dataset_is_valid = self.context.reading.has("dataset")
        if (inputs.dataset and not name) or not (self.given.whole and dataset_is_valid):
            filled = trainer.required  # what is missing is not known
        tokens = [inputs.api_token, inputs.github_token]
        fields, required = trainer.fields, trainer.required
        checked = check(self.given.inputs, fields, required, filled=filled, tokens=tokens)
        self.problems.add(checked.findings)
        if not inputs.dataset and dataset_is_valid and self.given.whole:
            self.problems.add(dataset_input.without_dataset(fields, required, checked.values))
        return checked.values


def _given_twice(name: str, given: GivenInputs) -> Iterator[Finding]:
    """Yield a problem where the dataset's input is filled a second time."""
    if name in given.inputs:
        one = given.inputs[name]
        place = (one.file, one.written.line, one.written.column) if one.file else ("", 0, 0)
        said = f"given twice: as `dataset`, and as `{name}` in {one.subject}"
        fix = "Leave one of them out, or choose another input with `dataset-input`."
        yield Finding("dataset", said, fix, *place)
