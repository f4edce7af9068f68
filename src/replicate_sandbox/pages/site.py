"""The host and the accounts that the pages serve."""

from dataclasses import dataclass
from ipaddress import ip_address

from replicate_sandbox.service.accounts import Account

_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]", "host.docker.internal"})


@dataclass(frozen=True)
class Site:
    """The address that the server is bound to, and its accounts."""

    host: str
    accounts: tuple[Account, ...]

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server."""
        try:
            return self.host == "localhost" or ip_address(self.host).is_loopback
        except ValueError:
            return False

    def allows_host(self, header: str) -> bool:
        """Return whether a `Host` header names this server.

        A page of another site can make its own name lead to a loopback address (DNS rebinding). A
        server that others can reach has names that it does not know, and asks for a token.
        """
        name = header.lower().strip()
        if not name.endswith("]"):
            name = name.rpartition(":")[0] if ":" in name else name
        return not self.is_local or name in _LOCAL_NAMES | {self.host, f"[{self.host}]"}

    def token_of(self, account: str) -> str:
        """Return an account's token. Raises `StopIteration` for an unknown account."""
        return next(one.token for one in self.accounts if one.name == account)
