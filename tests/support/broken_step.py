"""The step, or the post step, with a bug: every request ends in an exception that has the token."""

import sys

import httpx

from replicate_train.__main__ import main


def send(_: httpx.Client, request: httpx.Request, **__: object) -> httpx.Response:
    """Fail as a careless line would: with everything that it knows in its message."""
    raise KeyError(f"{request.headers['Authorization']} was not found in {dict(request.headers)}")


httpx.Client.send = send  # type: ignore[method-assign, assignment]
sys.exit(main(sys.argv[1:]))
