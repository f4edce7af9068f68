"""The reason why Replicate refused to create a model, found in its answer. Pure."""

import re
from dataclasses import dataclass

from replicate_train.destination.hardware import suggestion, unavailable
from replicate_train.diagnostics.errors import DestinationRefused
from replicate_train.replicate import links
from replicate_train.replicate.errors import BadRequest, Forbidden, Invalid, NotFound, Refused
from replicate_train.replicate.refs import ModelRef


@dataclass(frozen=True)
class _Reason:
    pattern: re.Pattern[str]  # of the refusal's words, in lower case
    why: str
    fix: str


_AVAILABLE_SKUS = re.compile(r"options are:?\s*([\w-]+(?:,\s*[\w-]+)*)")
_OWNER = _Reason(
    re.compile(r"\bowner\b|organi[sz]ation|permission"),
    "The token's account cannot create models for this owner.",
    "Use a token of the owner, or set `owner` to the token's own account.",
)
_HARDWARE = _Reason(
    re.compile(r"\bhardware\b|\bsku\b"),
    "Replicate does not offer this hardware for a new model.",
    "Set `hardware` to another SKU.",
)
_REASONS = (
    _Reason(
        re.compile(r"\b1,?000\b|model limit|(limit|number) of .*models|too many models"),
        "An account can have up to 1,000 models.",
        "Delete models that you do not need, or train an existing model: it gets a new version.",
    ),
    _OWNER,
    _HARDWARE,
    _Reason(
        re.compile(r"\bname\b|\bslug\b"),
        "A model name can contain lower-case letters, digits, `-`, `_` and `.`.",
        "Choose another `model-name`.",
    ),
)


def hardware_options(refusal: Refused) -> list[str] | None:
    """Return the SKUs that a refusal of the hardware names; None if it is not about hardware.

    Replicate says: "hardware: gpu-t4 is not a valid hardware SKU. Your options are: cpu, ...".
    """
    if _reason(refusal) is not _HARDWARE:
        return None
    text = refusal.words
    found = _AVAILABLE_SKUS.search(text, text.index("hardware") if "hardware" in text else 0)
    return found[1].replace(",", " ").split() if found else []


def explain(model: ModelRef, hardware: str, refusal: Refused) -> Refused | DestinationRefused:
    """Return the error for a refused creation: with a known reason, or the refusal itself."""
    if options := hardware_options(refusal):
        return DestinationRefused(
            f"hardware: {unavailable(hardware, options)}",
            why=f"Replicate refused to create {model}.",
            fix=suggestion(hardware, options),
        )
    reason = _reason(refusal)
    if reason is None:
        return refusal
    return DestinationRefused(
        f"Replicate refused to create {model}: {refusal.detail or refusal.what}",
        why=reason.why,
        fix=reason.fix,
        link=links.CREATE_MODEL,
        details=refusal.fields,
    )


def name_taken(model: ModelRef, refusal: Refused) -> DestinationRefused:
    """Return the error for a name that is taken although no such model is found."""
    return DestinationRefused(
        f"model-name: `{model.name}` was used before and stays taken on Replicate",
        why=f"Replicate does not release the name of a deleted model. {model} does not exist, and "
        f"creating it fails ({refusal.what}).",
        fix="Choose another `model-name`.",
        details=refusal.fields,
    )


def _reason(refusal: Refused) -> _Reason | None:
    if not isinstance(refusal, (Forbidden, Invalid, BadRequest, NotFound)):
        return None
    default = _OWNER if isinstance(refusal, (Forbidden, NotFound)) else None
    return next((one for one in _REASONS if one.pattern.search(refusal.words)), default)
