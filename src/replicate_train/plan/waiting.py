"""Mode wait: the training to follow, and what follows it, checked before the step waits."""

from dataclasses import dataclass

from replicate_train.context import Context
from replicate_train.diagnostics.collector import Problems
from replicate_train.diagnostics.errors import InputError
from replicate_train.inputs.user_files import check_files
from replicate_train.plan.after import After, AfterReader
from replicate_train.replicate.refs import ModelRef
from replicate_train.replicate.schemas import Training


@dataclass(frozen=True)
class Waiting:
    """A training that exists. `destination` is `owner/name`, empty where nothing names it yet."""

    training: Training
    destination: str
    after: After


def waiting(context: Context, problems: Problems) -> Waiting:
    """Read the training that `training-id` names; warnings go to `problems`.

    Raises `InputError` with all problems, and what Replicate did.
    """
    problems.add(check_files(context.inputs, context.workspace))
    reader = AfterReader(context, problems)
    evaluations = reader.evaluations()
    problems.raise_if_any()
    training = context.replicate.training(context.inputs.training_id)
    destination = _destination_of(training, context)
    after = After(evaluations, reader.deployment(ModelRef.parse(destination)))
    problems.raise_if_any()
    return Waiting(training, destination, after)


def _destination_of(training: Training, context: Context) -> str:
    asked, name = "", context.inputs.destination_name
    if name:
        owner = context.inputs.destination_owner or context.replicate.account().username
        asked = f"{owner}/{name}"
    has = training.destination or ""
    if asked and has and asked.lower() != has.lower():
        raise InputError(
            f"training-id: training {training.id} trains {has}, but `model-name` is {asked}",
            fix="Correct `model-name`, or leave it out.",
        )
    return has or asked
