"""`python -m replicate_sandbox`: the local Replicate, from a command line."""

import argparse
import signal
import socket
import sys
from pathlib import Path

import uvicorn

from replicate_sandbox import trainers
from replicate_sandbox.app import build
from replicate_sandbox.limits import Rate
from replicate_sandbox.service import Account, Service
from replicate_sandbox.store.store import Store

DEFAULT_ACCOUNT = "you:r8_a_token_for_the_local_replicate"


def main() -> int:
    """Serve until a signal says to stop."""
    wanted = _arguments().parse_args()
    accounts = [Account(*_name_and_token(text)) for text in wanted.account or [DEFAULT_ACCOUNT]]
    store = Store(wanted.state)
    try:
        names = trainers.publish(wanted.trainers or [trainers.bundled()], store)
        listener = socket.create_server((wanted.host, wanted.port))
    except (OSError, ValueError) as error:
        print(f"replicate_sandbox: {error}", file=sys.stderr)  # noqa: T201 - a command's error
        return 2
    port = listener.getsockname()[1]
    service = Service(store, accounts, f"http://127.0.0.1:{port}", wanted.rate)
    service.runs.fail_unfinished()
    for name in names:
        print(f"Trainer  {name}")  # noqa: T201 - what a person wants to see
    for account in accounts:
        print(  # noqa: T201 - likewise
            f"Local Replicate at http://{wanted.host}:{port}/v1  "
            f"account {account.name}  token {account.token}",
            flush=True,
        )
    for number in (signal.SIGINT, signal.SIGTERM):
        # uvicorn ends for them, puts these back and raises them again
        signal.signal(number, lambda *_: None)
    config = uvicorn.Config(build(service), log_level="warning", lifespan="on")
    uvicorn.Server(config).run(sockets=[listener])
    store.close()
    limits = service.limits
    print(f"Counted {limits.counted:,} requests, {limits.refused:,} of them answered with 429")  # noqa: T201 - likewise
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="replicate_sandbox", description="A local Replicate on which trainings really run."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at")
    parser.add_argument("--port", type=int, default=8123, help="0 takes a free one")
    parser.add_argument(
        "--state", default=":memory:", metavar="FILE", help="where to keep the state"
    )
    parser.add_argument(
        "--trainers",
        action="append",
        type=Path,
        metavar="FOLDER",
        help="a Cog project, or a folder of them; may be repeated (default: those that come along)",
    )
    parser.add_argument(
        "--account",
        action="append",
        metavar="NAME[:TOKEN]",
        help=f"an account; may be repeated (default: {DEFAULT_ACCOUNT})",
    )
    parser.add_argument(
        "--rate",
        type=Rate.read,
        metavar="REQUESTS[:BURST]",
        help="requests an account may send in a minute, and at once (default: 3000; an account "
        "with little credit has 6:1)",
    )
    return parser


def _name_and_token(text: str) -> tuple[str, str]:
    name, _, token = text.partition(":")
    return name, token or f"r8_{name}"


if __name__ == "__main__":
    sys.exit(main())
