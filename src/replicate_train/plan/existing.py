"""Completing a plan: the same training, and the same dataset, among what the account has."""

from replicate_train.context import Context
from replicate_train.dataset.existing_upload import UploadRequirements, find_upload
from replicate_train.destination.state import DestinationState
from replicate_train.plan.fit import Fitted
from replicate_train.plan.plan import Plan
from replicate_train.trainer.given import GivenInputs
from replicate_train.trainer.trainer import Trainer
from replicate_train.training.find import recent
from replicate_train.training.request import EXCLUSIVE_FOR, TrainingRequest
from replicate_train.training.reuse import find_existing


def complete(
    context: Context,
    destination: DestinationState,
    trainer: Trainer,
    given: GivenInputs,
    fitted: Fitted,
) -> Plan:
    """Return the plan of a valid training; its warnings, and what follows it, come later.

    Raises a `ReplicateError` if the account's trainings or files cannot be listed.
    """
    replicate, inputs = context.replicate, context.inputs
    prepared = fitted.prepared
    request = TrainingRequest.planned(
        trainer,
        destination.full_name,
        fitted.values,
        run=context.workflow_run,
        dataset_input=fitted.dataset_input,
        dataset=prepared.dataset,
    )
    existing = recent(replicate.trainings())
    found = find_existing(request, inputs.reuse, existing, replicate)
    hosted = None
    if not found:
        requirements = UploadRequirements(request.upload_metadata, inputs.timeout, EXCLUSIVE_FOR)
        hosted = find_upload(prepared.dataset, requirements, existing, replicate)
    return Plan(destination, given.inputs, prepared, hosted, request, existing, found)
