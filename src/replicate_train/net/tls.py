"""The CA certificates that servers are checked with."""

from functools import cache
from ssl import SSLContext

import httpx

from replicate_train.diagnostics.errors import InputError


def tls_context() -> SSLContext:
    """Return the TLS context of every client of this process, read once.

    Raises `InputError` where SSL_CERT_FILE or SSL_CERT_DIR (httpx uses both) cannot be read.
    """
    try:
        return _read()
    except OSError as error:
        why = error.strerror or error
        raise InputError(
            f"SSL_CERT_FILE or SSL_CERT_DIR: the certificates cannot be read: {why}",
            why="The step runs in a container, which sees the workspace and nothing else of the "
            "runner.",
            fix="Unset the variable for this step, or put the file into the workspace and name it "
            "by its path in the container, /github/workspace/...",
        ) from error


@cache
def _read() -> SSLContext:
    return httpx.create_ssl_context()
