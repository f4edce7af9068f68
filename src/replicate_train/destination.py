"""The destination: the model that collects the fine-tunes as its versions."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from replicate_train import links
from replicate_train.errors import DestinationMissing, DestinationRefused
from replicate_train.inputs import Inputs
from replicate_train.problems import Problems
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
)
from replicate_train.replicate.shapes import Account, Model

# Fields of the model's page: the input's name, and whether the API can change it later.
_PAGE = {
    "description": True,
    "github_url": True,
    "license_url": True,
    "paper_url": True,
    "cover_image_url": False,
}


@dataclass(frozen=True)
class Destination:
    """A model that exists.

    `changed` names the page fields that were brought up to date, `differs` those that the API
    cannot change.
    """

    model: Model
    created: bool
    changed: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """The model's web page."""
        return links.model_page(self.model)

    @property
    def previous_version_id(self) -> str:
        """The latest version before this training; empty for the first."""
        return self.model.latest_version.id if self.model.latest_version else ""


@dataclass(frozen=True)
class Standing:
    """How the destination stands before anything is done: its model is None where it is absent."""

    owner: str
    name: str
    model: Model | None

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return f"{self.owner}/{self.name}"


def survey(inputs: Inputs, replicate: Replicate, problems: Problems) -> Standing:
    """Look the destination up, and what its creation needs, changing nothing.

    What can be known to fail is noted in `problems`.
    """
    account = None if inputs.destination_owner else replicate.account()
    owner = inputs.destination_owner or (account.username if account else "")
    name = inputs.destination_name
    standing = Standing(owner, name, _look_up(owner, name, replicate))
    if standing.model is not None:
        return standing
    with problems.of("model-name"):
        _check_permission(standing, inputs)
        with problems.of("owner"):
            _check_owner(owner, account or replicate.account())
        with problems.of("hardware"):
            _check_hardware(inputs.hardware, replicate)
    return standing


def settle(standing: Standing, inputs: Inputs, replicate: Replicate) -> Destination:
    """Create the destination if it is absent, and bring its page up to date if it is there.

    A sibling job that creates it at the same moment is no error. Raises `DestinationRefused`.
    """
    if standing.model is not None:
        return _brought_up_to_date(standing.model, inputs, replicate)
    return _create(standing.owner, standing.name, inputs, replicate)


def wanted(owner: str, name: str, inputs: Inputs) -> dict[str, str]:
    """Return the body of `POST /models`: the required fields, and those that were given."""
    page = {field: getattr(inputs, field) for field in _PAGE}
    return {
        "owner": owner,
        "name": name,
        "visibility": inputs.visibility.value,
        "hardware": inputs.hardware,
        **{field: value for field, value in page.items() if value},
    }


def differences(model: Model, inputs: Inputs) -> tuple[dict[str, str], tuple[str, ...]]:
    """Compare an existing model with what was given: what to change, and what cannot be."""
    given = {field: getattr(inputs, field) for field in _PAGE if getattr(inputs, field)}
    other = {field: value for field, value in given.items() if getattr(model, field) != value}
    fixed = [field.replace("_", "-") for field in other if not _PAGE[field]]
    if model.visibility and model.visibility != inputs.visibility:
        fixed.insert(0, f"visibility (it is {model.visibility})")
    return {field: value for field, value in other.items() if _PAGE[field]}, tuple(fixed)


def explain(owner: str, name: str, refusal: Refused) -> Refused | DestinationRefused:
    """Say which of the known reasons a refused creation has; others speak for themselves."""
    what = f"Replicate would not create {owner}/{name}: {refusal.detail or refusal.what}"
    if isinstance(refusal, (Forbidden, Invalid, BadRequest, NotFound)):
        for telling, why, mend in _REASONS:
            if any(word in refusal.words for word in telling):
                return DestinationRefused(
                    what, why=why, mend=mend, link=links.CREATE_MODEL, details=refusal.fields
                )
    if isinstance(refusal, (Forbidden, NotFound)):
        why, mend = _REASONS[1][1:]
        return DestinationRefused(
            what, why=why, mend=mend, link=links.CREATE_MODEL, details=refusal.fields
        )
    return refusal


_REASONS = (
    (
        ("limit", "too many", "maximum number", "1,000", "1000 models"),
        "An account may hold 1,000 models.",
        "Delete models that are not needed, or train an existing one: it takes one more version.",
    ),
    (
        ("owner", "organization", "permission"),
        "The token's account may not create models for this owner.",
        "Use a token of the owner, or set owner to the token's own account.",
    ),
    (
        ("hardware", "sku"),
        "Replicate does not offer this hardware for a new model.",
        "Choose another hardware SKU.",
    ),
    (
        ("name", "slug"),
        "Replicate takes lower-case letters, digits, '-', '_' and '.' in a model's name.",
        "Choose another model-name.",
    ),
)


def _look_up(owner: str, name: str, replicate: Replicate) -> Model | None:
    try:
        return replicate.model(owner, name)
    except NotFound:
        return None


def _create(owner: str, name: str, inputs: Inputs, replicate: Replicate) -> Destination:
    """Create the model, again where the answer was lost: it then exists already, by our doing."""
    tries = 0

    def ask() -> Model:
        nonlocal tries
        tries += 1
        return replicate.create_model(wanted(owner, name, inputs))

    try:
        return Destination(replicate.repeat(ask, lambda error: error.transient), created=True)
    except Refused as refusal:
        found = _look_up(owner, name, replicate) if _exists_already(refusal) else None
        if found is None:
            raise explain(owner, name, refusal) from refusal
        if tries > 1 and found.latest_version is None:
            return Destination(found, created=True)
        return _brought_up_to_date(found, inputs, replicate)


def _exists_already(refusal: Refused) -> bool:
    return isinstance(refusal, Conflict) or (
        isinstance(refusal, Invalid) and "already exists" in refusal.words
    )


def _brought_up_to_date(model: Model, inputs: Inputs, replicate: Replicate) -> Destination:
    changes, fixed = differences(model, inputs)
    if changes:
        replicate.update_model(model.owner, model.name, changes)
    return Destination(model, created=False, changed=_names(changes), differs=fixed)


def _names(fields: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(field.replace("_", "-") for field in fields)


def _check_permission(standing: Standing, inputs: Inputs) -> None:
    if not inputs.create_model:
        raise DestinationMissing(
            f"There is no model {standing.full_name}",
            why="create-model is false, so it is not created.",
            mend="Create it on the web, or set create-model to true.",
            link=links.CREATE_MODEL,
        )


def _check_owner(owner: str, account: Account) -> None:
    """Raise where it is sure: an organization's token creates for the organization alone."""
    if account.type == "organization" and account.username.lower() != owner.lower():
        raise DestinationRefused(
            f"The token belongs to the organization {account.username}, and the owner is {owner}",
            why="An organization's token may create models for the organization alone.",
            mend="Use a token of the owner, or leave owner out.",
            link=links.CREATE_MODEL,
        )


def _check_hardware(sku: str, replicate: Replicate) -> None:
    offered = replicate.hardware()
    near = difflib.get_close_matches(sku, [hardware.sku for hardware in offered], 1)
    if offered and sku not in {hardware.sku for hardware in offered}:
        raise DestinationRefused(
            f"There is no hardware {sku!r}",
            why="Replicate's live list does not have this SKU.",
            mend=f"Did you mean {near[0]}?" if near else "Set hardware to one of these.",
            details=[f"{hardware.sku}: {hardware.name}" for hardware in offered],
        )
