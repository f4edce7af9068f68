"""The CA certificates: read once, in a thread, while everything else is loaded."""

from contextlib import suppress
from functools import cache
from ssl import SSLContext
from threading import Lock, Thread

import httpx

from replicate_train.diagnostics.errors import InputError

_LOCK = Lock()


def read_ahead() -> None:
    """Start to read the certificates in a thread; imports go on meanwhile."""
    Thread(target=_read_quietly, daemon=True).start()


def tls_context() -> SSLContext:
    """Return the TLS context of every client of this process.

    Raises `InputError` if SSL_CERT_FILE or SSL_CERT_DIR, which httpx uses, cannot be read.
    """
    try:
        with _LOCK:
            return _read()
    except OSError as error:
        raise InputError(
            f"The CA certificates cannot be read: {error}",
            why="`SSL_CERT_FILE` or `SSL_CERT_DIR` is set, and the step runs in a container that "
            "contains only the workspace.",
            fix="Unset them for this step, or put the file into the workspace and set its path "
            "there, `/github/workspace/...`.",
        ) from error


@cache
def _read() -> SSLContext:
    return httpx.create_ssl_context()


def _read_quietly() -> None:
    with suppress(OSError), _LOCK:
        _read()
