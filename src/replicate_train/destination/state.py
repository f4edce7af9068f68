"""How the destination stands before anything is done: looked at, and nothing changed."""

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
from replicate_train.replicate.schemas import Account, Model

# Fields of the model's page: those that the API can change later, and those that it cannot.
CHANGING = ("description", "github_url", "license_url", "paper_url")
FIXED = ("cover_image_url",)
_LIST_BUDGET = 10.0  # seconds that the hardware list may take: the step can do without it


@dataclass(frozen=True)
class DestinationState:
    """The destination as it was found.

    `model` is None where it is absent, `hardware` is what it is then created with; `changes` are
    the fields of its page that are to be brought up to date, by the API's names.
    """

    owner: str
    name: str
    model: Model | None
    changes: Mapping[str, str] = field(default_factory=dict)
    hardware: HardwareChoice = field(default_factory=HardwareChoice)

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return f"{self.owner}/{self.name}"

    @property
    def to_mend(self) -> str:
        """The inputs that the page is brought up to date with, for people."""
        return ", ".join(_input(name) for name in self.changes)


def read_state(inputs: Inputs, replicate: Replicate, problems: Problems) -> DestinationState:
    """Look the destination up, and what its creation needs.

    What can be known to fail, and what is only unwise, is noted in `problems`.
    """
    account = replicate.account()
    owner, name = inputs.destination_owner or account.username, inputs.destination_name
    if _same(account.username, owner):
        owner = account.username  # as the service spells it
    model = look_up(owner, name, replicate)
    if model is not None:
        offered = _offered(replicate) if inputs.hardware else ()
        problems.add(unwise(model, account, inputs, offered))
        return DestinationState(model.owner, model.name, model, changes(model, inputs))
    choice = HardwareChoice()
    with problems.of("model-name"):
        _check_permission(owner, name, inputs)
        with problems.of("owner"):
            _check_owner(owner, account)
        offered = _offered(replicate)
        choice = choose(inputs.hardware, offered)
        problems.add(_hardware_missing(choice.sku, offered))
    return DestinationState(owner, name, None, hardware=choice)


def look_up(owner: str, name: str, replicate: Replicate) -> Model | None:
    """Return a model, None where there is none that the account may see."""
    try:
        return replicate.model(owner, name)
    except NotFound:
        return None


def changes(model: Model, inputs: Inputs) -> dict[str, str]:
    """Return what was given of an existing model's page and stands otherwise there. Pure."""
    given = {name: getattr(inputs, name) for name in CHANGING}
    return {name: value for name, value in given.items() if value and getattr(model, name) != value}


def unwise(
    model: Model, account: Account, inputs: Inputs, offered: Collection[str]
) -> Iterator[Finding]:
    """Yield what the workflow says of an existing model and the API cannot change. Pure."""
    fix = f"Change it at {links.model_page(model)}/settings, or in the workflow."
    if not _same(account.username, model.owner):
        said = f"the model is {model.owner}'s, and the token belongs to {account.username}"
        why = "Replicate documents that a destination has to be the token's own."
        yield Finding("owner", said, why, serious=False)
    for name in ("visibility", "hardware", *FIXED):
        has, asked = getattr(model, name), str(getattr(inputs, name) or "")
        if has and asked and has != asked:
            said = f"{model.full_name} has {has!r} and the workflow says {asked!r}"
            yield Finding(_input(name), f"{said}; the API cannot change it", fix, serious=False)
    for one in _hardware_missing(inputs.hardware, offered) if inputs.hardware else ():
        said = f"{one.what}. It is not used because the model exists"
        yield replace(one, what=said, serious=False)


def _check_permission(owner: str, name: str, inputs: Inputs) -> None:
    if not inputs.create_model:
        raise DestinationMissing(
            f"There is no model {owner}/{name}",
            why="create-model is false, so it is not created.",
            fix="Create it on the web, or set create-model to true.",
            link=links.CREATE_MODEL,
        )


def _check_owner(owner: str, account: Account) -> None:
    if not _same(account.username, owner):
        kind = account.type or "account"
        raise DestinationRefused(
            f"The token belongs to the {kind} {account.username}, and the owner is {owner}",
            why="Replicate creates models for the token's own account alone, be it a user's or an "
            "organization's.",
            fix=f"Use a token of {owner}, or leave owner out.",
            link=links.CREATE_MODEL,
        )


def _offered(replicate: Replicate) -> tuple[str, ...]:
    """Return the SKUs that Replicate offers; none where its list cannot be read."""
    try:
        return tuple(one.sku for one in replicate.patiently(_LIST_BUDGET).hardware())
    except ReplicateError:
        return ()


def _hardware_missing(sku: str, offered: Collection[str]) -> Iterator[Finding]:
    if offered and sku not in offered:
        yield Finding("hardware", unavailable(sku, offered), suggestion(sku, offered))


def _same(account: str, owner: str) -> bool:
    return account.lower() == owner.lower()


def _input(name: str) -> str:
    return name.replace("_", "-")
