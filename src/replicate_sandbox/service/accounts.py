"""Accounts and their tokens. An account can have several tokens, each a list entry of its own."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """An account with a token; `kind` is `user` or `organization`, as the API calls them."""

    name: str
    token: str
    kind: str = "user"


class Accounts:
    """All accounts, found by token and by name."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        """Keep the accounts. Raises `ValueError` if a token or a name stands for two of them."""
        self._names: dict[str, str] = {}  # by token
        self._kinds: dict[str, str] = {}  # by name
        for one in accounts:
            if self._names.setdefault(one.token, one.name) != one.name:
                raise ValueError(f"{self._names[one.token]} and {one.name} have the same token")
            if self._kinds.setdefault(one.name, one.kind) != one.kind:
                raise ValueError(f"{one.name} is a user and an organization. Choose one")

    def name_of(self, token: str) -> str | None:
        """Return the name of a token's account, or None."""
        return self._names.get(token)

    def kind_of(self, name: str) -> str:
        """Return whether an account is a `user` or an `organization`; unknown ones are users."""
        return self._kinds.get(name, "user")
