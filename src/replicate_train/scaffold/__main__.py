"""`replicate-train scaffold`: a workflow with a "Run workflow" form for a trainer."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx

from replicate_train.clock import SystemClock
from replicate_train.diagnostics.errors import ActionError
from replicate_train.inputs import parsers
from replicate_train.replicate.client import Replicate, connect
from replicate_train.replicate.errors import Unauthenticated
from replicate_train.replicate.exchange import Exchange
from replicate_train.replicate.refs import ModelRef, VersionRef
from replicate_train.replicate.retry import RetryPolicy
from replicate_train.replicate.session import Session
from replicate_train.runner.text import shown
from replicate_train.scaffold import options, saved
from replicate_train.scaffold.options import BadArgument
from replicate_train.scaffold.workflow import TOKEN_SECRET, Workflow, workflow_for
from replicate_train.scaffold.writer import written
from replicate_train.trainer.trainer import resolve

_PATIENCE = 30.0  # seconds for which a request is repeated
_NEW_TOKEN = f"Set {TOKEN_SECRET} to a token from https://replicate.com/account/api-tokens."


def main(
    arguments: Sequence[str] | None = None, transport: httpx.BaseTransport | None = None
) -> int:
    """Write the workflow and return the exit status: 0, or 1 if Replicate gave no trainer.

    Exits with 2 and a message if an argument is invalid. The transport is for tests to replace.
    """
    command, scaffold = options.parsers()
    given = command.parse_args(arguments)
    try:
        workflow = _workflow(given, transport)
        _write(written(workflow, _other_api(given.api_url)), given.output)
    except BadArgument as error:
        scaffold.error(str(error))
    except ActionError as error:
        sys.stderr.write(_explained(error))
        return 1
    return 0


def _workflow(given: argparse.Namespace, transport: httpx.BaseTransport | None) -> Workflow:
    """Return the workflow that the arguments ask for. Raises `BadArgument`."""
    if given.schema:
        return _from_file(given.schema, given.trainer)
    token = os.environ.get(TOKEN_SECRET, "").strip()
    if not token:
        raise BadArgument(f"{TOKEN_SECRET} is not set. {_NEW_TOKEN} Or use --schema FILE")
    try:
        parsers.token(token)
    except ValueError as error:
        raise BadArgument(f"{TOKEN_SECRET} {error}") from None
    return _from_api(given.trainer, given.api_url, token, transport)


def _other_api(url: str) -> str:
    return "" if url == options.REPLICATE else url


def _from_file(path: Path, named: ModelRef | VersionRef) -> Workflow:
    """Return the workflow for a saved schema. Raises `BadArgument` for what is wrong with it."""
    try:
        schema = saved.parse(path.read_text("utf-8"))
    except OSError as error:
        raise BadArgument(f"argument --schema: {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadArgument(f"argument --schema: {path}: not UTF-8") from None
    except ValueError as error:
        raise BadArgument(f"argument --schema: {path}: {error}") from None
    if isinstance(named, ModelRef):
        if not schema.version_id:
            raise BadArgument(f"{path} does not name the version. Add it: {named}:VERSION")
        named = VersionRef(named, schema.version_id)
    elif schema.version_id not in {"", named.id}:
        raise BadArgument(
            f"argument --schema: {path}: is the schema of version {schema.version_id}"
        )
    return workflow_for(named, schema.training_input, schema.components)


def _from_api(
    named: ModelRef | VersionRef, api_url: str, token: str, transport: httpx.BaseTransport | None
) -> Workflow:
    """Return the workflow for a trainer as Replicate serves it, under its current name."""
    with connect(api_url, token, transport) as http:
        retry = RetryPolicy(SystemClock(), _PATIENCE)
        trainer = resolve(named, Replicate(Session(Exchange(http), retry)))
    version = VersionRef(trainer.current, trainer.version_id)
    return workflow_for(version, trainer.schema, trainer.schemas)


def _write(text: str, path: Path | None) -> None:
    if path is None:
        sys.stdout.write(text)
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise BadArgument(f"argument --output: {path}: {error.strerror}") from None


def _explained(error: ActionError) -> str:
    """Return what happened, why and how to fix it, as lines without control characters."""
    fix = _NEW_TOKEN if isinstance(error, Unauthenticated) else error.fix
    parts = (f"{error.title}: {error.what}", *error.details, error.why, fix, error.link)
    found = (f"{finding.what} {finding.fix}" for finding in error.findings)
    lines = [shown(part, 1_000) for part in (*parts, *found) if part]
    return "replicate-train: " + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
