"""HTTP through the proxies that the job's environment names.

HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY are read as curl reads them; NO_PROXY may contain
IPv4 and IPv6 networks (`10.0.0.0/8`, `fd00::/8`). httpx's own reading matches no networks, and
fails on those of IPv6.
"""

from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address, ip_network
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies

import httpx

from replicate_train.diagnostics.errors import InputError

_PORTS = {"http": 80, "https": 443}
_TRUSTS_NOBODY = SSLContext(PROTOCOL_TLS_CLIENT)  # for connections without TLS


class ProxyTransport(httpx.BaseTransport):
    """Sends each request directly or through a proxy, as `settings` says for its address.

    `tls` returns the TLS context; it is called for the first `https://` address.
    """

    def __init__(
        self, tls: Callable[[], SSLContext], settings: Mapping[str, str] | None = None
    ) -> None:
        self._tls = tls
        self._settings = getproxies() if settings is None else settings
        self._transports: dict[tuple[str, str], httpx.HTTPTransport] = {}

    def check(self, url: str) -> None:
        """Raise `InputError` if the proxy or the certificates for a URL cannot be used."""
        self._transport(httpx.URL(url))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request. Raises what httpx raises, and `InputError` for an invalid proxy."""
        return self._transport(request.url).handle_request(request)

    def close(self) -> None:
        """Close all connections."""
        for transport in self._transports.values():
            transport.close()

    def _transport(self, url: httpx.URL) -> httpx.HTTPTransport:
        proxy = proxy_for(url, self._settings)
        key = (url.scheme, proxy)
        if key not in self._transports:
            self._transports[key] = httpx.HTTPTransport(
                verify=self._tls() if url.scheme == "https" else _TRUSTS_NOBODY,
                proxy=self._proxy(proxy) if proxy else None,
            )
        return self._transports[key]

    def _proxy(self, proxy: str) -> httpx.Proxy:
        tls = self._tls() if proxy.lower().startswith("https:") else None
        return httpx.Proxy(proxy, ssl_context=tls)


def proxy_for(url: httpx.URL, settings: Mapping[str, str]) -> str:
    """Return the URL of the proxy for a URL; empty where no proxy is used. Pure.

    `settings` are the environment's proxies by scheme ("http", "https", "all", and "no"), as
    `getproxies` returns them. Raises `InputError`, whose text has no user name or password.
    """
    scheme = url.scheme if settings.get(url.scheme) else "all"
    proxy = settings.get(scheme, "").strip()
    if not proxy or _excluded(url, settings.get("no", "")):
        return ""
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    variable = f"{scheme.upper()}_PROXY"
    kind = proxy.partition("://")[0].lower()
    if kind not in _PORTS:
        raise _invalid(variable, f"{kind}:// proxies are not supported")
    try:
        usable = bool(httpx.URL(proxy).host and urlsplit(proxy).port != 0 and " " not in proxy)
    except (httpx.InvalidURL, ValueError):
        usable = False
    if not usable:
        raise _invalid(variable, "not a valid proxy URL")
    return proxy


def passwords(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield the passwords in the proxies' URLs, as they are written and as they are sent. Pure."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        for url in (environ.get(name, ""), environ.get(name.lower(), "")):
            userinfo, at, _ = (url.partition("://")[2] or url).rpartition("@")
            written = userinfo.partition(":")[2] if at else ""
            yield from dict.fromkeys([written, unquote(written)])


def _excluded(url: httpx.URL, no_proxy: str) -> bool:
    port = url.port or _PORTS.get(url.scheme)
    entries = no_proxy.replace(",", " ").split()
    return any(_matches(entry.lower(), url.host.lower(), port) for entry in entries)


def _matches(entry: str, host: str, port: int | None) -> bool:
    """Tell whether an entry of NO_PROXY matches a host: *, a network, a name or its parent."""
    if entry == "*":
        return True
    entry = entry.rpartition("://")[2]
    try:
        return ip_address(host.strip("[]")) in ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        pass  # one of them is a name, or has a port
    name, colon, suffix = entry.rpartition(":")
    if colon and suffix.isdecimal():
        return int(suffix) == port and _matches(name, host, port)
    name = entry.lstrip("*").lstrip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _invalid(variable: str, problem: str) -> InputError:
    return InputError(
        f"{variable}: {problem}",
        why=f"The job's environment sets {variable}, and the step uses it to reach the API.",
        fix=f"Set {variable.lower()} to an empty value or an http:// proxy, under `env:` of this "
        "step. The name in lower case comes first.",
    )
