"""What the service refuses, as values: the one exception that becomes an error answer.

Shapes as recorded: `application/problem+json` with `detail` and `status`, often `title`; 409
carries its words in `errors`; a refused training input carries `invalid_fields` (quoted by users).
"""

from collections.abc import Sequence
from typing import Any


class Problem(Exception):
    """An error answer: its status, its words, and what else its body holds."""

    def __init__(self, status: int, detail: str, title: str = "", **more: object) -> None:
        super().__init__(detail)
        self.status = status
        self.body: dict[str, Any] = {"detail": detail, "status": status, **more}
        if title:
            self.body["title"] = title


def unauthenticated() -> Problem:
    """Refuse a missing token, or one of no account (recorded)."""
    return Problem(401, "You did not pass a valid authentication token", "Unauthenticated")


def not_found(detail: str = "The requested resource could not be found.") -> Problem:
    """Refuse what does not exist, or is not for this account."""
    return Problem(404, detail, "Not found")


def conflict(detail: str) -> Problem:
    """Refuse what exists already; the words stand in `errors` as well (quoted by users)."""
    return Problem(409, detail, "Conflict", errors=[{"detail": detail, "pointer": "/"}])


def invalid(fields: Sequence[tuple[str, str]]) -> Problem:
    """Refuse fields of a body: (name, words) each."""
    errors = [{"detail": words, "pointer": f"/{name}"} for name, words in fields]
    words = "; ".join(f"{name}: {detail}" for name, detail in fields)
    return Problem(422, words, "Unprocessable Entity", errors=errors)


def invalid_input(fields: Sequence[tuple[str, str]]) -> Problem:
    """Refuse inputs that the trainer's (or model's) schema refuses."""
    named = [
        {"field": f"input.{name}" if name else "input", "type": "invalid", "description": words}
        for name, words in fields
    ]
    words = "\n".join(
        f"- input.{name}: {detail}" if name else f"- input: {detail}" for name, detail in fields
    )
    return Problem(422, words, "Input validation failed", invalid_fields=named)
