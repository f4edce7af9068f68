"""Downloading the files in an output, whose URLs a model may have made up.

The API token goes nowhere but to a file of the API's own origin (a local Replicate has its output
files there). Other URLs must be https, and not of a host inside the runner's network.
"""

import hashlib
import re
from dataclasses import dataclass
from ipaddress import ip_address

import httpx

from replicate_train import __version__
from replicate_train.clock import Clock
from replicate_train.evaluation.output_urls import data_of, is_data_url
from replicate_train.net.proxies import ProxyTransport
from replicate_train.net.tls import tls_context
from replicate_train.net.urls import web_address
from replicate_train.runner.text import file_size

MAX_FILE = 50 << 20  # bytes
_HEAD = 4096  # bytes that are kept of a file that is too large
_MAX_REDIRECTS = 5
_TRIES, _PAUSES = 3, (1.0, 4.0)  # and the seconds between them
_SECONDS = 120.0  # for one try
_STALLED = 30.0  # seconds without a byte
_OK, _THROTTLED, _SERVER_ERROR = 200, 429, 500
_INNER_DOMAIN = re.compile(r"(^|\.)(local|localhost|internal|lan|home\.arpa|\d[^.]*)\.?$")


@dataclass(frozen=True)
class Download:
    """A file as it was downloaded; of one that is too large only the `head` is there.

    `problem` says why there is no whole `content`.
    """

    head: bytes = b""
    content: bytes | None = None
    sha256: str = ""
    problem: str = ""


class _Refused(Exception):
    """A file that cannot be downloaded, and why."""


class _Passing(Exception):
    """A failure that may not occur again, and its reason."""


def connect(transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """Return an HTTP client for other servers, without the token; the caller closes it."""
    return httpx.Client(
        headers={
            "User-Agent": f"replicate-train-action/{__version__}",
            "Accept-Encoding": "identity",
        },
        follow_redirects=False,
        timeout=_STALLED,
        transport=transport or ProxyTransport(tls_context),
    )


@dataclass(frozen=True)
class Downloader:
    """Downloads over an HTTP client of its own; `api_url` and `token` are the step's."""

    http: httpx.Client
    clock: Clock
    api_url: str
    token: str

    def download(self, url: str, limit: int = MAX_FILE) -> Download:
        """Return the file of a URL, of at most `limit` bytes. No error is raised."""
        if is_data_url(url):
            return _from_data_url(url, limit)
        reason = ""
        for pause in (*_PAUSES, None):
            try:
                return self._follow(url, limit)
            except _Refused as error:
                return Download(problem=f"could not be downloaded: {error}")
            except (_Passing, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                reason = str(error) or type(error).__name__
            if pause is not None:
                self.clock.sleep(pause)
        return Download(problem=f"could not be downloaded: {reason}")

    def _follow(self, url: str, limit: int) -> Download:
        headers = self._token_for(url)
        for _ in range(_MAX_REDIRECTS + 1):
            self._check(url)
            with self.http.stream("GET", url, headers=headers) as response:
                if response.next_request is None:
                    _raise_for_status(response.status_code)
                    return self._read(response, limit)
                url, headers = str(response.next_request.url), {}
        raise _Refused(f"more than {_MAX_REDIRECTS} redirects")

    def _read(self, response: httpx.Response, limit: int) -> Download:
        content, end = bytearray(), self.clock.now() + _SECONDS
        for block in response.iter_bytes(1 << 16):
            content += block
            if len(content) > limit:
                return _too_large(bytes(content[:_HEAD]), limit)
            if self.clock.now() > end:
                raise _Passing(f"it took longer than {_SECONDS:.0f} s")
        return _whole(bytes(content))

    def _token_for(self, url: str) -> dict[str, str]:
        """Return the token's header for a file of the API's own origin, for nothing else there."""
        files = re.escape(self.api_url.rstrip("/"))
        if re.fullmatch(rf"{files}/files/[A-Za-z0-9_-]+(/download)?", url):
            return {"Authorization": f"Bearer {self.token}"}
        return {}

    def _check(self, url: str) -> None:
        """Raise `_Refused` for a URL that must not be asked for."""
        try:
            web_address(url)
            asked, api = httpx.URL(url), httpx.URL(self.api_url)
        except (ValueError, httpx.InvalidURL):
            raise _Refused("its URL is not valid") from None
        if (asked.scheme, asked.host, asked.port) == (api.scheme, api.host, api.port):
            return
        if asked.scheme != "https":
            raise _Refused("its URL does not start with `https://`")
        if not _is_public(asked.raw_host.decode("ascii")):
            raise _Refused("its host is not on the internet")


def _is_public(host: str) -> bool:
    """Tell whether a host is a public address, or a name that is not one of a local network."""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not _INNER_DOMAIN.search(host.lower())


def _raise_for_status(status: int) -> None:
    if status == _THROTTLED or status >= _SERVER_ERROR:
        raise _Passing(f"the server answered {status}")
    if status != _OK:
        raise _Refused(f"the server answered {status}")


def _from_data_url(url: str, limit: int) -> Download:
    try:
        content = data_of(url)
    except ValueError as error:
        return Download(problem=str(error))
    return _whole(content) if len(content) <= limit else _too_large(content[:_HEAD], limit)


def _whole(content: bytes) -> Download:
    digest = hashlib.sha256(content).hexdigest()
    return Download(content[:_HEAD], content, digest)


def _too_large(head: bytes, limit: int) -> Download:
    return Download(head, problem=f"is larger than {file_size(limit)}")
