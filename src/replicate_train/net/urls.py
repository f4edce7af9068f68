"""Which hosts may be spoken to without TLS: those that the wider internet cannot be."""

from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

_PRIVATE: tuple[IPv4Network | IPv6Network, ...] = (
    IPv4Network("127.0.0.0/8"),
    IPv4Network("10.0.0.0/8"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.168.0.0/16"),
    IPv6Network("::1/128"),
    IPv6Network("fc00::/7"),
)


def web_address(text: str) -> SplitResult:
    """Parse an http(s) URL. Raises ValueError, in words for the workflow's author."""
    if any(character.isspace() or not character.isprintable() for character in text):
        raise ValueError("must be one URL, without blanks or line breaks")
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError as error:
        raise ValueError(f"is not a URL ({error})") from None
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise ValueError("must be a URL that starts with https://")
    if url.username is not None or url.password is not None:
        raise ValueError("must not hold a user name or a password")
    return url


def safe_address(text: str) -> SplitResult:
    """Parse a URL that may be spoken to: https anywhere, http on private hosts only."""
    url = web_address(text)
    if url.scheme == "http" and not is_private(url.hostname or ""):
        raise ValueError(
            "must start with https:// (http:// is for loopback and private addresses, "
            "localhost, host.docker.internal and names without a dot)"
        )
    return url


def is_private(host: str) -> bool:
    """Tell whether a host is loopback, private (RFC 1918, fc00::/7) or a name of this network."""
    if host in {"localhost", "host.docker.internal"}:
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return _is_local_name(host)
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for network in _PRIVATE if network.version == address.version)


def _is_local_name(host: str) -> bool:
    # A host of digits alone is an IPv4 address to the resolver (2130706433), as is 0x7f000001.
    numeric = host.isdigit() or host.startswith("0x")
    return "." not in host and ":" not in host and "%" not in host and not numeric
