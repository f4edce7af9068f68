"""The destination made: created where it is absent, its page brought up to date where it is not."""

from dataclasses import dataclass, replace

from replicate_train.destination.hardware import choose_again
from replicate_train.destination.refused import explain, hardware_options, name_taken
from replicate_train.destination.state import CHANGING, FIXED, DestinationState, changes, look_up
from replicate_train.inputs.model import Inputs, Visibility
from replicate_train.replicate import links
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import Conflict, Invalid, Refused
from replicate_train.replicate.schemas import Model


@dataclass(frozen=True)
class Destination:
    """A model that exists.

    `changed` names what was brought up to date on its page, `note` says which hardware was chosen.
    """

    model: Model
    created: bool
    changed: str = ""
    note: str = ""

    @property
    def page(self) -> str:
        """The model's web page."""
        return links.model_page(self.model)

    @property
    def previous_version_id(self) -> str:
        """The latest version before this training; empty for the first."""
        return self.model.latest_version.id if self.model.latest_version else ""


def ensure(standing: DestinationState, inputs: Inputs, replicate: Replicate) -> Destination:
    """Create the destination if it is absent, and bring its page up to date if it is there.

    A sibling job that creates it at the same moment is no error. Raises `DestinationRefused`.
    """
    if standing.model is not None:
        return _brought_up_to_date(standing.model, standing, replicate)
    return _create(standing, inputs, replicate)


def _create(
    standing: DestinationState, inputs: Inputs, replicate: Replicate, *, may_choose: bool = True
) -> Destination:
    """Create the model, again where the answer was lost: it then exists already, by our doing.

    Hardware that the workflow did not give is chosen again, once, if Replicate refuses it.
    """
    tries = 0

    def ask() -> Model:
        nonlocal tries
        tries += 1
        return replicate.create_model(wanted(standing, inputs))

    owner, name, chosen = standing.owner, standing.name, standing.hardware
    try:
        model = replicate.session.repeat(ask, lambda error: error.transient)
        return Destination(model, created=True, note=chosen.note)
    except Refused as refusal:
        options = hardware_options(refusal)
        if may_choose and chosen.reason and options is not None:
            other = replace(standing, hardware=choose_again(options))
            return _create(other, inputs, replicate, may_choose=False)
        if not _exists_already(refusal):
            raise explain(owner, name, chosen.sku, refusal) from refusal
        found = look_up(owner, name, replicate)
        if found is None:
            raise name_taken(owner, name, refusal) from refusal
        if tries > 1 and found.latest_version is None:
            return Destination(found, created=True, note=chosen.note)
        now = DestinationState(owner, name, found, changes(found, inputs))
        return _brought_up_to_date(found, now, replicate)


def wanted(standing: DestinationState, inputs: Inputs) -> dict[str, str]:
    """Return the body of `POST /models`: the required fields, and those that were given."""
    page = {field: getattr(inputs, field) for field in (*CHANGING, *FIXED)}
    return {
        "owner": standing.owner,
        "name": standing.name,
        "visibility": (inputs.visibility or Visibility.PRIVATE).value,
        "hardware": standing.hardware.sku,
        **{field: value for field, value in page.items() if value},
    }


def _brought_up_to_date(
    model: Model, standing: DestinationState, replicate: Replicate
) -> Destination:
    if standing.changes:
        replicate.update_model(model.owner, model.name, standing.changes)
    return Destination(model, created=False, changed=standing.to_mend)


def _exists_already(refusal: Refused) -> bool:
    return isinstance(refusal, Conflict) or (
        isinstance(refusal, Invalid) and "already exists" in refusal.words
    )
