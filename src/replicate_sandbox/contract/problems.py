"""Error answers: one exception that the API turns into `application/problem+json`.

Shapes as recorded: `detail` and `status`, often `title`; a 409 repeats its detail in `errors`; a
refused training input carries `invalid_fields` (quoted by users).
"""

from collections.abc import Sequence
from typing import Any


class Problem(Exception):
    """An error answer: its status, its detail, and the rest of its body."""

    def __init__(self, status: int, detail: str, title: str = "", **more: object) -> None:
        super().__init__(detail)
        self.status = status
        self.body: dict[str, Any] = {"detail": detail, "status": status, **more}
        if title:
            self.body["title"] = title


def unauthenticated() -> Problem:
    """Return the 401 for a missing or unknown token (recorded)."""
    return Problem(401, "You did not pass a valid authentication token", "Unauthenticated")


def forbidden(detail: str) -> Problem:
    """Return the 403 for another account's model."""
    return Problem(403, detail, "Forbidden")


def not_found(detail: str = "The requested resource could not be found.") -> Problem:
    """Return the 404 for a resource that does not exist, or that the account may not see."""
    return Problem(404, detail, "Not found")


def conflict(detail: str) -> Problem:
    """Return the 409 for a resource that already exists (quoted by users)."""
    return Problem(409, detail, "Conflict", errors=[{"detail": detail, "pointer": "/"}])


def too_large() -> Problem:
    """Return the 413 for a file over the limit (documented)."""
    return Problem(413, "Files must be less than 100MB in size", "Content Too Large")


def unprocessable(detail: str) -> Problem:
    """Return the 422 for a request that the rules do not allow."""
    return Problem(422, detail, "Unprocessable Entity")


def invalid_version() -> Problem:
    """Return the 422 for a version that does not exist, or that the account may not use (seen)."""
    return Problem(
        422,
        "The specified version does not exist (or perhaps you don't have permission to use it?)",
        "Invalid version or not permitted",
    )


def invalid_fields(fields: Sequence[tuple[str, str]]) -> Problem:
    """Return the 422 for fields of a body, each given as its name and what is wrong with it."""
    errors = [{"detail": detail, "pointer": f"/{name}"} for name, detail in fields]
    joined = "; ".join(f"{name}: {detail}" for name, detail in fields)
    return Problem(422, joined, "Unprocessable Entity", errors=errors)


def invalid_input(fields: Sequence[tuple[str, str]]) -> Problem:
    """Return the 422 for inputs that do not fit the schema of the trainer or model."""
    named = [(f"input.{name}" if name else "input", detail) for name, detail in fields]
    return Problem(
        422,
        "\n".join(f"- {field}: {detail}" for field, detail in named),
        "Input validation failed",
        invalid_fields=[
            {"field": field, "type": "invalid", "description": detail} for field, detail in named
        ],
    )
