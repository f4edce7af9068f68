"""The state of the destination model before the step: read only, nothing is changed."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from replicate_train.destination.hardware import (
    HardwareChoice,
    choose,
    suggestion,
    unavailable,
)
from replicate_train.diagnostics.collector import Problems
from replicate_train.diagnostics.errors import DestinationMissing, DestinationRefused
from replicate_train.diagnostics.finding import Finding
from replicate_train.inputs.model import Inputs
from replicate_train.replicate import links
from replicate_train.replicate.client import Replicate
from replicate_train.replicate.errors import NotFound, ReplicateError
from replicate_train.replicate.refs import ModelRef
from replicate_train.replicate.schemas import Account, Model
from replicate_train.runner.text import quoted

# Fields of the model's page that the API can change later, and those that it cannot.
UPDATABLE_FIELDS = ("description", "github_url", "license_url", "paper_url")
FIXED_FIELDS = ("cover_image_url",)
_HARDWARE_LIST_BUDGET = 10.0  # seconds: the step can do without the list


@dataclass(frozen=True)
class DestinationState:
    """The destination as it is.

    `model` is None if it does not exist; it is then created with `hardware`. `changes` are the
    fields of its page to update, by the API's names.
    """

    ref: ModelRef
    model: Model | None
    changes: Mapping[str, str] = field(default_factory=dict)
    hardware: HardwareChoice = field(default_factory=HardwareChoice)

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return str(self.ref)

    @property
    def updates(self) -> str:
        """The inputs that update the page, separated by commas."""
        return ", ".join(_input(name) for name in self.changes)


def read_state(inputs: Inputs, replicate: Replicate, problems: Problems) -> DestinationState:
    """Return the state of the destination, and the hardware for its creation.

    Adds to `problems` what would fail, and warnings.
    """
    account = replicate.account()
    owner = inputs.destination_owner or account.username
    if _same(account.username, owner):
        owner = account.username  # as the service spells it
    ref = ModelRef(owner, inputs.destination_name)
    model = look_up(ref, replicate)
    if model is not None:
        offered = _offered(replicate) if inputs.hardware else ()
        problems.add(warnings_for(model, account, inputs, offered))
        return DestinationState(ModelRef(model.owner, model.name), model, changes(model, inputs))
    choice = HardwareChoice()
    with problems.of("model-name"):
        _check_creation_allowed(ref, inputs)
        with problems.of("owner"):
            _check_owner(owner, account)
        offered = _offered(replicate)
        choice = choose(inputs.hardware, offered)
        problems.add(_unavailable_hardware(choice.sku, offered))
    return DestinationState(ref, None, hardware=choice)


def look_up(ref: ModelRef, replicate: Replicate) -> Model | None:
    """Return a model, None if it does not exist or the account cannot see it."""
    try:
        return replicate.model(ref.owner, ref.name)
    except NotFound:
        return None


def changes(model: Model, inputs: Inputs) -> dict[str, str]:
    """Return the given fields of an existing model's page that differ, with new values. Pure."""
    given = {name: getattr(inputs, name) for name in UPDATABLE_FIELDS}
    return {name: value for name, value in given.items() if value and getattr(model, name) != value}


def warnings_for(
    model: Model, account: Account, inputs: Inputs, offered: Collection[str]
) -> Iterator[Finding]:
    """Yield a warning for each input that differs from an existing model and is not used. Pure."""
    ref = quoted(model.full_name)
    if not _same(account.username, model.owner):
        what = f"{ref} does not belong to the token's account, {quoted(account.username)}"
        fix = f"Replicate may refuse the training. Use a token of {quoted(model.owner)}."
        yield Finding("owner", what, fix, serious=False)
    for name in ("visibility", "hardware", *FIXED_FIELDS):
        has, asked = getattr(model, name), str(getattr(inputs, name) or "")
        if has and asked and has != asked:
            what = f"{ref} has {quoted(has)}, not {quoted(asked)}, and the API cannot change it"
            fix = f"Change it at {links.model_page(model)}/settings, or in the workflow."
            yield Finding(_input(name), what, fix, serious=False)
    for one in _unavailable_hardware(inputs.hardware, offered) if inputs.hardware else ():
        what = f"{one.what}. It is not used because the model exists"
        yield replace(one, what=what, serious=False)


def _check_creation_allowed(ref: ModelRef, inputs: Inputs) -> None:
    if not inputs.create_model:
        raise DestinationMissing(
            f"Model {ref} does not exist",
            why="`create-model` is `false`, so it is not created.",
            fix="Create it on the web, or set `create-model: true`.",
            link=links.CREATE_MODEL,
        )


def _check_owner(owner: str, account: Account) -> None:
    if not _same(account.username, owner):
        kind = account.type or "account"
        raise DestinationRefused(
            f"The token belongs to the {kind} {account.username}, not to {owner}",
            why="Replicate creates models only for the token's own account.",
            fix=f"Use a token of {owner}, or set the owner to {account.username}.",
            link=links.CREATE_MODEL,
        )


def _offered(replicate: Replicate) -> tuple[str, ...]:
    """Return the SKUs that Replicate offers; empty where its list cannot be read."""
    try:
        return tuple(one.sku for one in replicate.patiently(_HARDWARE_LIST_BUDGET).hardware())
    except ReplicateError:
        return ()


def _unavailable_hardware(sku: str, offered: Collection[str]) -> Iterator[Finding]:
    if offered and sku not in offered:
        yield Finding("hardware", unavailable(sku, offered), suggestion(sku, offered))


def _same(account: str, owner: str) -> bool:
    return account.lower() == owner.lower()


def _input(name: str) -> str:
    return name.replace("_", "-")
