"""Create the destination model, or update the page of an existing one."""

from dataclasses import dataclass, replace

from replicate_train.destination.hardware import choose_again
from replicate_train.destination.refused import explain, hardware_options, name_taken
from replicate_train.destination.state import (
    FIXED_FIELDS,
    UPDATABLE_FIELDS,
    DestinationState,
    changes,
    look_up,
)
from replicate_train.inputs.model import Inputs, Visibility
from replicate_train.replicate import links
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import Conflict, Invalid, Refused
from replicate_train.replicate.schemas import Model


@dataclass(frozen=True)
class Destination:
    """A model that exists.

    `updated` names the inputs that updated its page, `note` says which hardware was chosen.
    """

    model: Model
    created: bool
    updated: str = ""
    note: str = ""

    @property
    def page(self) -> str:
        """The model's web page."""
        return links.model_page(self.model)

    @property
    def previous_version_id(self) -> str:
        """The latest version before this training; empty for the first."""
        return self.model.latest_version.id if self.model.latest_version else ""


def ensure(state: DestinationState, inputs: Inputs, replicate: Replicate) -> Destination:
    """Return the destination, after creating the model or updating its page.

    A job that creates the model at the same moment is no error. Raises `DestinationRefused`.
    """
    if state.model is not None:
        return _updated(state.model, state, replicate)
    return _create(state, inputs, replicate)


def creation_body(state: DestinationState, inputs: Inputs) -> dict[str, str]:
    """Return the body of `POST /models`: the required fields, and those that are given."""
    page = {field: getattr(inputs, field) for field in (*UPDATABLE_FIELDS, *FIXED_FIELDS)}
    return {
        "owner": state.ref.owner,
        "name": state.ref.name,
        "visibility": (inputs.visibility or Visibility.PRIVATE).value,
        "hardware": state.hardware.sku,
        **{field: value for field, value in page.items() if value},
    }


def _create(
    state: DestinationState, inputs: Inputs, replicate: Replicate, *, may_choose: bool = True
) -> Destination:
    """Create the model. A lost answer is retried, and may find the model that the first try made.

    Hardware that the workflow does not set is chosen again, once, if Replicate refuses it.
    """
    tries = 0

    def create() -> Model:
        nonlocal tries
        tries += 1
        return replicate.create_model(creation_body(state, inputs))

    ref, hardware = state.ref, state.hardware
    try:
        model = replicate.session.repeat(create, lambda error: error.transient)
        return Destination(model, created=True, note=hardware.note)
    except Refused as refusal:
        options = hardware_options(refusal)
        if may_choose and hardware.reason and options is not None:
            other = replace(state, hardware=choose_again(options))
            return _create(other, inputs, replicate, may_choose=False)
        if not _exists_already(refusal):
            raise explain(ref, hardware.sku, refusal) from refusal
        found = look_up(ref, replicate)
        if found is None:
            raise name_taken(ref, refusal) from refusal
        if tries > 1 and found.latest_version is None:
            return Destination(found, created=True, note=hardware.note)
        existing = DestinationState(ref, found, changes(found, inputs))
        return _updated(found, existing, replicate)


def _updated(model: Model, state: DestinationState, replicate: Replicate) -> Destination:
    if state.changes:
        replicate.update_model(model.owner, model.name, state.changes)
    return Destination(model, created=False, updated=state.updates)


def _exists_already(refusal: Refused) -> bool:
    return isinstance(refusal, Conflict) or (
        isinstance(refusal, Invalid) and "already exists" in refusal.words
    )
