"""One step, from its environment to its exit status: the composition root."""

import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from replicate_train.clock import Clock, SystemClock
from replicate_train.context import Context
from replicate_train.diagnostics.errors import ActionError, StoppedBySignal
from replicate_train.github.action_readme import action_readme
from replicate_train.github.event import event_payload
from replicate_train.inputs.model import Inputs
from replicate_train.inputs.read import Reading, read_inputs
from replicate_train.job.modes import Job
from replicate_train.net.proxies import passwords
from replicate_train.provenance.origin import Origin
from replicate_train.replicate.client import Replicate, connect
from replicate_train.replicate.errors import ReplicateError
from replicate_train.replicate.exchange import Exchange
from replicate_train.replicate.retry import RetryPolicy
from replicate_train.replicate.session import Session
from replicate_train.report import error as report
from replicate_train.report.optional import optional
from replicate_train.report.progress import Progress
from replicate_train.report.record import Record
from replicate_train.runner.commands import Runner
from replicate_train.runner.run import workflow_run
from replicate_train.runner.signals import Stopped, StopSignals
from replicate_train.runner.workspace import Workspace


def run(
    environ: Mapping[str, str],
    directory: str,
    stop: StopSignals,
    clock: Clock | None = None,
    transport: httpx.BaseTransport | None = None,
) -> int:
    """Do what the inputs say and return the exit status: 0 if it was done, else 1.

    `directory` is the workspace. The clock and the transport are for tests to replace.
    """
    runner = Runner(environ)
    origin = Origin.from_environ(environ, event_payload(environ))
    record = Record(Inputs(), origin, action_readme(environ))
    finished = False
    try:
        for secret in ("INPUT_API-TOKEN", "INPUT_GITHUB-TOKEN"):
            runner.mask(environ.get(secret, "").strip())
        runner.mask_long(passwords(environ))
        reading = read_inputs(environ)
        if not (reading.inputs.mode.plans and reading.has("mode")):
            reading.require()
        outside = _Outside(environ, directory, stop, clock or SystemClock(), transport)
        with outside.context(reading, runner) as context:
            record.inputs = context.inputs
            Job(context, Progress(runner, record)).run()
            finished = True
    except Stopped as stopped:
        why = "The step had finished its work." if finished else _left_behind(record)
        what = f"The workflow was cancelled ({stopped.signal_name})"
        return _fail(runner, record, StoppedBySignal(what, why=why))
    except ActionError as error:
        return _fail(runner, record, error)
    except Exception as error:  # noqa: BLE001 - a bug of ours is reported like any error
        return _fail(runner, record, report.defect(error))
    return 0


@dataclass(frozen=True)
class _Outside:
    """What the process hands to a step; `transport` is None for the network."""

    environ: Mapping[str, str]
    directory: str
    stop: StopSignals
    clock: Clock
    transport: httpx.BaseTransport | None

    @contextmanager
    def context(self, reading: Reading, runner: Runner) -> Iterator[Context]:
        """Build the context; at the end the connections are closed and the scratch is removed."""
        inputs, retry = reading.inputs, RetryPolicy(self.clock, on_outage=_say_outage(runner))
        debug = runner.debug if runner.debugging else None
        with (
            connect(inputs.api_url, inputs.api_token, self.transport) as http,
            TemporaryDirectory() as folder,
        ):
            scratch = Path(folder)
            yield Context(
                reading,
                runner,
                Workspace(Path(self.directory)),
                Replicate(Session(Exchange(http, debug, self.clock.now), retry)),
                self.clock,
                self.stop,
                partial(self._download, inputs.github_token, scratch),
                scratch,
                workflow_run(self.environ),
            )

    def _download(self, token: str, scratch: Path, name: str) -> Path:
        """Download an asset of the release."""
        from replicate_train.github.releases import Github

        return Github(self.environ, token, scratch, self.clock, self.transport).asset(name)


def _left_behind(record: Record) -> str:
    """Return what a step that a signal broke off after its job has left."""
    training = record.training
    return f"Training {training.id}: {training.status}." if training else "No training was started."


def _say_outage(runner: Runner) -> Callable[[ReplicateError | None], None]:
    """Return what says that requests fail, and that they work again."""

    def say(error: ReplicateError | None) -> None:
        if error:
            runner.say(f"{error.what.rstrip('.')}. Retrying ...")
        else:
            runner.say("Replicate answers again.")

    return say


def _fail(runner: Runner, record: Record, error: ActionError) -> int:
    from replicate_train.report.summary.failure import failure

    for title, text, at in report.annotations(error):
        runner.error(title, text, at)
    with optional(runner, "job summary"):
        runner.summarise(failure(record, error))
    if runner.debugging:
        runner.debug("".join(traceback.format_exception(error)))
    return 1
