"""The options that change what the service does, so that a client can be tested against it."""

import argparse
from collections.abc import Callable
from typing import Any

from replicate_sandbox.engine.limits import RunLimits
from replicate_sandbox.service.hardware import HARDWARE
from replicate_sandbox.service.settings import CREDITS, MOST_MODELS, OMITTABLE, Settings

Add = Callable[..., Any]
_LARGEST_AMOUNT = 100_000


def add_switches(command: argparse.ArgumentParser) -> None:
    """Add the switches, and the limits of runs, to a command's options."""
    _add_run_limits(command)
    add = command.add_argument_group("switches that change what the service does").add_argument
    _add_limits(add)
    _add_shapes(add)


def settings(options: argparse.Namespace) -> Settings:
    """Return what the switches of a command set."""
    return Settings(
        hardware={sku: HARDWARE.get(sku, sku) for sku in options.hardware} or dict(HARDWARE),
        credit=options.credit,
        spend_limit=options.spend_limit,
        most_models=options.most_models,
        omit=frozenset(options.omit),
        created_at_skew=options.created_at_skew / 1000,
        validate=not options.no_validation,
        official=frozenset(options.official),
        idle_minutes=options.idle_minutes,
        limits=RunLimits(options.run_minutes, options.run_memory, options.run_output),
        simulated_seconds=options.simulated_seconds,
    )


def _add_limits(add: Add) -> None:
    """Add the switches that say what accounts can do."""
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
        help="the credit of all accounts (default: enough): `none`, `no-billing` and "
        "`no-payment-method` refuse runs, `low` limits them to 6 per minute",
    )
    add(
        "--spend-limit",
        type=_quantity,
        metavar="USD",
        help="US dollars that each account can spend in a month, at Replicate's prices (default: "
        "no limit)",
    )
    add(
        "--most-models",
        type=int,
        default=MOST_MODELS,
        metavar="NUMBER",
        help=f"models that an account can have (default: {MOST_MODELS})",
    )
    add(
        "--idle-minutes",
        type=_quantity,
        default=15.0,
        metavar="MINUTES",
        help="minutes that a deployment must be off and unused before it can be deleted "
        "(default: 15)",
    )


def _add_shapes(add: Add) -> None:
    """Add the switches that say what requests and responses look like."""
    add(
        "--omit",
        action="append",
        default=[],
        choices=OMITTABLE,
        help="a field that trainings do not have; can be repeated",
    )
    add(
        "--created-at-skew",
        type=_quantity,
        default=40.0,
        metavar="MS",
        help="milliseconds by which a training's created_at is later in later reads than in the "
        "answer to its start (default: 40)",
    )
    add("--no-validation", action="store_true", help="accept every input of a run")
    add(
        "--simulated-seconds",
        type=_amount,
        default=4.0,
        metavar="SECONDS",
        help="seconds that a training of a simulated trainer takes (default: 4)",
    )
    add(
        "--official",
        action="append",
        default=[],
        metavar="OWNER/NAME",
        help="an official model; can be repeated",
    )


def _add_run_limits(command: argparse.ArgumentParser) -> None:
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


def _quantity(text: str) -> float:
    number = _number(text)
    if not 0 <= number <= _LARGEST_AMOUNT:
        raise argparse.ArgumentTypeError(
            f"`{text}` is not valid. Use a number from 0 to {_LARGEST_AMOUNT:,}"
        )
    return number


def _amount(text: str) -> float:
    number = _number(text)
    if not 0 < number <= _LARGEST_AMOUNT:
        raise argparse.ArgumentTypeError(
            f"`{text}` is not valid. Use a number greater than 0, at most {_LARGEST_AMOUNT:,}"
        )
    return number


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return -1.0
