"""The options of `python -m replicate_sandbox`."""

import argparse
from pathlib import Path

from replicate_sandbox.api.rate_limit import Rate
from replicate_sandbox.engine.limits import RunLimits
from replicate_sandbox.service.hardware import HARDWARE
from replicate_sandbox.service.service import Account
from replicate_sandbox.service.settings import CREDITS, OMITTABLE, Settings

_LARGEST_AMOUNT = 100_000
DEFAULT_ACCOUNT = "you:r8_a_token_for_the_local_replicate"


def parser() -> argparse.ArgumentParser:
    """Return the parser; its `--account` and `--rate` give an `Account` and a `Rate`."""
    command = argparse.ArgumentParser(
        prog="replicate_sandbox", description="A local Replicate on which trainings really run."
    )
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
        "--rate",
        type=_rate,
        metavar="REQUESTS[:BURST]",
        help="requests per minute that an account can send, and how many at once (default: 3000; "
        "Replicate's limit for accounts with little credit is 6:1)",
    )
    _add_limits(command)
    _add_switches(command)
    return command


def _add_limits(command: argparse.ArgumentParser) -> None:
    add = command.add_argument_group("limits of each training and prediction").add_argument
    usual = RunLimits()
    for name, metavar, default, text in (
        ("minutes", "MINUTES", usual.minutes, "minutes that it can take"),
        ("memory", "GB", usual.memory_gb, "GB of memory that each of its processes can allocate"),
        ("output", "MB", usual.output_mb, "MB of its output"),
    ):
        add(
            f"--run-{name}",
            type=_amount,
            default=default,
            metavar=metavar,
            help=f"{text} (default: {default:g})",
        )


def settings(options: argparse.Namespace) -> Settings:
    """Return the switches that the options set."""
    return Settings(
        hardware={sku: HARDWARE.get(sku, sku) for sku in options.hardware} or dict(HARDWARE),
        credit=options.credit,
        omit=frozenset(options.omit),
        created_at_skew=options.created_at_skew / 1000,
        validate=not options.no_validation,
        official=frozenset(options.official),
        idle_minutes=options.idle_minutes,
        limits=RunLimits(options.run_minutes, options.run_memory, options.run_output),
        simulated_seconds=options.simulated_seconds,
    )


def _add_switches(command: argparse.ArgumentParser) -> None:
    add = command.add_argument_group("switches that change what the service does").add_argument
    add(
        "--hardware",
        action="append",
        default=[],
        metavar="SKU",
        help=f"a hardware that can be used; can be repeated (default: {', '.join(HARDWARE)})",
    )
    add(
        "--credit",
        choices=CREDITS,
        default="enough",
        help="the credit of all accounts (default: enough): `none` and `no-billing` refuse runs, "
        "`low` limits them to 6 per minute",
    )
    add(
        "--omit",
        action="append",
        default=[],
        choices=OMITTABLE,
        help="a field that trainings do not have; can be repeated",
    )
    add(
        "--created-at-skew",
        type=float,
        default=40.0,
        metavar="MS",
        help="milliseconds by which a training's created_at is later in later reads than in the "
        "answer to its start (default: 40)",
    )
    add("--no-validation", action="store_true", help="accept every input of a run")
    add(
        "--official",
        action="append",
        default=[],
        metavar="OWNER/NAME",
        help="an official model; can be repeated",
    )
    add(
        "--idle-minutes",
        type=float,
        default=15.0,
        metavar="MINUTES",
        help="minutes that a deployment must be off and unused before it can be deleted "
        "(default: 15)",
    )
    add(
        "--simulated-seconds",
        type=_amount,
        default=4.0,
        metavar="SECONDS",
        help="seconds that a training of a simulated trainer takes (default: 4)",
    )


def account(text: str) -> Account:
    """Return the account that `NAME` or `NAME:TOKEN` gives; the default token is r8_NAME."""
    name, _, token = text.partition(":")
    return Account(name, token or f"r8_{name}")


def has_default_token(one: Account) -> bool:
    """Return whether an account has a token that anybody can guess from the documentation."""
    return one.token in {account(DEFAULT_ACCOUNT).token, account(one.name).token}


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = 0.0
    if not 0 < amount <= _LARGEST_AMOUNT:
        raise argparse.ArgumentTypeError(
            f"`{text}` is not valid. Use a number greater than 0, at most {_LARGEST_AMOUNT:,}"
        )
    return amount


def _rate(text: str) -> Rate:
    try:
        return Rate.parse(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"`{text}` is not a rate. Use REQUESTS or REQUESTS:BURST, such as 6:1"
        ) from None
