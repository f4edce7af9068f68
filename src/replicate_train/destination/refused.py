"""Why Replicate would not create a model, as far as its words say. Pure."""

import re
from dataclasses import dataclass

from replicate_train.destination.hardware import suggestion, unavailable
from replicate_train.diagnostics.errors import DestinationRefused
from replicate_train.replicate import links
from replicate_train.replicate.errors import BadRequest, Forbidden, Invalid, NotFound, Refused


@dataclass(frozen=True)
class _Reason:
    progress: re.Pattern[str]
    why: str
    fix: str


_OPTIONS = re.compile(r"options are:?\s*([\w-]+(?:,\s*[\w-]+)*)")
_OWNER = _Reason(
    re.compile(r"\bowner\b|organi[sz]ation|permission"),
    "The token's account may not create models for this owner.",
    "Use a token of the owner, or set owner to the token's own account.",
)
_HARDWARE = _Reason(
    re.compile(r"\bhardware\b|\bsku\b"),
    "Replicate does not offer this hardware for a new model.",
    "Choose another hardware SKU.",
)
_REASONS = (
    _Reason(
        re.compile(r"\b1,?000\b|model limit|(limit|number) of .*models|too many models"),
        "An account may hold 1,000 models.",
        "Delete models that are not needed, or train an existing one: it takes one more version.",
    ),
    _OWNER,
    _HARDWARE,
    _Reason(
        re.compile(r"\bname\b|\bslug\b"),
        "Replicate takes lower-case letters, digits, '-', '_' and '.' in a model's name.",
        "Choose another model-name.",
    ),
)


def hardware_options(refusal: Refused) -> list[str] | None:
    """Return the SKUs that a refusal of the hardware names; None where it is about another thing.

    Replicate says: "hardware: gpu-t4 is not a valid hardware SKU. Your options are: cpu, ...".
    """
    if _reason(refusal) is not _HARDWARE:
        return None
    text = refusal.words
    found = _OPTIONS.search(text, text.index("hardware") if "hardware" in text else 0)
    return found[1].replace(",", " ").split() if found else []


def explain(owner: str, name: str, hardware: str, refusal: Refused) -> Refused | DestinationRefused:
    """Say which of the known reasons a refused creation has; others speak for themselves."""
    if options := hardware_options(refusal):
        return DestinationRefused(
            f"hardware: {unavailable(hardware, options)}",
            why=f"Replicate would not create {owner}/{name}.",
            fix=suggestion(hardware, options),
        )
    reason = _reason(refusal)
    if reason is None:
        return refusal
    return DestinationRefused(
        f"Replicate would not create {owner}/{name}: {refusal.detail or refusal.what}",
        why=reason.why,
        fix=reason.fix,
        link=links.CREATE_MODEL,
        details=refusal.fields,
    )


def name_taken(owner: str, name: str, refusal: Refused) -> DestinationRefused:
    """Explain a name that cannot be created although no such model is found."""
    return DestinationRefused(
        f"model-name: `{name}` was used before and stays taken on Replicate",
        why=f"A deleted model keeps its name: {owner}/{name} does not exist, and creating it fails "
        f"({refusal.what}).",
        fix="Choose another `model-name`.",
        details=refusal.fields,
    )


def _reason(refusal: Refused) -> _Reason | None:
    if not isinstance(refusal, (Forbidden, Invalid, BadRequest, NotFound)):
        return None
    unsaid = _OWNER if isinstance(refusal, (Forbidden, NotFound)) else None
    return next((one for one in _REASONS if one.progress.search(refusal.words)), unsaid)
