"""What keeps the step from a server, as httpx tells it. Pure."""

import re

import httpx

_NETWORK = "Check `api-url`, the runner's network and its proxy settings."
_PROXY = (
    "Check the proxy in HTTP_PROXY or HTTPS_PROXY: its address, the user name and the password, "
    "and that it allows the host."
)
_CERTIFICATE = (
    "If a private certificate authority signed the server's certificate, set SSL_CERT_FILE for "
    "this step to a file in the workspace with the authority's certificate."
)
_REFUSAL = re.compile(r"40[37]\b")  # of a proxy: the host is not allowed, no valid password


def advice(error: Exception) -> tuple[str, bool]:
    """Return how to fix what made a connection fail, and whether only a change of settings can."""
    if isinstance(error, httpx.ProxyError):
        return _PROXY, bool(_REFUSAL.match(str(error)))
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return _CERTIFICATE, True
    return _NETWORK, False
