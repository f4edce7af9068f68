"""Validation of URLs: https everywhere, http only for hosts that are private."""

import re
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

import httpx

_PRIVATE: tuple[IPv4Network | IPv6Network, ...] = (
    IPv4Network("127.0.0.0/8"),
    IPv4Network("10.0.0.0/8"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.168.0.0/16"),
    IPv6Network("::1/128"),
    IPv6Network("fc00::/7"),
)
# A name without a dot, localhost too. Digits alone are an IPv4 address to the resolver
# (2130706433), as is 0x7f000001.
_LOCAL_NAME = re.compile(r"(?![0-9]+$|0x)[a-z0-9_-]+", re.IGNORECASE)


def web_address(text: str) -> SplitResult:
    """Return the parts of an http(s) URL. Raises `ValueError` with a message for the user."""
    return _parsed(text)[0]


def safe_address(text: str) -> SplitResult:
    """Return the parts of a URL with https, or with http and a private host.

    Raises `ValueError` with a message for the user.
    """
    url, host = _parsed(text)
    if url.scheme == "http" and not is_private(host):
        raise ValueError(
            "must start with `https://` (`http://` is only for loopback and private addresses, "
            "`localhost`, `host.docker.internal` and names without a dot)"
        )
    return url


def _parsed(text: str) -> tuple[SplitResult, str]:
    """Return a URL's parts, and the host that httpx sends a request to.

    httpx normalizes the host: it writes `evil\u3002com` as evil.com.
    """
    if any(character.isspace() or not character.isprintable() for character in text):
        raise ValueError("must be one URL, without spaces or line breaks")
    if "\\" in text:
        raise ValueError("must be a URL without backslashes")
    try:
        url = urlsplit(text)
    except ValueError:
        raise ValueError("is not a valid URL (invalid host name)") from None
    try:
        _ = url.port
    except ValueError:
        raise ValueError("is not a valid URL (invalid port)") from None
    try:
        sent = httpx.URL(text)
        host = sent.raw_host.decode("ascii")
        _ = sent.host  # decoded for every request; the code after `xn--` may not be valid
    except (ValueError, httpx.InvalidURL):
        raise ValueError("is not a valid URL (invalid host name)") from None
    if url.scheme not in {"http", "https"} or not url.hostname or not host:
        raise ValueError("must be a URL that starts with `https://`")
    if "@" in url.netloc or sent.userinfo:
        raise ValueError("must not contain a user name or a password")
    return url, host


def is_private(host: str) -> bool:
    """Tell whether a host is loopback, private (RFC 1918, fc00::/7) or a name without a dot.

    `host` is in ASCII, as it is resolved; an IPv6 address has no brackets.
    """
    if host == "host.docker.internal":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return bool(_LOCAL_NAME.fullmatch(host))
    if isinstance(address, IPv6Address):
        if address.scope_id:
            return False
        address = address.ipv4_mapped or address
    return any(address in network for network in _PRIVATE if network.version == address.version)
