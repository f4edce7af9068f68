"""The command's options from the environment: a service container gets no arguments.

`REPLICATE_SANDBOX_CREATED_AT_SKEW=0` is `--created-at-skew 0`. Each word of a value is one use of
the option, and an empty value is none. `true` switches an option on that takes no value.
"""

import argparse
from collections.abc import Mapping

PREFIX = "REPLICATE_SANDBOX_"
_SWITCHES = frozenset({"--no-validation"})


def arguments(environ: Mapping[str, str], command: argparse.ArgumentParser) -> list[str]:
    """Return the arguments that the environment gives; the command line's come after them.

    Exits with 2 and a message, which shows no value, if a variable names no option of the command.
    """
    given: list[str] = []
    for variable in sorted(environ):
        if variable.startswith(PREFIX):
            option = f"--{variable.removeprefix(PREFIX).lower().replace('_', '-')}"
            if f" {option}" not in command.format_help():
                command.error(f"{variable}: unknown option `{option}`")
            given += _uses(option, environ[variable].split())
    return given


def _uses(option: str, words: list[str]) -> list[str]:
    if option in _SWITCHES and words == ["true"]:
        return [option]
    return [f"{option}={word}" for word in words]
