"""The arguments of `replicate-train`."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from replicate_train.inputs.model import Inputs
from replicate_train.inputs.parsers import api_url, trainer
from replicate_train.scaffold.workflow import TOKEN_SECRET

REPLICATE: str = Inputs.model_fields["api_url"].default
_Value = TypeVar("_Value")


class BadArgument(Exception):
    """An argument, or the token in the environment, cannot be used; the message is for the user."""


def parsers() -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    """Return the parser of the command, and that of `scaffold`."""
    command = argparse.ArgumentParser(
        prog="replicate-train", description="Tools for workflows that fine-tune on Replicate."
    )
    tools = command.add_subparsers(required=True, metavar="COMMAND")
    scaffold = tools.add_parser(
        "scaffold",
        help="write a workflow with a form for a trainer",
        description='Write a workflow whose "Run workflow" form has a field for each input of a '
        f"trainer. The environment variable {TOKEN_SECRET} holds the API token.",
    )
    add = scaffold.add_argument
    add(
        "trainer",
        type=_argument(trainer),
        metavar="OWNER/TRAINER[:VERSION]",
        help="the trainer; without a version, its latest one",
    )
    add(
        "--api-url",
        type=_argument(api_url),
        default=REPLICATE,
        metavar="URL",
        help="base URL of the API (default: %(default)s)",
    )
    add(
        "--schema",
        type=Path,
        metavar="FILE",
        help="read the schema from a JSON file, not from the API: a version, an OpenAPI document "
        "or a TrainingInput schema",
    )
    add(
        "--output",
        type=Path,
        metavar="FILE",
        help="write the workflow to this file (default: standard output)",
    )
    return command, scaffold


def _argument(parse: Callable[[str], _Value]) -> Callable[[str], _Value]:
    """Return a parser whose message argparse shows."""

    def parsed(text: str) -> _Value:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return parsed
