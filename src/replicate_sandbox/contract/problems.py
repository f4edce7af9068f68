"""Error answers: one exception that the API turns into `application/problem+json`.

Shapes as recorded or quoted by users: `detail` and `status`, often `title`; a 409 repeats its
detail in `errors`; a refused field of a model is a 400 with `errors`, a refused field or input of
a run a 422 with `invalid_fields`.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple


class Problem(Exception):
    """An error answer: its status, its detail, and the rest of its body."""

    def __init__(self, status: int, detail: str, title: str = "", **more: object) -> None:
        super().__init__(detail)
        self.status = status
        self.body: dict[str, Any] = {"detail": detail, "status": status, **more}
        if title:
            self.body["title"] = title


class Invalid(NamedTuple):
    """A field of a body, what is wrong with it, and the kind of rule that it breaks."""

    field: str
    detail: str
    rule: str = "invalid"


def unauthenticated() -> Problem:
    """Return the 401 for a missing or unknown token (recorded)."""
    return Problem(401, "You did not pass a valid authentication token", "Unauthenticated")


def insufficient_credit() -> Problem:
    """Return the 402 for an account without credit (quoted by users)."""
    return Problem(
        402,
        "You have insufficient credit to run this model. Go to "
        "https://replicate.com/account/billing#billing to purchase credit. Once you purchase "
        "credit, please wait a few minutes before trying again.",
        "Insufficient credit",
    )


def billing_required() -> Problem:
    """Return the 402 for an account without billing (the title is quoted, the detail guessed)."""
    return Problem(
        402,
        "You need to set up billing to run this model. Go to "
        "https://replicate.com/account/billing#billing to set up billing.",
        "Billing required",
    )


def spend_limit_reached() -> Problem:
    """Return the 402 for an account that has reached its monthly spend limit (guessed)."""
    return Problem(
        402,
        "You have reached your monthly spend limit. Go to "
        "https://replicate.com/account/billing#limits to raise it.",
        "Monthly spend limit reached",
    )


def forbidden(detail: str) -> Problem:
    """Return the 403 for another account's model or deployment (guessed)."""
    return Problem(403, detail, "Forbidden")


def not_found(detail: str = "The requested resource could not be found.") -> Problem:
    """Return the 404 for a resource that does not exist, or that the account may not see."""
    return Problem(404, detail, "Not found")


def conflict(detail: str) -> Problem:
    """Return the 409 for a resource that already exists (quoted by users)."""
    return Problem(409, detail, "Conflict", errors=[{"detail": detail, "pointer": "/"}])


def not_implemented() -> Problem:
    """Return the 501 for a path that Replicate has and the local Replicate has not."""
    return Problem(
        501,
        "The local Replicate does not implement this endpoint. "
        "See docs/sandbox-differences.md for what it implements.",
        "Not implemented",
    )


def too_large() -> Problem:
    """Return the 413 for a file over the limit (documented)."""
    return Problem(413, "Files must be less than 100MB in size", "Content Too Large")


def unprocessable(detail: str) -> Problem:
    """Return the 422 for a request that the rules do not allow (guessed)."""
    return Problem(422, detail, "Unprocessable Entity")


def invalid_version() -> Problem:
    """Return the 422 for a version that does not exist, or that the account may not use (seen)."""
    return Problem(
        422,
        "The specified version does not exist (or perhaps you don't have permission to use it?)",
        "Invalid version or not permitted",
    )


def validation_failed(fields: Sequence[Invalid]) -> Problem:
    """Return the 400 for fields of a model or deployment (quoted by users for a model)."""
    lines = "\n".join(f"- {field}: {detail}" for field, detail, _ in fields)
    errors = [{"detail": detail, "pointer": f"/{field}"} for field, detail, _ in fields]
    detail = f"The following errors occurred:\n{lines}"
    return Problem(400, detail, "Validation failed", errors=errors)


def invalid_input(fields: Sequence[Invalid]) -> Problem:
    """Return the 422 for fields or inputs of a run (quoted by users), or of a file (guessed)."""
    return Problem(
        422,
        "".join(f"- {field}: {detail}\n" for field, detail, _ in fields),
        "Input validation failed",
        invalid_fields=[
            {"type": rule, "field": field, "description": detail} for field, detail, rule in fields
        ],
    )
