"""The command's options from the environment: a service container gets no arguments.

`REPLICATE_SANDBOX_CREATED_AT_SKEW=0` is `--created-at-skew 0`. An empty value gives nothing. Each
word of a value is a use of an option that may be repeated. `true` switches an option on that takes
no value.
"""

import argparse
from collections.abc import Mapping

PREFIX = "REPLICATE_SANDBOX_"


def arguments(environ: Mapping[str, str], command: argparse.ArgumentParser) -> list[str]:
    """Return the arguments that the environment gives; the command line's come after them.

    Exits with 2 and a message, which shows no value, if a variable names no option of the command.
    """
    given: list[str] = []
    actions = command._option_string_actions  # noqa: SLF001 - argparse offers no other way
    for variable in sorted(environ):
        if variable.startswith(PREFIX):
            option = f"--{variable.removeprefix(PREFIX).lower().replace('_', '-')}"
            if option not in actions:
                command.error(f"{variable}: unknown option `{option}`")
            given += _uses(option, actions[option], environ[variable].strip())
    return given


def _uses(option: str, action: argparse.Action, value: str) -> list[str]:
    if action.nargs == 0 and value == "true":
        return [option]
    repeated = isinstance(action, argparse._AppendAction)  # noqa: SLF001 - likewise
    words = value.split() if repeated else filter(None, [value])
    return [f"{option}={word}" for word in words]
