"""The certificates that servers are trusted by: read once, while everything else is loaded."""

from contextlib import suppress
from functools import cache
from ssl import SSLContext
from threading import Lock, Thread

import httpx

from replicate_train.diagnostics.errors import InputError

_ONCE = Lock()


def read_ahead() -> None:
    """Begin to read the certificates; the reading leaves the interpreter free to import."""
    Thread(target=_read_quietly, daemon=True).start()


def trusted() -> SSLContext:
    """Return what every client of this process checks its server with.

    Raises `InputError` where SSL_CERT_FILE or SSL_CERT_DIR (httpx heeds both) cannot be read.
    """
    try:
        with _ONCE:
            return _read()
    except OSError as error:
        raise InputError(
            f"The certificates that servers are trusted by cannot be read: {error}",
            why="SSL_CERT_FILE or SSL_CERT_DIR is set, and the step runs in a container of its "
            "own, which sees the workspace and nothing else of the runner.",
            fix="Unset them for this step, or put the file into the workspace and name it by "
            "its path there, /github/workspace/...",
        ) from error


@cache
def _read() -> SSLContext:
    return httpx.create_ssl_context()


def _read_quietly() -> None:
    with suppress(OSError), _ONCE:
        _read()
