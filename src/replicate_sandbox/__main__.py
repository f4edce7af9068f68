"""`python -m replicate_sandbox`: the local Replicate as a command."""

import argparse
import os
import signal
import socket
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

from replicate_sandbox import environment
from replicate_sandbox.api.app import build
from replicate_sandbox.api.rate_limit import RateLimiter
from replicate_sandbox.options import (
    DEFAULT_ACCOUNT,
    account,
    has_default_token,
    parser,
)
from replicate_sandbox.pages.site import Site
from replicate_sandbox.service.service import Service
from replicate_sandbox.service.simulated_trainers import publish_simulated
from replicate_sandbox.service.trainers import Trainers
from replicate_sandbox.simulated.specification import specifications
from replicate_sandbox.store.store import Store
from replicate_sandbox.switches import settings

_GRACE_SECONDS = 2  # for requests that still run when the server is stopped
_TOO_WELL_KNOWN = (
    "the default token is public. To listen beyond this machine, choose your own: "
    "--account NAME:TOKEN, or the variable REPLICATE_SANDBOX_ACCOUNT"
)


def main() -> int:
    """Serve until SIGINT or SIGTERM and return the exit status.

    Exits with 2 and a message if an option is invalid.
    """
    command = parser()
    options = command.parse_args([*environment.arguments(os.environ, command), *sys.argv[1:]])
    accounts = options.account or [account(DEFAULT_ACCOUNT)]
    site = Site(options.host, tuple(accounts))
    if not site.is_local and any(map(has_default_token, accounts)):
        command.error(f"argument --account: {_TOO_WELL_KNOWN}")
    with _errors_of("--state", command):
        store = Store(options.state)
    with _errors_of("--trainer", command):
        trainers = Trainers(options.trainer, store)
    publish_simulated(store.documents)
    with _errors_of("--port", command):
        listener = _listen(options.host, options.port)
    port = listener.getsockname()[1]
    engines = f"http://127.0.0.1:{port}"
    with _errors_of("--account", command):
        service = Service(store, accounts, engines, settings(options), trainers)
    service.runs.fail_unfinished()
    service.files.forget_expired()
    for name in trainers.names:
        _print(f"Trainer  {name}")
    _print(f"Trainer  {len(specifications())} simulated trainers")
    threading.Thread(target=_load, args=(trainers,), daemon=True).start()
    for one in accounts:
        address = f"http://{options.host}:{port}/v1"
        _print(f"Local Replicate at {address}  account {one.name}  token {one.token}")
    _print(f"Pages at http://{options.host}:{port}")
    limiter = RateLimiter(options.rate, little_credit=options.credit == "low")
    _serve(build(service, limiter, site), listener)
    store.close()
    if left := service.faults.all_left():
        _print(f"{left:,} faults of the fault script were not used")
    _print(f"{limiter.counted:,} requests, {limiter.refused:,} of them answered with 429")
    return 0


@contextmanager
def _errors_of(option: str, command: argparse.ArgumentParser) -> Iterator[None]:
    """Exit with a message that names the option if the block cannot use its value."""
    try:
        yield
    except OSError as error:
        path = f"{error.filename}: " if error.filename else ""
        command.error(f"argument {option}: {path}{error.strerror}")
    except (ValueError, OverflowError, sqlite3.Error) as error:
        command.error(f"argument {option}: {error}")


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises `OSError` and `OverflowError`."""
    listener = socket.create_server((host, port))
    # Connections inherit it. Without it a response waits 40 ms for the client's acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _load(trainers: Trainers) -> None:
    """Load the trainers before they are asked for, and print what cannot be loaded."""
    with suppress(sqlite3.ProgrammingError):  # the server has stopped and closed its store
        for name in trainers.names:
            if problem := trainers.problem(name):
                _print(f"Trainer  {name} cannot be loaded. {problem}")


def _serve(app: ASGIApp, listener: socket.socket) -> None:
    config = uvicorn.Config(
        app,
        log_level="warning",
        lifespan="on",
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    server = uvicorn.Server(config)

    def stop(*_: object) -> None:
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        # for a signal before uvicorn's own handlers; afterwards uvicorn raises each one again
        signal.signal(number, stop)
    server.run(sockets=[listener])


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command's output


if __name__ == "__main__":
    sys.exit(main())
