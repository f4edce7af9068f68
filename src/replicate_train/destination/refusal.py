"""Why Replicate would not create a model, as far as its words tell. Pure."""

from replicate_train import links
from replicate_train.errors import DestinationRefused
from replicate_train.replicate.errors import BadRequest, Forbidden, Invalid, NotFound, Refused


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
