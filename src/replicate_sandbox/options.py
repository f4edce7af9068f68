"""The options of `python -m replicate_sandbox`."""

import argparse
import re
from dataclasses import replace
from pathlib import Path

from replicate_sandbox.api.rate_limit import Rate
from replicate_sandbox.service.accounts import Account
from replicate_sandbox.switches import add_switches

DEFAULT_ACCOUNT = "you:r8_a_token_for_the_local_replicate"
_NAME = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?", re.ASCII)


def parser() -> argparse.ArgumentParser:
    """Return the parser; its `--account` and `--rate` give an `Account` and a `Rate`."""
    command = argparse.ArgumentParser(
        prog="replicate_sandbox",
        description="A local Replicate on which trainings really run.",
        allow_abbrev=False,
    )
    _add_server(command)
    _add_content(command)
    add_switches(command)
    return command


def _add_server(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add(
        "--port",
        type=int,
        default=8123,
        help="port to listen on; 0 picks a free one (default: %(default)s)",
    )
    add(
        "--state",
        default=":memory:",
        metavar="FILE",
        help="SQLite file that keeps models, versions, files and runs (default: in memory)",
    )


def _add_content(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add(
        "--trainer",
        action="append",
        type=Path,
        default=[],
        metavar="FOLDER",
        help="a Cog project with `train:`, served as sandbox/NAME beside the bundled trainers; can "
        "be repeated",
    )
    add(
        "--account",
        action="append",
        type=account,
        metavar="NAME[:TOKEN]",
        help="an account; can be repeated (default: " + DEFAULT_ACCOUNT + ")",
    )
    add(
        "--organization",
        action="append",
        dest="account",
        type=organization,
        metavar="NAME[:TOKEN]",
        help="an account of an organization; can be repeated",
    )
    add(
        "--rate",
        type=_rate,
        metavar="REQUESTS[:BURST]",
        help="requests per minute that an account can send, and how many at once (default: 3000; "
        "Replicate's limit for accounts with little credit is 6:1)",
    )


def account(text: str) -> Account:
    """Return the user that `NAME` or `NAME:TOKEN` gives; the default token is r8_NAME.

    Raises `ArgumentTypeError` for a name that cannot be part of a path.
    """
    name, _, token = text.partition(":")
    if not _NAME.fullmatch(name):
        raise argparse.ArgumentTypeError(f"`{name}` is not a valid name. Use NAME or NAME:TOKEN")
    return Account(name, token or f"r8_{name}")


def organization(text: str) -> Account:
    """Return the organization that `NAME` or `NAME:TOKEN` gives, like `account`."""
    return replace(account(text), kind="organization")


def has_default_token(one: Account) -> bool:
    """Return whether an account has a token that anybody can guess from the documentation."""
    return one.token in {account(DEFAULT_ACCOUNT).token, account(one.name).token}


def _rate(text: str) -> Rate:
    try:
        return Rate.parse(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"`{text}` is not a rate. Use REQUESTS or REQUESTS:BURST, such as 6:1"
        ) from None
